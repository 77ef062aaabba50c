"""The file in which a machine keeps its pages, shared by all processes that serve the site.

It holds copies only: without it, or after any damage, pages are made anew. What does not hold any more is
overwritten within minutes (`sweep`), so that words that were erased do not stay here.
"""

from __future__ import annotations

import hmac
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from django.utils.crypto import salted_hmac

from blog.page_store.damage import is_damage, remove
from blog.page_store.memory import Address
from blog.page_store.page import Page, unpacked

logger = logging.getLogger(__name__)

MOST = 256 * 1024 * 1024
"""Bytes of pages in the file; those that were made first go first."""

_ROOM = 0.9
"""How much of that is left when the oldest have gone, so that it happens rarely."""

_LOOKS_EVERY = 64
"""Pages between two looks at how many bytes there are."""

_QUIET = 60.0
"""Seconds between two lines of the log about a file that does not work."""

_WAITS = 0.25
_SHAPE = 2
"""Written into the file as its `user_version`; a file of another shape is emptied."""

_CREATE = f"""
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS page;
CREATE TABLE page (
    path TEXT, query TEXT, program TEXT NOT NULL, at REAL NOT NULL, size INTEGER NOT NULL,
    number INTEGER NOT NULL, until REAL NOT NULL, keys TEXT NOT NULL,
    digest BLOB NOT NULL, page BLOB NOT NULL, PRIMARY KEY (path, query)
);
CREATE INDEX page_at ON page (at, size);
PRAGMA user_version={_SHAPE};
COMMIT;
"""
_PUT = "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REMOVE = "DELETE FROM page WHERE path = ? AND query = ? AND digest = ?"
_SEEN = "SELECT rowid, number, until, keys FROM page"
# Not what took its place since it was seen.
_REMOVE_SEEN = "DELETE FROM page WHERE rowid = ? AND number IS ?"
_CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"
_TOTAL = "SELECT COALESCE(SUM(size), 0) FROM page"
_REMOVE_OLDEST = """
DELETE FROM page WHERE at <= (
    SELECT at FROM (SELECT at, SUM(size) OVER (ORDER BY at) AS gone FROM page) WHERE gone >= ? LIMIT 1
)
"""

P = ParamSpec("P")
Found = TypeVar("Found")


class Shelf:
    """Pages by their address. No method raises: what cannot be kept is made again, and the log says so."""

    def __init__(self, path: Path, program: str, *, most: int = MOST) -> None:
        """Open nothing yet.

        Args:
            program: what makes the pages; those of another program count as none.
            most: bytes of pages at most.
        """
        self._path, self._program, self._most = path, program, most
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._until_look = 0
        self._silent_until = 0.0

    def get(self, address: Address) -> Page | None:
        """Return the page of an address; None when there is none, or when it is damaged."""
        return self._try(_get, address, self._program)

    def put(self, address: Address, page: Page) -> None:
        """Keep a page in place of the one that was there."""
        self._try(_put, address, self._program, page)
        self._until_look -= 1
        if self._until_look < 0:
            self._until_look = _LOOKS_EVERY
            self._try(_make_room, self._most)

    def sweep(self, number_of: Callable[[Iterable[str]], int], now: float) -> None:
        """Overwrite what does not hold any more, in the file and in its log.

        Args:
            number_of: returns the highest number that some keys have now.
            now: seconds since the epoch.
        """
        if os.path.exists(self._path):  # noqa: PTH110 - never raises
            self._try(_sweep, number_of, now)

    def empty(self) -> None:
        """Overwrite everything, whatever made it."""
        if os.path.exists(self._path):  # noqa: PTH110 - never raises
            self._try(_empty)

    def _try(
        self,
        act: Callable[Concatenate[sqlite3.Connection, P], Found],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Found | None:
        with self._lock:
            try:
                return act(self._open(), *args, **kwargs)
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
                return None

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            database = sqlite3.connect(
                self._path, timeout=_WAITS, isolation_level=None, check_same_thread=False
            )
            database.execute("PRAGMA journal_mode=WAL")
            # Copies need not outlive the machine.
            database.execute("PRAGMA synchronous=OFF")
            # What goes is overwritten, which not every SQLite does by itself.
            database.execute("PRAGMA secure_delete=ON")
            if database.execute("PRAGMA user_version").fetchone()[0] != _SHAPE:
                database.executescript(_CREATE)
            self._database = database
        return self._database

    def _give_up(self, error: Exception) -> None:
        """Say once a minute what is wrong; begin a new file in place of a damaged one."""
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + _QUIET
            logger.warning(
                "Pages cannot be kept in %s, so the site is slower: %s", self._path, error
            )
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None
        if is_damage(error):
            remove(self._path)


def _get(database: sqlite3.Connection, address: Address, program: str) -> Page | None:
    sql = "SELECT digest, page FROM page WHERE path = ? AND query = ? AND program = ?"
    row = database.execute(sql, [*address, program]).fetchone()
    if row is None:
        return None
    digest, data = row
    # Whatever else somebody wrote there is no page.
    are_bytes = isinstance(digest, bytes) and isinstance(data, bytes)
    if are_bytes and hmac.compare_digest(digest, _digest(address, program, data)):
        with suppress(ValueError):
            return unpacked(data)
    logger.warning("The page kept for %s is damaged and is made anew", address[0])
    # Said once: who asks again finds none. One that another process has just made stays.
    database.execute(_REMOVE, [*address, digest])
    return None


def _put(database: sqlite3.Connection, address: Address, program: str, page: Page) -> None:
    data = page.packed()
    digest = _digest(address, program, data)
    holds = [page.number, page.until, " ".join(page.keys)]
    database.execute(_PUT, [*address, program, time.time(), len(data), *holds, digest, data])


def _make_room(database: sqlite3.Connection, most: int) -> None:
    total = database.execute(_TOTAL).fetchone()[0]
    if total > most:
        database.execute(_REMOVE_OLDEST, [total - most * _ROOM])


def _sweep(
    database: sqlite3.Connection, number_of: Callable[[Iterable[str]], int], now: float
) -> None:
    def is_gone(number: int, until: float, keys: str) -> bool:
        try:
            return now >= until or number_of(keys.split()) > number
        except (TypeError, AttributeError):
            # Not written by us.
            return True

    seen = database.execute(_SEEN).fetchall()
    gone = [(row, number) for row, number, *holds in seen if is_gone(number, *holds)]
    database.executemany(_REMOVE_SEEN, gone)
    # Copies stay in the log too. While somebody reads it is left to the next time.
    database.execute(_CHECKPOINT)


def _empty(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM page")
    # With what was once freed and not overwritten.
    database.execute("VACUUM")
    database.execute(_CHECKPOINT)


def _digest(address: Address, program: str, data: bytes) -> bytes:
    """Return what only this site can say of a page, so that nobody else's is taken for it."""
    said = "\0".join([*address, program]).encode() + b"\0" + data
    return salted_hmac("blog.page_store.shelf", said, algorithm="sha256").digest()
