"""Making a backup while the site is served: under a hidden name, and moved to its own when it is whole."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from config.backups import databases, files, rotation
from config.backups.databases import Database
from config.backups.errors import BackupError
from config.backups.files import Sum
from config.backups.manifest import DATABASE_FILES, MEDIA, Manifest, program_version
from config.backups.rotation import Keep
from transfer.progress import Silent

_MAKING = ".making-"


@dataclass(frozen=True)
class Taken:
    """A new backup: its folder, what is in it, and the names of older ones that were removed."""

    folder: Path
    manifest: Manifest
    removed: list[str]


def back_up(folder: Path, *, keep: Keep, progress: Silent) -> Taken:
    """Make a backup in `folder`, which may be absent, and then remove the old ones `keep` does not want.

    What is committed before it begins is in it; of what happens meanwhile, some may be.

    Raises:
        BackupError: one sentence; there is no new backup, and the old ones are as they were.
        OSError: the same, for the want of space or permission.
    """
    folder, database = folder.absolute(), databases.current()
    _require_apart(folder)
    if database.is_empty():
        raise BackupError("There is nothing to back up: this database has no tables.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with files.alone(folder):
        # Nobody else is at work here, so these were left behind by a crash.
        for rest in (*folder.glob(f"{_MAKING}*"), *folder.glob(f"{rotation.REMOVING}*")):
            shutil.rmtree(rest)
        target, manifest = _make(folder, database, progress)
        return Taken(target, manifest, rotation.remove_old(folder, keep, new=manifest.made_at))


def _require_apart(folder: Path) -> None:
    """Refuse a folder inside of MEDIA_ROOT: each backup would hold all earlier ones."""
    if folder.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise BackupError("Backups cannot lie in MEDIA_ROOT. Name another folder.")


def _make(folder: Path, database: Database, progress: Silent) -> tuple[Path, Manifest]:
    moment = datetime.now(UTC).replace(microsecond=0)
    target = folder / rotation.name_of(moment)
    if target.exists():
        raise BackupError(f"{target} is there already. Try again in a second.")
    making = folder / f"{_MAKING}{target.name}"
    try:
        making.mkdir(mode=0o700)
        manifest = _write(making, moment, database, progress)
        files.settle_below(making)
        making.rename(target)
        files.settle(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return target, manifest


def _write(making: Path, moment: datetime, database: Database, progress: Silent) -> Manifest:
    """Write the database first: a row comes after its files, so those of every row are there then."""
    name = DATABASE_FILES[database.kind]
    found = database.dump(making / name, progress)
    database.check(making / name)
    files.settle(making / name)
    sums = {name: files.sum_of(making / name), **_media(making / MEDIA, progress)}
    manifest = Manifest(
        version=program_version(),
        made_at=moment,
        database=database.kind,
        migrations=found.migrations,
        head=found.head,
        files=sums,
    )
    manifest.write(making)
    return manifest


def _media(target: Path, progress: Silent) -> dict[str, Sum]:
    """Copy what is in MEDIA_ROOT and return the sums by the names in the backup."""
    root = Path(settings.MEDIA_ROOT)
    names = list(files.names_in(root))
    sums = {}
    for name in progress.through(names, len(names), "media"):
        try:
            sums[f"{MEDIA}{name}"] = files.copy(root / name, target / name)
        except FileNotFoundError:
            # Deleted since it was listed: a picture of words that must go.
            (target / name).unlink(missing_ok=True)
    return sums
