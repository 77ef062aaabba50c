"""Bringing a backup back into an empty place: media first, the database last and all at once.

A restore that broke off before the database came is run again and goes on: files that are there
already must be those of the backup. One that broke off afterwards finds a database that is not
empty and is refused; `migrate` and `verify_ledger` finish it, since all rows are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection, connections
from django.db.migrations.executor import MigrationExecutor

from blog.page_store import shown
from config.backups import databases, files
from config.backups.checking import check
from config.backups.contents import Head
from config.backups.databases import Database
from config.backups.errors import BackupError, sentence
from config.backups.manifest import MEDIA, Manifest
from ledger import guards
from ledger.verify import Chain, kept_head_problem, problems
from transfer.progress import Silent

_COMING = ".restoring"
"""The name of a file in MEDIA_ROOT until it is whole."""


@dataclass(frozen=True)
class Restored:
    """What came back: the manifest, whether it was migrated, and the head of the record now."""

    manifest: Manifest
    was_migrated: bool
    head: Head


def restore(folder: Path, *, progress: Silent) -> Restored:
    """Check the backup in `folder`, bring it back, migrate if it is older, and verify the record.

    Raises:
        BackupError: one sentence. Unless it says that the backup is in the database, the database
            is as it was.
        OSError: a file cannot be read or written.
    """
    manifest = check(folder, progress=progress)
    database = databases.current()
    _require_empty(database, manifest)
    _bring_media(folder / MEDIA, manifest, progress)
    connections.close_all()
    database.load(folder / manifest.database_file, progress)
    return _finish(manifest)


def _require_empty(database: Database, manifest: Manifest) -> None:
    """Refuse a place where anything is that this backup did not put there."""
    if not database.is_empty():
        raise BackupError(
            "This database is not empty. A backup goes into an empty one only, without tables."
            " If a restore broke off here, finish it: manage.py migrate, then"
            f" manage.py verify_ledger --head {manifest.head}"
        )
    root = Path(settings.MEDIA_ROOT)
    for name in files.names_in(root):
        if manifest.media.get(name) != files.sum_of(root / name):
            raise BackupError(f"MEDIA_ROOT is not empty: {root / name} is not of this backup.")


def _bring_media(source: Path, manifest: Manifest, progress: Silent) -> None:
    """Copy each file that is not there yet, and move it to its place when it is whole."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    coming, media = root / _COMING, manifest.media
    for name in progress.through(media, len(media), "media"):
        target = root / name
        if target.is_file():
            continue
        coming.unlink(missing_ok=True)
        if files.copy(source / name, coming) != media[name]:
            coming.unlink()
            raise BackupError(f"The file {MEDIA}{name} has changed since it was checked.")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        coming.rename(target)
    coming.unlink(missing_ok=True)
    files.settle_below(root)


def _finish(manifest: Manifest) -> Restored:
    try:
        was_older = _migrate()
    except Error as error:
        raise BackupError(
            f"The backup is in the database, but migrating it failed. {sentence(error)}"
        ) from error
    chain = Chain()
    problem = next(problems(chain), None)
    if problem is None and manifest.head.sequence:
        problem = kept_head_problem(str(manifest.head))
    if problem:
        raise BackupError(f"The backup is in the database, but its record is not whole: {problem}")
    return Restored(manifest, was_older, Head(chain.sequence, chain.head))


def _migrate() -> bool:
    """Bring the database up to this version, guards included; return whether it was older."""
    executor = MigrationExecutor(connection)
    is_older = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if is_older:
        call_command("migrate", interactive=False, verbosity=0)
    guards.install()
    # Whatever this machine, or another one, has kept was made of another database.
    shown.bump_all(connection)
    return is_older
