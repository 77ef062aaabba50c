"""`manifest.json`: what a backup holds, with the sum of every file, sealed by a sum over itself."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from config.backups.contents import Head
from config.backups.errors import BackupError
from config.backups.files import Sum, write

FORMAT = 1
"""The number of this format; a reader takes the numbers it knows and refuses all others."""

PROGRAM = "plainspoken"
FILE = "manifest.json"
MEDIA = "media/"
DATABASE_FILES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
"""The file of each kind of database."""

_MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """One backup.

    Attributes:
        version: that of the program which made it.
        made_at: when it was begun; all that was committed by then is in it.
        database: `sqlite` or `postgresql`.
        migrations: the latest migration of each app.
        head: the head of the record in it.
        files: every other file by its path in the folder.
    """

    version: str
    made_at: datetime
    database: str
    migrations: dict[str, str]
    head: Head
    files: dict[str, Sum]

    @property
    def database_file(self) -> str:
        """The name of the file with the database."""
        return DATABASE_FILES[self.database]

    @property
    def media(self) -> dict[str, Sum]:
        """The files of MEDIA_ROOT by their path there."""
        return {
            name.removeprefix(MEDIA): found
            for name, found in self.files.items()
            if name.startswith(MEDIA)
        }

    def written(self) -> str:
        """Return the one spelling of it, which ends with its seal."""
        said = {"program": PROGRAM, "format": FORMAT, **asdict(self)}
        said["made_at"] = self.made_at.isoformat()
        seal = hashlib.sha256(_json(said).encode()).hexdigest()
        return _json({**said, "seal": seal})

    def write(self, folder: Path) -> None:
        """Write it into the folder of its backup."""
        write(folder / FILE, self.written())


def program_version() -> str:
    """Return the version of this program, as pyproject.toml says it."""
    text = (Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8")
    version: str = tomllib.loads(text)["project"]["version"]
    return version


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises:
        BackupError: it is missing, unreadable, of another format, or not as it was written.
    """
    path = folder / FILE
    if path.is_symlink() or not path.is_file():
        raise BackupError(f"{folder} is no backup: it has no {FILE}.")
    if path.stat().st_size > _MOST_BYTES:
        raise BackupError(f"{FILE} is damaged: it is far too long.")
    try:
        text = path.read_text(encoding="utf-8")
        said = json.loads(text)
        if (number := said["format"]) != FORMAT and said["program"] == PROGRAM:
            raise BackupError(f"{FILE} is of format {number}, and this version reads {FORMAT}.")
        manifest = _manifest(said)
        is_whole = manifest.written() == text
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BackupError(f"{FILE} is damaged: it cannot be read.") from error
    if not is_whole:
        raise BackupError(f"{FILE} is damaged: it is not as it was written.")
    _require_names(manifest)
    return manifest


def _manifest(said: dict[str, Any]) -> Manifest:
    """Read what was said; a value of another type is spelt otherwise when it is written again."""
    return Manifest(
        version=str(said["version"]),
        made_at=datetime.fromisoformat(said["made_at"]),
        database=str(said["database"]),
        migrations={app: str(name) for app, name in said["migrations"].items()},
        head=Head(int(said["head"]["sequence"]), str(said["head"]["hash"])),
        files={name: _sum(found) for name, found in said["files"].items()},
    )


def _sum(said: dict[str, Any]) -> Sum:
    return Sum(int(said["size"]), str(said["sha256"]))


def _require_names(manifest: Manifest) -> None:
    """Refuse names that lead out of the folder, also where somebody has sealed them."""
    if manifest.files.keys().isdisjoint({DATABASE_FILES.get(manifest.database)}):
        raise BackupError(f"{FILE} is damaged: it names no database.")
    for name in manifest.files.keys() - {manifest.database_file}:
        parts = name.split("/")
        if not name.startswith(MEDIA) or any(not part or part[0] == "." for part in parts):
            raise BackupError(f"{FILE} names a file that no backup holds: “{ascii(name)[1:-1]}”.")


def _json(said: dict[str, Any]) -> str:
    # Names need not be Unicode, which only escapes can say.
    return f"{json.dumps(said, ensure_ascii=True, indent=1)}\n"
