"""The numbers of keys in a file of this machine, for a site whose database is on a server.

`Numbers` reads the file as it reads the database of a site on SQLite. Every web process writes it: the
same key twice makes a page once more, and never too late.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from blog.page_store.damage import is_damage, remove
from blog.page_store.saying import SITE
from blog.page_store.shown import CREATE_INDEX, CREATE_TABLE, bump

_WAITS = 1.0
"""Seconds for another process that writes."""

_BUMP = bump("?")


class Tally:
    """Writes the numbers. After any error it must be begun again, which makes every page anew."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet."""
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None

    def begin(self) -> None:
        """Open the file, made if it is not there, and give `SITE` a new number.

        A new file has it from its first moment, so that no reader finds it without.

        Raises:
            sqlite3.Error: it cannot be written; a damaged one is gone.
            OSError: its folder cannot be made.
        """
        self.end()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._open()
        except sqlite3.Error as error:
            self._give_up(error)
            raise

    def add(self, keys: Iterable[str]) -> None:
        """Give each key a new number, all at once.

        Raises:
            sqlite3.Error: it cannot be written; a damaged one is gone.
            OSError: it is not the file any more that was opened.
        """
        database, opened = self._database, self._file
        if database is None or opened is None or not os.path.samestat(self._path.stat(), opened):
            raise FileNotFoundError(f"{self._path} was removed")
        rows = [(key,) for key in sorted(set(keys))]
        try:
            if rows:
                _write(database, rows)
        except sqlite3.Error as error:
            self._give_up(error)
            raise

    def end(self) -> None:
        """Close the file."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
        self._database, self._file = None, None

    def _open(self) -> None:
        database = self._database = sqlite3.connect(
            self._path, timeout=_WAITS, isolation_level=None, check_same_thread=False
        )
        database.execute("PRAGMA journal_mode=WAL")
        # After a crash of the machine every page is made anew in any case.
        database.execute("PRAGMA synchronous=OFF")
        _write(database, [(SITE,)])
        self._file = self._path.stat()

    def _give_up(self, error: Exception) -> None:
        self.end()
        if is_damage(error):
            remove(self._path)


def _write(database: sqlite3.Connection, rows: list[tuple[str]]) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        database.execute(CREATE_TABLE)
        database.execute(CREATE_INDEX)
        database.executemany(_BUMP, rows)
        database.execute("COMMIT")
    except sqlite3.Error:
        with suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise
