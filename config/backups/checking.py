"""Proving a backup before anything is touched: by its manifest, its sums, and its database."""

from __future__ import annotations

import re
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from config.backups import databases, files
from config.backups.errors import BackupError
from config.backups.manifest import FILE, Manifest, program_version, read
from transfer.progress import Silent

_SPOKEN = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def check(folder: Path, *, progress: Silent) -> Manifest:
    """Read all of the backup in `folder`, change nothing, and return its manifest.

    Raises:
        BackupError: it is damaged or not whole, of another kind of database, or made by a newer
            version of this program; the sentence names the file.
        OSError: a file cannot be read.
    """
    if not folder.is_dir():
        raise BackupError(f"There is no folder {folder}.")
    manifest = read(folder)
    _require_kind(manifest)
    _require_known(manifest)
    _require_files(folder, manifest, progress)
    databases.current().check(folder / manifest.database_file)
    return manifest


def _require_kind(manifest: Manifest) -> None:
    kind = databases.current().kind
    if manifest.database != kind:
        raise BackupError(
            f"This is a backup of {_SPOKEN[manifest.database]}, and DATABASE_URL names"
            f" {_SPOKEN[kind]}. Between the two, use export_site and import_markdown."
        )


def _require_known(manifest: Manifest) -> None:
    """Refuse what only a newer version understands."""
    own = program_version()
    known = MigrationLoader(None).disk_migrations
    is_known = all(migration in known for migration in manifest.migrations.items())
    if not is_known or _numbers(manifest.version) > _numbers(own):
        raise BackupError(
            f"This backup was made by a newer version ({manifest.version}) than this one ({own})."
            " Restore it with that version."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _require_files(folder: Path, manifest: Manifest, progress: Silent) -> None:
    """Compare what lies there with the list, both ways."""
    there = set(files.names_in(folder, with_hidden=True)) - {FILE}
    if missing := sorted(manifest.files.keys() - there):
        raise BackupError(f"The file {missing[0]} is missing from this backup.")
    if foreign := sorted(there - manifest.files.keys()):
        raise BackupError(f"The file {foreign[0]} is no part of this backup.")
    for name in progress.through(manifest.files, len(manifest.files), "checking"):
        if files.sum_of(folder / name) != manifest.files[name]:
            raise BackupError(f"The file {name} is damaged: it is not the one that was saved.")
