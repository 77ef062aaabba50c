"""A whole site to back up, and empty places to bring it back to."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from config.backups.files import names_in
from tests.config.backups.damages import Damage
from tests.rows import hashes_of_rows
from tests.transfer.whole_site import make_whole_site

NIGHT = datetime(2026, 11, 29, 3, 15, 30, tzinfo=UTC)

ODD_NAME = "“a name”\n\udcff\\ .png"
"""Which is no text, and has whatever a name may have."""


@dataclass(frozen=True)
class Place:
    """A machine of its own, as far as a site can tell: a database and a folder for media."""

    database_url: str
    media: Path
    programs: str = ""

    def manage(self, *arguments: Any) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py."""
        return self._run("manage.py", *map(str, arguments))

    def ask(self, what: str, wanted: Any = None) -> Any:
        """Have `place_process` do something and return what it answered."""
        done = self._process(what, wanted)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def die(self, command: str, folder: Path, *, at: str) -> None:
        """Run a command that is killed on the way."""
        done = self._process("die", {"command": command, "folder": str(folder), "at": at})
        assert done.returncode == -9, done.stderr

    def _process(self, what: str, wanted: Any) -> subprocess.CompletedProcess[str]:
        module = "tests.config.backups.place_process"
        return self._run("-m", module, what, text=json.dumps(wanted))

    def _run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            input=text,
            capture_output=True,
            check=False,
            cwd=settings.BASE_DIR,
            text=True,
            timeout=120,
            env={
                **os.environ,
                "DATABASE_URL": self.database_url,
                "MEDIA_ROOT": str(self.media),
                "POSTGRES_BIN": self.programs or settings.POSTGRES_BIN,
                "DJANGO_SETTINGS_MODULE": "config.settings",
            },
        )


@pytest.fixture
def make_place(database_url: str, tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Make empty places; their databases are gone afterwards."""
    made: list[str] = []

    def make() -> Place:
        made.append(name := f"place_{os.getpid()}_{len(made)}")
        media = tmp_path / name / "media"
        if connection.vendor == "sqlite":
            media.parent.mkdir()
            return Place(f"sqlite:///{tmp_path / name}/site.sqlite3", media)
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        return Place(f"{database_url.rpartition('/')[0]}/{name}", media)

    yield make
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in made:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def place(make_place: Callable[[], Place]) -> Place:
    """An empty place."""
    return make_place()


@pytest.fixture
def site(ceo: User, moderator: User) -> Client:
    """A site with one of everything, and somebody who is signed in."""
    make_whole_site(ceo, moderator)
    (settings.MEDIA_ROOT / "site" / ODD_NAME).write_bytes(b"A file that somebody put there.")
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """Where backups go; it is not there yet."""
    return tmp_path / "backups"


def back_up(folder: Path, **options: Any) -> str:
    """Run `backup` and return what it printed."""
    said = io.StringIO()
    call_command("backup", str(folder), stdout=said, **options)
    return said.getvalue()


def refused(says: str, folder: Path, **options: Any) -> None:
    """`backup` ends with one sentence."""
    with pytest.raises(CommandError) as error:
        back_up(folder, **options)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def names(folder: Path) -> list[str]:
    """Return what lies in a folder, but for its lock."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder of media."""
    return {name: (folder / name).read_bytes() for name in names_in(folder)}


def only(folder: Path) -> Path:
    """Return the one backup in a folder."""
    (found,) = (path for path in folder.iterdir() if not path.name.startswith("."))
    return found


@dataclass(frozen=True)
class Kept:
    """A backup of a whole site, and what the site held."""

    folder: Path
    rows: dict[str, list[str]]
    media: dict[str, bytes]


@pytest.fixture(scope="session")
def _kept() -> list[Kept]:
    """The backup of all these tests, once a test has made it."""
    return []


@pytest.fixture
def kept(
    _kept: list[Kept], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Kept:
    """The backup of a whole site, to be left as it is; that site may be gone by now."""
    if not _kept:
        request.getfixturevalue("site")
        folder = tmp_path_factory.mktemp("kept") / "backups"
        back_up(folder)
        _kept.append(Kept(only(folder), hashes_of_rows(), contents(settings.MEDIA_ROOT)))
    return _kept[0]


@pytest.fixture
def refuse(kept: Kept, place: Place, tmp_path: Path) -> Callable[..., None]:
    """Refuse a copy of the backup for each damage, and leave the place as empty as it was."""

    def check(*damages: Damage) -> None:
        folders = [tmp_path / f"damaged-{number}" for number in range(len(damages))]
        wanted = [
            damage(Path(shutil.copytree(kept.folder, folder)))
            for damage, folder in zip(damages, folders, strict=True)
        ]
        media = str(place.media)
        said = place.ask("refusals", [[str(folder), media] for folder in folders])
        for sentence, words in zip(said, wanted, strict=True):
            assert words.replace("\n", "�").replace("\udcff", "�") in sentence
            assert "\n" not in sentence
        assert place.ask("rows") == {}
        assert not place.media.exists()

    return check
