"""Headings of a text as an outline below the page's own, with the ids that lists of contents link to."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

TOP_LEVEL = 2
"""The level of a text's first heading: the page has its own heading of level 1."""

LOWEST_LEVEL = 6
LONGEST_ID = 60


@dataclass(frozen=True)
class Heading:
    """A heading for a list of contents: its level (2–6), the id to link to, its words."""

    level: int
    id: str
    text: str


class Outline:
    """Numbers headings from `TOP_LEVEL` on, skipping no level, whatever level an author begins with.

    Only which heading stands under which is kept.
    """

    def __init__(self) -> None:
        """Begin a text."""
        self._open: list[int] = []
        self._slugs = Slugs("h-", "section")

    def place(self, level: int, text: str) -> Heading:
        """Return the next heading of the text, for the level (1–6) and the words it was written with."""
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        shown = min(len(self._open) + TOP_LEVEL - 1, LOWEST_LEVEL)
        return Heading(shown, self._slugs.unused(text), text)


class Slugs:
    """Hands out ids; what they begin with keeps them apart from every id of the page itself."""

    def __init__(self, prefix: str, fallback: str) -> None:
        """Take what each id begins with, and the word for a text without letters."""
        self._prefix, self._fallback = prefix, fallback
        self._used: set[str] = set()
        self._next: dict[str, int] = {}

    def unused(self, text: str) -> str:
        """Return an id made of the letters and digits of a text that was not handed out before."""
        letters = (
            character if unicodedata.category(character)[0] in "LMN" else " "
            for character in text.lower()
        )
        words = "-".join("".join(letters).split())[:LONGEST_ID].strip("-")
        stem = self._prefix + (words or self._fallback)
        slug, number = stem, self._next.get(stem, 1)
        while slug in self._used:
            number += 1
            slug = f"{stem}-{number}"
        self._next[stem] = number
        self._used.add(slug)
        return slug
