"""The numbers of a site on PostgreSQL: a file of this machine, written by a thread of each web process.

The thread hears which keys have changed and writes them down. Once a second it makes sure that it has
heard everything, and from then on the process may trust the file for `LEASE` seconds. Without that it
trusts nothing, and Django makes every page: so no page is ever shown for longer than that after a
change, whatever breaks.
"""

from __future__ import annotations

import logging
import os
import selectors
import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

from blog.beside import run_beside
from blog.page_store.line import Line
from blog.page_store.numbers import Mark, Numbers
from blog.page_store.tally import Tally
from blog.page_store.trust import Trust

logger = logging.getLogger(__name__)

LEASE = 5.0
"""Seconds for which the file is trusted after what has been heard was known to be everything."""

_EVERY = 1.0
"""Seconds between two such moments, while nothing happens."""

_ASKS = 0.05
"""Seconds between two questions whether there is anybody to wait for."""

_PAUSE = 2.0
"""Seconds after a failure. Longer than `Numbers` takes to see that its file is gone, so that no process
still reads the old one when there is a new one."""


class Listener:
    """The thread that hears and writes.

    Attributes:
        trusted_until: until when the file may be trusted, by `time.monotonic`.
    """

    def __init__(self, path: Path) -> None:
        """Begin nothing yet: a web server may still fork."""
        self.trusted_until = 0.0
        self._tally, self._trust = Tally(path), Trust(path.parent)
        self._lock = threading.Lock()
        self._waiting: set[threading.Event] = set()
        self._ending = threading.Event()
        self._is_silent = False
        self._ear, self._mouth = os.pipe()
        os.set_blocking(self._mouth, False)
        self._thread = threading.Thread(target=self._run, name="page keys", daemon=True)

    def begin(self) -> None:
        """Listen until this process ends."""
        run_beside(self._thread, end=self.end)

    def end(self) -> None:
        """Stop listening, and trust nothing any more."""
        self._ending.set()
        self._wake()
        self._thread.join(LEASE)

    def settle(self) -> None:
        """Return once no process of this machine shows what was changed before.

        That takes one round trip to the database. Where it fails, it takes until no process trusts its
        numbers, `LEASE` seconds at most: one that still does then has caught up since, and has written
        for all.
        """
        heard, end = threading.Event(), time.monotonic() + LEASE
        with self._lock:
            self._waiting.add(heard)
        self._wake()
        while not heard.wait(_ASKS) and time.monotonic() < end and self._trust.is_held():
            pass
        with self._lock:
            self._waiting.discard(heard)

    def _wake(self) -> None:
        # When nothing more goes in, there is enough to wake up for.
        with suppress(BlockingIOError):
            os.write(self._mouth, b".")

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._listen()
            except Exception:
                self._distrust()
                # Once, not every two seconds, until it works again.
                if not self._is_silent:
                    logger.exception("Pages are not kept, since changes cannot be heard of")
                self._is_silent = True
                self._ending.wait(_PAUSE)
        self._distrust()
        self._tally.end()

    def _distrust(self) -> None:
        self.trusted_until = 0.0
        self._trust.let_go()

    def _listen(self) -> None:
        """Hear and write until something fails, or the end."""
        with closing(Line()) as line, selectors.DefaultSelector() as selector:
            # Anything may have happened while nobody listened, so this comes before the first lease.
            self._tally.begin()
            self._trust.hold()
            selector.register(line, selectors.EVENT_READ)
            selector.register(self._ear, selectors.EVENT_READ)
            while not self._ending.is_set():
                self._catch_up(line)
                for key, _ in selector.select(_EVERY):
                    if key.fileobj == self._ear:
                        os.read(self._ear, 4096)

    def _catch_up(self, line: Line) -> None:
        with self._lock:
            waiting = set(self._waiting)
        began = time.monotonic()
        self._tally.add(line.catch_up())
        self.trusted_until = began + LEASE
        self._is_silent = False
        for heard in waiting:
            heard.set()


class Mirror(Numbers):
    """The numbers in the file, as long as its listener vouches for them."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet; `listener.begin` does."""
        super().__init__(path)
        self.listener = Listener(path)

    def settle(self) -> None:
        """Wait until what was committed before has been heard of and written."""
        self.listener.settle()

    def _require_counting(self, database: sqlite3.Connection) -> None:
        # There are no triggers in this file; the listener asks for those of the site.
        pass

    def look(self, now: float) -> Mark | None:
        """Look as `Numbers` does; None without trust."""
        is_trusted = time.monotonic() < self.listener.trusted_until
        return super().look(now) if is_trusted else None
