"""A SQLite database as a file of a backup: one moment of it, copied page by page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.backups import contents
from config.backups.contents import Contents
from config.backups.errors import BackupError
from transfer.progress import Silent

_PAGES = 1000
"""Pages of one step; four megabytes."""

_PATIENCE = 30.0
"""Seconds to wait for somebody who writes."""


@dataclass(frozen=True)
class SQLite:
    """The database at a path."""

    path: Path
    kind = "sqlite"

    def is_empty(self) -> bool:
        """Whether it has no tables, or is not there yet."""
        if not self.path.exists():
            return True
        with _opened(self.path, "mode=rw") as database:
            return not database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    def dump(self, file: Path, progress: Silent) -> Contents:
        """Write one moment of the database into a new file while others write to the database."""
        file.touch(mode=0o600)
        with _opened(self.path, "mode=rw") as source, _opened(file, "mode=rw") as copy:
            # Within a transaction that reads, since a copy begins anew whenever somebody commits.
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
            _copy(source, copy, progress)
            # So that the file needs no other beside it, and can be read where nobody may write.
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()
            return contents.read(copy.execute)

    def check(self, file: Path) -> None:
        """Read all of a dump, and change nothing.

        Raises:
            BackupError: it is damaged.
        """
        try:
            with _opened(file, "mode=ro&immutable=1") as copy:
                ((answer,),) = copy.execute("PRAGMA integrity_check(1)").fetchall()
        except (BackupError, sqlite3.Error) as error:
            raise BackupError(f"{file.name} is damaged: it is no database.") from error
        if answer != "ok":
            raise BackupError(f"{file.name} is damaged: {answer}.")

    def load(self, file: Path, progress: Silent) -> None:
        """Bring a dump into the empty database, all of it or nothing; a new file is its owner's alone."""
        Path(self.path).touch(mode=0o600)
        with (
            _opened(file, "mode=ro&immutable=1") as copy,
            _opened(self.path, "mode=rwc") as target,
        ):
            _copy(copy, target, progress)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, progress: Silent) -> None:
    """Copy all pages in one transaction of the target."""
    with progress.counting("database") as moved:
        source.backup(
            target,
            pages=_PAGES,
            progress=lambda _, remaining, total: moved(total - remaining, total),
        )


@contextmanager
def _opened(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """Open a database, whatever its name.

    Raises:
        BackupError: it cannot be opened, read or written.
    """
    address = f"{path.absolute().as_uri()}?{how}"
    try:
        connection = sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None)
        with closing(connection):
            yield connection
    except sqlite3.Error as error:
        raise BackupError(f"{path}: SQLite says “{error}”.") from error
