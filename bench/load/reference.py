"""A fixed piece of work, beside which the price of a page is judged.

How many instructions a line of Python takes depends on its version, on how that was compiled and a little
on the processor. This work is alike in kind to answering with a kept page: look-ups in dictionaries, calls
of functions and methods, cached functions, generators, short tuples. So both change together, and the price
of a page in times of this one stays (figures in docs/decisions/0038-gate-on-instructions.md). None of the
site's code is in it. Whoever changes it makes `bench/instructions.json` anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache

Asked = dict[str, str]

_ASKED: Asked = {
    "METHOD": "GET",
    "SHELF": "/letters/7/",
    "HOST": "library.example",
    "READER": "Somebody/5.0 (who; reads; much) Of/2026 What/140.0",
    "WANTS": "text/plain,text/letters",
    "FOLDED": "twice, once",
    "FROM": "192.0.2.7",
}
_REFUSES = ("LEAVES", "HURRIES", "SLEEPS")
_MARK = b"unchanged" * 6


class Letter:
    """What lies on a shelf, and until when it holds."""

    def __init__(self, text: bytes) -> None:
        """Put a text there for ever."""
        self.text, self.mark, self.until = text, _MARK[:48], float("inf")
        self.head = [("Kind", "letter"), ("Length", str(len(text)))]

    def holds(self, mark: bytes, now: float) -> bool:
        """Whether it is what it was."""
        return mark == self.mark and now < self.until


class Library:
    """Some letters, and who came to read them."""

    def __init__(self) -> None:
        """Begin with twenty shelves and no reader."""
        self._letters = {(f"/letters/{n}/", ""): Letter(b"Dear reader") for n in range(20)}
        self._readers: set[int] = set()

    def hand_out(self, asked: Asked, begin: Callable[[str, object], None]) -> tuple[bytes, ...]:
        """Answer one reader; LookupError if there is nothing for her."""
        letter = self._letters.get((asked["SHELF"], asked.get("PART", "")))
        if letter is None or not _is_here(asked) or not letter.holds(_MARK[:48], time.time()):
            raise LookupError(asked["SHELF"])
        if _reads(asked):
            self._note(asked["SHELF"], asked.get("READER", ""), asked.get("FROM", ""))
        begin(_folding(asked.get("FOLDED", "")), letter.head)
        return (letter.text,)

    def _note(self, *parts: str) -> None:
        self._readers.add(hash(parts))


def _is_here(asked: Asked) -> bool:
    return _is_ours(asked.get("HOST", ""), asked.get("DOOR", "front"))


def _reads(asked: Asked) -> bool:
    return (
        asked.get("METHOD") == "GET"
        and "text/plain" in asked.get("WANTS", "")
        and not any(asked.get(name) == "1" for name in _REFUSES)
        and not any("no" in asked.get(name, "").lower() for name in _REFUSES)
        and _folding(asked["READER"][:500]) != "="
    )


@lru_cache(maxsize=64)
def _is_ours(host: str, door: str) -> bool:
    return host.lower() == "library.example" and door == "front"


@lru_cache(maxsize=64)
def _folding(known: str) -> str:
    return max(known.split(","))


_library = Library()


def work() -> None:
    """Do it once."""
    said: list[object] = []
    for _ in _library.hand_out(dict(_ASKED), lambda *given: said.extend(given)):
        pass
