"""`backup`: whole or not there, for its owner only; old ones go only after the new one is whole."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from config.backups import databases, files, manifest
from config.backups.files import names_in, sum_of
from ledger.models import GENESIS, Entry
from tests.config.backups.conftest import NIGHT, Place, back_up, names, only, refused
from tests.pictures import kept as keep_picture
from transfer.progress import Silent

pytestmark = pytest.mark.django_db(transaction=True)

SILENT = {"sqlite": "There is nothing to back up", "postgresql": "The database failed: "}
FILES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


def test_it_holds_the_database_media_and_a_list_with_all_sums(
    ceo: User, backups: Path, database: str, settings: Any
) -> None:
    picture = keep_picture()
    with time_machine.travel(NIGHT, tick=False):
        said = back_up(backups)
    folder = backups / "2026-11-29T031530Z"
    found = manifest.read(folder)
    assert f"The backup is whole: {folder}" in said
    assert "Keys and settings are not in it" in said
    assert (found.version, found.made_at, found.database) == ("0.1.0", NIGHT, database)
    assert found.migrations["ledger"] == "0001_the_record"
    assert found.migrations["auth"].startswith("0012_")
    head = Entry.objects.head()
    assert (found.head.sequence, found.head.hash) == (
        (head.sequence, head.hash) if head else (0, GENESIS)
    )
    there = set(names_in(folder, with_hidden=True))
    assert there == {*found.files, "manifest.json"}
    assert {FILES[database], f"media/{picture.original}"} < there
    assert all(sum_of(folder / name) == found.files[name] for name in found.files)
    assert found.media[str(picture.original)].size == Path(picture.original.path).stat().st_size


def test_nobody_else_on_the_machine_may_read_it(ceo: User, backups: Path) -> None:
    keep_picture()
    before = os.umask(0)
    try:
        back_up(backups)
    finally:
        os.umask(before)
    folder = only(backups)
    assert {path.stat().st_mode & 0o777 for path in (backups, folder)} == {0o700}
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_no_key_of_the_site_is_in_it(ceo: User, backups: Path, settings: Any) -> None:
    back_up(backups)
    keys = [key.encode() for key in (settings.SECRET_KEY, settings.LINK_KEY, settings.NETWORK_KEY)]
    for name in names_in(only(backups)):
        data = (only(backups) / name).read_bytes()
        assert not [key for key in keys if key in data], name


def test_a_site_without_pictures_has_a_backup_too(
    db: None, backups: Path, settings: Any, database: str
) -> None:
    back_up(backups)
    found = manifest.read(only(backups))
    assert list(found.files) == [FILES[database]]
    assert (found.head.sequence, found.head.hash) == (0, GENESIS)


def test_unfinished_files_are_left_out(ceo: User, backups: Path, settings: Any) -> None:
    keep_picture()
    root = settings.MEDIA_ROOT
    (root / "originals" / ".coming-1").touch()
    (root / "images" / ".making-1").mkdir()
    (root / "images" / ".making-1" / "half.jpg").touch()
    back_up(backups)
    assert not [name for name in manifest.read(only(backups)).files if "/." in name]


def test_a_picture_that_is_deleted_meanwhile_is_left_out(
    ceo: User, backups: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, real = keep_picture(), files.copy
    original = settings.MEDIA_ROOT / str(picture.original)

    def copy(source: Path, target: Path) -> files.Sum:
        if source == original:
            original.unlink()
        return real(source, target)

    monkeypatch.setattr(files, "copy", copy)
    back_up(backups)
    found = manifest.read(only(backups))
    assert f"media/{picture.original}" not in found.files
    assert set(names_in(only(backups))) == {*found.files, "manifest.json"}


def linked(root: Path) -> str:
    (root / "images").rename(root / "elsewhere")
    (root / "images").symlink_to(root / "elsewhere")
    return "images is a symbolic link"


def piped(root: Path) -> str:
    os.mkfifo(root / "pipe")
    return "pipe is neither a file nor a folder"


@pytest.mark.parametrize("put", [linked, piped])
def test_what_is_no_file_in_media_is_named_and_leaves_no_half_backup(
    put: Callable[[Path], str], ceo: User, backups: Path, settings: Any
) -> None:
    keep_picture()
    refused(put(settings.MEDIA_ROOT), backups)
    assert names(backups) == []


def test_media_may_lie_on_another_disk(ceo: User, backups: Path, settings: Any) -> None:
    picture = keep_picture()
    root = settings.MEDIA_ROOT
    root.rename(root.with_name("disk"))
    root.symlink_to(root.with_name("disk"))
    back_up(backups)
    assert str(picture.original) in manifest.read(only(backups)).media


def test_backups_cannot_lie_among_media(ceo: User, settings: Any) -> None:
    keep_picture()
    inside = settings.MEDIA_ROOT / "backups"
    refused("Backups cannot lie in MEDIA_ROOT", inside)
    refused("Backups cannot lie in MEDIA_ROOT", settings.MEDIA_ROOT)
    assert not inside.exists()


def test_an_empty_database_has_no_backup(place: Place, backups: Path) -> None:
    said = place.manage("backup", backups)
    assert said.returncode == 1
    assert said.stderr == (
        "CommandError: There is nothing to back up: this database has no tables.\n"
    )
    assert not backups.exists()


def test_a_database_that_does_not_answer_is_told_in_one_sentence(
    place: Place, backups: Path, database: str
) -> None:
    gone = replace(place, database_url=f"{place.database_url}/nowhere/site")
    said = gone.manage("backup", backups)
    assert (said.returncode, said.stdout) == (1, "")
    # Before it, the pool of PostgreSQL notes in the log why.
    sentence = said.stderr.splitlines()[-1]
    assert sentence.startswith(f"CommandError: {SILENT[database]}")
    assert "Traceback" not in said.stderr
    assert not backups.exists()


def test_a_place_that_cannot_be_written_is_named(ceo: User, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(f"{tmp_path / 'file'}: ", tmp_path / "file")
    refused(f"{tmp_path / 'file'}", tmp_path / "file" / "below")


def test_a_full_disk_leaves_the_old_backups(
    ceo: User, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        back_up(backups)
    keep_picture()

    def full(source: Path, target: Path) -> files.Sum:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(files, "copy", full)
    refused("No space left on device", backups, keep=1)
    assert names(backups) == ["2026-11-29T031530Z"]


def test_a_backup_whose_database_cannot_be_read_back_is_none(
    ceo: User, backups: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        back_up(backups)
    kind = type(databases.current())
    real = kind.dump

    def dump(self: Any, file: Path, progress: Silent) -> Any:
        found = real(self, file, progress)
        data = bytearray(file.read_bytes())
        data[5:9000] = b"\0" * 8995
        file.write_bytes(data)
        return found

    monkeypatch.setattr(kind, "dump", dump)
    refused({"sqlite": "is damaged", "postgresql": "pg_restore failed"}[database], backups, keep=1)
    assert names(backups) == ["2026-11-29T031530Z"]


def test_two_backups_at_once_are_refused(ceo: User, backups: Path) -> None:
    backups.mkdir()
    with (backups / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused(f"Another backup is being made in {backups}", backups)
    with time_machine.travel(NIGHT, tick=False):
        back_up(backups)
        refused("is there already", backups)
    assert names(backups) == ["2026-11-29T031530Z"]
