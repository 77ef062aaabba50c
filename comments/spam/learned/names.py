"""What a name is made of: of words that are bought and sold, of plain words, or of neither.

Whoever sells signs with the goods, "Garden Furniture Leeds"; a person signs with a word that stands in
no dictionary, or with one alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from comments.spam.lexicon import common_words, read_data
from comments.spam.tokens import fold, words_of

if TYPE_CHECKING:
    from comments.spam.facts import Submission

_MOST_WORDS = 8
_GIVEN_WORDS = """
art bill black brook brown chance chase cook dale dean drew faith frank gene glen grace grant gray green
guy hope hunter jack joy king mark mason may miles price ray rich rob rose rusty sandy sky smith star
stone storm sue summer taylor von ward west white will wood woods young
"""
_GIVEN = frozenset(_GIVEN_WORDS.split())
"""Words that are names of people as well, and so say nothing."""


@dataclass(frozen=True)
class Name:
    """The words of a name, folded, and which of them are goods or ordinary words (goods included)."""

    words: tuple[str, ...]
    goods: tuple[str, ...]
    ordinary: tuple[str, ...]

    @property
    def share(self) -> float:
        """Which part of the words is ordinary, 0 to 1."""
        return len(self.ordinary) / (len(self.words) or 1)

    @property
    def kind(self) -> str:
        """One word for it: `none`, `goods`, `phrase`, `part`, `word`, or `person` of no such word."""
        if not self.words:
            return "none"
        if not self.ordinary:
            return "person"
        if len(self.words) == 1:
            return "word"
        if self.share < 0.5:
            return "part"
        return "goods" if self.goods else "phrase"


def name_of(submission: Submission) -> Name:
    """Returns what the name of a submission is made of; its first eight words are read."""
    words = tuple(fold(word).removesuffix("'s") for word in words_of(submission.shown_name))
    words = words[:_MOST_WORDS]
    return Name(
        words,
        goods=tuple(word for word in words if word in _goods()),
        ordinary=tuple(word for word in words if word in _ordinary()),
    )


@cache
def _goods() -> frozenset[str]:
    lines = read_data("goods.txt").splitlines()
    return frozenset(" ".join(line for line in lines if line[:1] != "#").split()) - _GIVEN


@cache
def _ordinary() -> frozenset[str]:
    return (common_words() | _goods()) - _GIVEN
