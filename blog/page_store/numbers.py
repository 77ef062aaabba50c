"""Which keys have changed, and how a process sees within a microsecond that none has.

SQLite keeps the head of its write-ahead log in memory that all processes share, the file ending in
`-shm`; each commit changes a counter there before it returns (sqlite.org/walformat.html, 2.1). A
process that compares those 48 bytes with the ones it saw last knows, without a lock or a system call,
whether anybody has committed anything since. Only then it asks the database, which is always right.
"""

from __future__ import annotations

import logging
import mmap
import os
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from blog.page_store.shown import TABLE, WATCH

logger = logging.getLogger(__name__)

Mark = bytes | tuple[object, int]

_HEAD = 48
_WAITS = 1.0
"""Seconds for a lock of the database, which readers of a write-ahead log almost never meet."""

_QUIET = 60.0
"""Seconds between two lines of the log about numbers that cannot be read."""


class Numbers:
    """The numbers of keys in one SQLite file, as this process last saw them."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet: the file may not be there."""
        self._path = path
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._head: mmap.mmap | None = None
        self._file: os.stat_result | None = None
        self._looked_for_file_at = 0.0
        self._silent_until = 0.0
        self._opening = object()
        self._seen: Mark | None = None
        self._numbers: dict[str, int] = {}
        self._last = 0

    def look(self, now: float) -> Mark | None:
        """Return a mark that is the same object until something is committed; None without an answer.

        Args:
            now: seconds since the epoch. Once in a second it is asked whether the file is still there, or
                another one in its place.
        """
        head, seen = self._head, self._seen
        # Twice, since a clock may be set back.
        if head is not None and head[:_HEAD] == seen and 0 <= now - self._looked_for_file_at < 1:
            return seen
        with self._lock:
            try:
                self._follow_file(now)
                return self._look_again()
            except (sqlite3.Error, OSError, ValueError, LookupError) as error:
                self._say(error, now)
                self._close()
                return None

    def _say(self, error: Exception, now: float) -> None:
        """Say once a minute what is wrong: it is so for each request."""
        if now >= self._silent_until:
            self._silent_until = now + _QUIET
            logger.warning(
                "What has changed cannot be read in %s, so pages are made anew and the site is slower: %s",
                self._path,
                error,
            )

    def settle(self) -> None:
        """Return once all processes of this machine see what was committed before: with SQLite, now."""

    @property
    def last(self) -> int:
        """The highest number at the last look."""
        return self._last

    def of(self, keys: Iterable[str]) -> int:
        """Return the highest number of some keys at the last look; 0 for what never changed."""
        return max(map(self._number_of, keys), default=0)

    def since(self, number: int) -> list[str]:
        """Return the keys that have changed after `number`, at the last look."""
        with self._lock:
            return sorted(key for key, found in self._numbers.items() if found > number)

    def _number_of(self, key: str) -> int:
        return self._numbers.get(key, 0)

    def _follow_file(self, now: float) -> None:
        """Open the file anew when it is not the one that was opened, as after a restored backup."""
        if 0 <= now - self._looked_for_file_at < 1:
            return
        self._looked_for_file_at = now
        found = self._path.stat()
        if self._file is None or not os.path.samestat(found, self._file):
            self._close()
            self._file = found

    def _look_again(self) -> Mark:
        database = self._database or self._open()
        # First the mark and then the numbers: what is committed in between is seen next time.
        mark = self._mark(database)
        if mark != self._seen:
            self._require_counting(database)
            rows = database.execute(
                f"SELECT key, number FROM {TABLE} WHERE number > ? ORDER BY number",  # noqa: S608 - a constant
                [self._last],
            ).fetchall()
            self._numbers.update(rows)
            self._last = max([self._last, *(number for _, number in rows)])
            self._seen = mark
        return self._seen if self._seen is not None else mark

    def _require_counting(self, database: sqlite3.Connection) -> None:
        """Raise LookupError while changes are not counted, since tables are remade."""
        asked = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?"
        if database.execute(asked, [WATCH]).fetchone() is None:
            raise LookupError("the triggers that count changes are away (manage.py migrate)")

    def _mark(self, database: sqlite3.Connection) -> Mark:
        if self._head is not None:
            return self._head[:_HEAD]
        # This number begins anew with each connection.
        return self._opening, database.execute("PRAGMA data_version").fetchone()[0]

    def _open(self) -> sqlite3.Connection:
        # Not by Django's connections: this one lives as long as the process, and answers no request.
        database = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=_WAITS,
            isolation_level=None,
            check_same_thread=False,
        )
        database.execute(f"SELECT number FROM {TABLE} LIMIT 1").fetchall()  # noqa: S608 - a constant
        self._database, self._seen, self._numbers, self._last = database, None, {}, 0
        self._opening = object()
        self._head = _map(Path(f"{self._path}-shm"))
        return database

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
        self._database, self._head, self._seen = None, None, None


_mapped: dict[tuple[int, int], mmap.mmap] = {}


def _map(path: Path) -> mmap.mmap | None:
    """Map the shared head of the log; None where there is none, as without a write-ahead log.

    A file is mapped once and stays open until the process ends: closing any descriptor of a file drops
    all locks that SQLite holds on it in this process, for whomever (POSIX, fcntl).
    """
    try:
        found = path.stat()
        key = (found.st_dev, found.st_ino)
        if key not in _mapped:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            _mapped[key] = mmap.mmap(file, mmap.PAGESIZE, prot=mmap.PROT_READ)
        return _mapped[key]
    except (OSError, ValueError):
        return None
