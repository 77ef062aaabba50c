"""One at a time makes a page, in all processes of a machine; the others wait for it."""

from __future__ import annotations

import fcntl
import os
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from blog.page_store.memory import Address

WAITS = 5.0
"""Seconds after which a page is made without a turn."""

_PAUSE = 0.002
_PLACES = 1 << 20


class Turns:
    """A lock for each address: of the threads here, and a byte of a file for the other processes.

    What holds a lock and dies lets go of it: both kinds end with the process.
    """

    def __init__(self, path: Path) -> None:
        """Use the file at `path`, which is made and stays empty."""
        self._path = path
        self._file: int | None = None
        self._lock = threading.Lock()
        self._waiting: dict[Address, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, address: Address) -> Iterator[None]:
        """Wait for the turn to make this page, `WAITS` seconds at most."""
        until = time.monotonic() + WAITS
        own = self._join(address)
        has_turn = own.acquire(timeout=WAITS)
        place = self._place(address, until) if has_turn else None
        try:
            yield
        finally:
            if place is not None:
                self._free(place)
            if has_turn:
                own.release()
            self._leave(address)

    def _join(self, address: Address) -> threading.Lock:
        with self._lock:
            own, count = self._waiting.get(address, (threading.Lock(), 0))
            self._waiting[address] = own, count + 1
            return own

    def _leave(self, address: Address) -> None:
        with self._lock:
            own, count = self._waiting.pop(address)
            if count > 1:
                self._waiting[address] = own, count - 1

    def _place(self, address: Address, until: float) -> int | None:
        """Return the byte that is ours now; None when it could not be had in time."""
        place = zlib.crc32("\0".join(address).encode()) % _PLACES
        while time.monotonic() < until:
            try:
                fcntl.lockf(self._open(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except BlockingIOError:
                time.sleep(_PAUSE)
            except OSError:
                break
            else:
                return place
        return None

    def _free(self, place: int) -> None:
        with suppress(OSError):
            fcntl.lockf(self._open(), fcntl.LOCK_UN, 1, place)

    def _open(self) -> int:
        with self._lock:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            return self._file
