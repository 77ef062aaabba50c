"""Lines of text whose figures lead to their rows: on a page as links, in a mail as text."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.text import Truncator

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
    return tuple(Piece(piece) if isinstance(piece, str) else piece for piece in pieces)


def count(number: int, one: str, path: str, many: str = "") -> Piece:
    """Return a number with what it counts, e.g. “1 read”, “1,204 reads”."""
    noun = one if number == 1 else many or f"{one}s"
    said = number_format(number, decimal_pos=0, force_grouping=True)
    return Piece(f"{said} {noun}", path, number)


def short(words: str, most: int) -> str:
    """Return the first words of a text, on one line, at most `most` and not too many letters."""
    return Truncator(Truncator(" ".join(words.split())).words(most, truncate="…")).chars(
        _MOST_LETTERS * 2, truncate="…"
    )


def text_of(said: Line) -> str:
    """Return a line as a mail in text has it."""
    return "".join(piece.text for piece in said)
