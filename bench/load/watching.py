"""Readers who look at a page all the time, each over a connection it keeps, in a process of their own."""

from __future__ import annotations

import heapq
import multiprocessing
import selectors
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from bench.load.whole import PATIENCE, Line
from tests.watched_pages import Look, canaries

_STARTS = 60
"""Seconds for a process to start and connect."""


@dataclass(frozen=True)
class Watch:
    """What the readers of one server do: so many ask for a page, and again `pause` seconds later."""

    port: int
    host: str
    path: str
    readers: int
    pause: float

    @property
    def request(self) -> bytes:
        """What each sends; no compression, so that the words can be read."""
        return f"GET {self.path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode("ascii")


@contextmanager
def watching(watch: Watch) -> Iterator[list[Look]]:
    """Let them look until the end of the block; the list holds what they saw only after it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_watch, args=(watch, theirs), daemon=True)
    process.start()
    if not ours.poll(_STARTS):
        raise SystemExit("The readers did not start.")
    ours.recv()
    looks: list[Look] = []
    try:
        yield looks
    finally:
        ours.send("stop")
        looks.extend(ours.recv())
        process.join()


class _Reader:
    """One of them: asks, and reads the whole answer."""

    def __init__(self, watch: Watch) -> None:
        self._request, self._line = watch.request, Line(watch.port)
        self.socket = self._line.socket
        self._asked = 0.0

    def ask(self) -> None:
        self._asked = time.monotonic()
        self._line.send(self._request)

    def look(self) -> Look | None:
        """Return what has been seen once the answer is whole; a broken connection has status 0."""
        answer = self._line.receive()
        if answer is None:
            return None
        return Look(self._asked, time.monotonic(), answer[0], canaries(self._line.body))


class _Room:
    """All of them: those who rest, by the moment at which they ask again, and those who have asked."""

    def __init__(self, watch: Watch, told: Connection) -> None:
        self._pause, start = watch.pause, time.monotonic()
        self._readers = [_Reader(watch) for _ in range(watch.readers)]
        # Not all at once: each begins at its own moment of the first pause.
        self._resting = [(start + watch.pause * n / watch.readers, n) for n in range(watch.readers)]
        self._asking, self._is_over = 0, False
        self._selector = selectors.DefaultSelector()
        self._selector.register(told, selectors.EVENT_READ)

    def looks(self) -> Iterator[Look]:
        """Yield each look until something is told, and then those that are still on their way."""
        while self._asking or not self._is_over:
            self._wake()
            ready = self._selector.select(self._rest())
            if not ready and self._asking == len(self._readers):
                raise SystemExit(f"Nobody was answered for {PATIENCE} seconds.")
            for key, _ in ready:
                if key.data is None:
                    self._selector.unregister(key.fileobj)
                    self._is_over = True
                elif found := self._looked(key.data):
                    yield found

    def _wake(self) -> None:
        while self._resting and not self._is_over and self._resting[0][0] <= time.monotonic():
            _, number = heapq.heappop(self._resting)
            reader = self._readers[number]
            self._selector.register(reader.socket, selectors.EVENT_READ, number)
            reader.ask()
            self._asking += 1

    def _rest(self) -> float:
        """Return the seconds until the next one asks."""
        if self._is_over or not self._resting:
            return PATIENCE
        return max(self._resting[0][0] - time.monotonic(), 0)

    def _looked(self, number: int) -> Look | None:
        reader = self._readers[number]
        found = reader.look()
        if found is not None:
            self._selector.unregister(reader.socket)
            self._asking -= 1
            if found.status:
                heapq.heappush(self._resting, (time.monotonic() + self._pause, number))
        return found


def _watch(watch: Watch, told: Connection) -> None:
    room = _Room(watch, told)
    told.send("ready")
    # The same few sets over and over: kept once, and sent once.
    known: dict[frozenset[int], frozenset[int]] = {}
    told.send([replace(one, seen=known.setdefault(one.seen, one.seen)) for one in room.looks()])
