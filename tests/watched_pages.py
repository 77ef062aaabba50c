"""Readers who look at a page all the time, while somebody decides what stands on it."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

CANARY = re.compile(rb"zqcanary(\d+)z")


def canary(number: int) -> str:
    """Return the word by which the comment of a number is known on a page."""
    return f"zqcanary{number}z"


@dataclass(frozen=True, slots=True)
class Look:
    """What one reader saw: when she asked, when she had it all, and which canaries stood on it."""

    asked: float
    had: float
    status: int
    seen: frozenset[int]


@dataclass(frozen=True, slots=True)
class Change:
    """A decision: when it was sent, when its answer came, and whether the comment is public after it."""

    sent: float
    answered: float
    number: int
    is_public: bool


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


def look(connection: http.client.HTTPConnection, path: str) -> Look:
    """Ask for a page once."""
    asked = time.monotonic()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    seen = frozenset(int(number) for number in CANARY.findall(body))
    return Look(asked, time.monotonic(), answer.status, seen)


def wrong(looks: Iterable[Look], changes: Iterable[Change], count: int) -> list[Look]:
    """Return the looks that saw what they could not see, with comments 0 to `count` - 1 hidden at first.

    A decision may show from the moment it was sent, and must show once its answer has come.
    """
    by_number: dict[int, list[Change]] = {number: [] for number in range(count)}
    for change in changes:
        by_number[change.number].append(change)
    return [
        one
        for one in looks
        if any((number in one.seen) not in allowed(one, by_number[number]) for number in by_number)
        or not one.seen <= by_number.keys()
    ]


def allowed(one: Look, changes: Iterable[Change]) -> set[bool]:
    """Return whether a comment may be seen, may be missing, or both, in a look."""
    states = {False}
    for change in changes:
        if change.answered <= one.asked:
            states = {change.is_public}
        elif change.sent <= one.had:
            states.add(change.is_public)
    return states
