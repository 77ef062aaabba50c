"""Lines of text whose figures lead to their rows: on a page as links, in a mail as text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import ngettext

_MOST_LETTERS = 60


@dataclass(frozen=True)
class Piece:
    """Some words. With a path they lead to what they tell of; `figure` is the number they tell."""

    text: str
    path: str = ""
    figure: int | None = None


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Part:
    """A heading and its lines."""

    title: str
    lines: list[Line]


def line(*pieces: Piece | str) -> Line:
    """Return a line of pieces and plain words."""
    return tuple(_piece(said) for said in pieces)


def count(number: int, said: str, path: str) -> Piece:
    """Return a number with what it counts, e.g. “1 read”, “1,204 reads”.

    Args:
        said: the words for this number, with `%(count)s` where it stands.
    """
    shown = number_format(number, decimal_pos=0, force_grouping=True)
    return Piece(said % {"count": shown}, path, number)


def reads(number: int, path: str) -> Piece:
    """Return how many reads."""
    return count(number, ngettext("%(count)s read", "%(count)s reads", number), path)


def comments(number: int, path: str) -> Piece:
    """Return how many comments."""
    return count(number, ngettext("%(count)s comment", "%(count)s comments", number), path)


def questions(number: int, path: str) -> Piece:
    """Return how many questions."""
    return count(number, ngettext("%(count)s question", "%(count)s questions", number), path)


def sentence(said: str, **parts: Piece | str) -> Line:
    """Return a sentence as a line, with pieces where it names them, e.g. `%(reads)s`."""
    found = re.split(r"%\((\w+)\)s", said)
    return tuple(
        piece
        for number, word in enumerate(found)
        if (piece := _piece(parts[word] if number % 2 else word)).text
    )


def _piece(said: Piece | str) -> Piece:
    return said if isinstance(said, Piece) else Piece(said)


def short(words: str, most: int) -> str:
    """Return the first words of a text, on one line, at most `most` and not too many letters."""
    return Truncator(Truncator(" ".join(words.split())).words(most, truncate="…")).chars(
        _MOST_LETTERS * 2, truncate="…"
    )


def text_of(said: Line) -> str:
    """Return a line as a mail in text has it."""
    return "".join(piece.text for piece in said)
