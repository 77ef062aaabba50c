"""A damaged or partial backup is refused by one sentence that names the file, before anything changes."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.backups import manifest
from config.backups.contents import Head
from config.backups.files import sum_of
from config.backups.manifest import FILE, Manifest
from tests.config.backups.conftest import Kept, Place
from tests.config.backups.damages import (
    added,
    cut,
    flipped,
    linked,
    named,
    removed,
    said_otherwise,
    sealed,
    written,
)

pytestmark = pytest.mark.django_db(transaction=True)


def one_of_each_kind(folder: Path) -> list[str]:
    """Return one of each kind: database, original, each format of pictures, logo, an odd name."""
    kinds: dict[tuple[str, str], str] = {}
    for name in manifest.read(folder).files:
        kinds.setdefault((str(Path(name).parent), Path(name).suffix), name)
    assert len(kinds) == 7
    return list(kinds.values())


def test_a_flipped_bit_a_cut_and_a_missing_file_are_noticed_in_each_kind_of_file(
    kept: Kept, refuse: Callable[..., None]
) -> None:
    names = [*one_of_each_kind(kept.folder), FILE]
    refuse(
        *(flipped(name) for name in names),
        *(cut(name, -1) for name in names),
        *(cut(name, 0) for name in names),
        *(removed(name) for name in names),
    )


def test_a_bit_flipped_anywhere_is_noticed(kept: Kept, refuse: Callable[..., None]) -> None:
    chance = random.Random(2026)
    names = [*one_of_each_kind(kept.folder), FILE, FILE]
    refuse(
        *(flipped(name, chance.random(), 1 << chance.randrange(8)) for name in names * 3),
        *(flipped(name, at) for name in names for at in (0, 0.999999)),
    )


def test_what_is_no_part_of_it_is_noticed(kept: Kept, refuse: Callable[..., None]) -> None:
    picture = next(iter(kept.media))
    (database,) = (name for name in one_of_each_kind(kept.folder) if "/" not in name)

    def fifo(folder: Path) -> str:
        os.mkfifo(folder / "media" / "pipe")
        return "media/pipe is neither a file nor a folder"

    refuse(
        added("notes.txt"),
        added("media/images/one-more.png"),
        added(".hidden"),
        added("media/.hidden/file"),
        added(f"{database}-wal"),
        *(linked(name) for name in (database, f"media/{picture}", "media", FILE)),
        fifo,
    )


def test_an_edited_manifest_is_noticed(refuse: Callable[..., None]) -> None:
    def spaced(folder: Path) -> str:
        (folder / FILE).write_text((folder / FILE).read_text() + " ")
        return f"{FILE} is damaged"

    refuse(
        said_otherwise(lambda said: said["files"].popitem()),
        said_otherwise(lambda said: said["head"].update(sequence=1)),
        said_otherwise(lambda said: said["head"].update(sequence="7")),
        said_otherwise(lambda said: said.update(version="0.0.1")),
        said_otherwise(lambda said: said.update(version=1)),
        said_otherwise(lambda said: said.update(made_at="2020-01-01T00:00:00+00:00")),
        said_otherwise(lambda said: said.update(made_at="yesterday")),
        said_otherwise(lambda said: said.update(migrations=[])),
        said_otherwise(lambda said: said.update(database=["sqlite"])),
        said_otherwise(lambda said: said.update(files={"database.sqlite3": None})),
        said_otherwise(lambda said: said.update(program="another")),
        said_otherwise(lambda said: said.update(more="said")),
        said_otherwise(lambda said: said.pop("seal")),
        spaced,
        written("[]"),
        written("null"),
        written("{}"),
        written("not JSON"),
        written(b"\xff\xfe{}"),
        written("[" * 100_000),
        written(
            '{"program": "plainspoken", "format": 2}',
            f"{FILE} is of format 2, and this version reads 1",
        ),
    )


def test_names_that_lead_elsewhere_are_refused_also_when_they_are_sealed(
    refuse: Callable[..., None],
) -> None:
    names = ("../evil", "/etc/passwd", "media/../../evil", "media//evil", "media/.hidden", "evil")
    no_database = sealed(
        lambda found, _: {"files": {f"media/{name}": found.files[name] for name in found.files}},
        "it names no database",
    )
    refuse(*map(named, names), no_database)


SPOILT = {"sqlite": "database.sqlite3 is damaged", "postgresql": "pg_restore failed: "}


def test_the_database_itself_is_read(refuse: Callable[..., None], database: str) -> None:
    """Its sum may be right, since it was damaged when it was saved."""

    def spoilt(found: Manifest, folder: Path) -> dict[str, Any]:
        name = found.database_file
        data = bytearray((folder / name).read_bytes())
        data[5:9000] = b"\0" * 8995
        (folder / name).write_bytes(data)
        return {"files": {**found.files, name: sum_of(folder / name)}}

    def half(found: Manifest, folder: Path) -> dict[str, Any]:
        name = found.database_file
        os.truncate(folder / name, 100)
        return {"files": {**found.files, name: sum_of(folder / name)}}

    refuse(sealed(spoilt, SPOILT[database]), sealed(half, SPOILT[database]))


def test_another_kind_of_database_and_a_newer_version_are_refused(
    refuse: Callable[..., None], database: str
) -> None:
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[database]
    spoken = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

    def of_another_kind(found: Manifest, folder: Path) -> dict[str, Any]:
        name = manifest.DATABASE_FILES[other]
        files = {name: found.files[found.database_file], **found.files}
        del files[found.database_file]
        return {"database": other, "files": files}

    newer = "made by a newer version"
    refuse(
        sealed(of_another_kind, f"{spoken[other]}, and DATABASE_URL names {spoken[database]}"),
        sealed(lambda *_: {"version": "0.10.0"}, f"{newer} (0.10.0) than this one (0.1.0)"),
        sealed(lambda *_: {"version": "1"}, newer),
        sealed(lambda found, _: {"migrations": {**found.migrations, "blog": "9999_later"}}, newer),
        sealed(lambda found, _: {"migrations": {**found.migrations, "polls": "0001"}}, newer),
    )


def test_a_record_that_is_not_the_one_of_the_manifest_is_told(kept: Kept, place: Place) -> None:
    """Nothing but a forged manifest comes so far."""
    folder = Path(shutil.copytree(kept.folder, place.media.with_name("forged")))
    found = manifest.read(folder)
    forged = replace(found, head=Head(found.head.sequence, "f" * 64))
    (folder / FILE).write_text(forged.written())
    said = place.manage("restore", folder)
    assert said.returncode == 1
    assert "its record is not whole" in said.stderr
    assert f"entry {found.head.sequence}: its hash is not the one that was kept" in said.stderr


def test_what_is_no_backup_is_refused(place: Place, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    folders = [str(tmp_path / name) for name in ("empty", "file", "absent")]
    said = place.ask("refusals", [[folder, str(place.media)] for folder in folders])
    assert said == [
        f"{folders[0]} is no backup: it has no {FILE}.",
        f"There is no folder {folders[1]}.",
        f"There is no folder {folders[2]}.",
    ]
