"""Readers who look at a page all the time, while somebody decides what stands on it."""

from __future__ import annotations

import http.client
import math
import re
import threading
import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

CANARY = re.compile(rb"zqcanary(\d+)z")


def canary(number: int) -> str:
    """Return the word by which the wording of a number is known on a page."""
    return f"zqcanary{number}z"


def canaries(page: bytes) -> frozenset[int]:
    """Return the numbers of the wordings that stand on a page."""
    return frozenset(int(number) for number in CANARY.findall(page))


@dataclass(frozen=True, slots=True)
class Look:
    """What one reader saw: when she asked, when she had it all, and which canaries stood on it."""

    asked: float
    had: float
    status: int
    seen: frozenset[int]


@dataclass(frozen=True, slots=True)
class Change:
    """A decision: when it was sent, when its answer came, and which canaries are public and hidden by it."""

    sent: float
    answered: float
    shows: frozenset[int] = frozenset()
    hides: frozenset[int] = frozenset()


@dataclass
class Readers:
    """Threads that ask for one page over connections of their own, until they are told to stop."""

    port: int
    path: str
    count: int
    looks: list[list[Look]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self.looks = [[] for _ in range(self.count)]
        self._threads = [
            threading.Thread(target=self._watch, args=(looks,)) for looks in self.looks
        ]

    def __enter__(self) -> Readers:
        """Begin to look."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look once more, and end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _watch(self, looks: list[Look]) -> None:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        is_last = False
        while not is_last:
            is_last = self._stop.is_set()
            looks.append(look(connection, self.path))
        connection.close()


def look(connection: http.client.HTTPConnection, path: str, *, host: str = "") -> Look:
    """Ask for a page once, of a site that has another name than its machine if `host` says so."""
    asked = time.monotonic()
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    body = answer.read()
    return Look(asked, time.monotonic(), answer.status, canaries(body))


class Judge:
    """Who knows what a look may show, with all hidden at first.

    A decision may show from the moment it was sent, and must show once its answer has come; a second
    machine is given some seconds more.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        """Judge by these decisions, each sent after the answer of the one before it."""
        self._changes = changes
        self._sent = [change.sent for change in changes]
        self._answered = [change.answered for change in changes]
        nothing: frozenset[int] = frozenset()
        self._public = list(
            accumulate(changes, lambda old, new: (old | new.shows) - new.hides, initial=nothing)
        )

    def is_right(self, one: Look, *, late: float = 0.0) -> bool:
        """Whether a look shows all it must and nothing it may not, `late` seconds after an answer."""
        return self._is_right(one, self._known(one, late))

    def leaked(self, one: Look, *, late: float = 0.0) -> frozenset[int]:
        """Return what a look shows that was not public: waiting, refused, or taken away before."""
        return one.seen - self._allowed(one, self._known(one, late))[1]

    def behind(self, one: Look) -> float:
        """Return for how many seconds the oldest decision that a look does not know had been answered.

        0.0 for one that is right, infinity for one that never was.
        """
        last = self._known(one, 0.0)
        found = next((known for known in range(last, -1, -1) if self._is_right(one, known)), None)
        if found is None:
            return math.inf
        return one.asked - self._answered[found] if found < last else 0.0

    def _known(self, one: Look, late: float) -> int:
        """Return how many decisions a look must know."""
        return bisect_right(self._answered, one.asked - late)

    def _is_right(self, one: Look, known: int) -> bool:
        must, may = self._allowed(one, known)
        return must <= one.seen <= may

    def _allowed(self, one: Look, known: int) -> tuple[frozenset[int], frozenset[int]]:
        """Return what a look that knows so many decisions must show, and what it may."""
        public = self._public[known]
        open_ = self._changes[known : bisect_right(self._sent, one.had)]
        must = public.difference(*(change.hides for change in open_))
        return must, public.union(*(change.shows for change in open_))


def wrong(looks: Iterable[Look], changes: Sequence[Change]) -> list[Look]:
    """Return the looks that are not right."""
    judge = Judge(changes)
    return [one for one in looks if not judge.is_right(one)]
