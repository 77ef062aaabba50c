"""The part of a text that answers a question, as pieces to be printed: some of them marked.

Only text goes in and comes out. The template escapes each piece, and puts `<mark>` around some.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from blog.search.question import Question, Term
from blog.search.tokens import FOLDING, LONGEST_TOKEN

LONGEST = 240
"""Characters of an excerpt, about three lines on a wide page."""

_BEFORE = 60
"""Characters shown before the first word that was looked for."""

_BLOCK = 1000


@dataclass(frozen=True)
class Piece:
    """Some characters, and whether they are what was looked for."""

    text: str
    is_marked: bool


def excerpt(text: str, question: Question) -> list[Piece]:
    """Return the beginning of a text, or the part around the first place that was looked for."""
    line = " ".join(text.split("\n"))
    start = max(0, _first(line, question) - _BEFORE)
    if start:
        start = line.find(" ", start, start + _BEFORE) + 1 or start
    end = len(line)
    if end - start > LONGEST:
        end = max(line.rfind(" ", start + LONGEST // 2, start + LONGEST), start + LONGEST // 2)
    pieces = marked(line[start:end], question)
    before, after = [Piece("… ", False)] * bool(start), [Piece(" …", False)] * (end < len(line))
    return [*before, *pieces, *after]


def marked(text: str, question: Question) -> list[Piece]:
    """Return the whole of a short text in pieces, with what was looked for marked."""
    ends = list(accumulate(len(character.translate(FOLDING)) for character in text))
    pieces: list[Piece] = []
    shown = 0
    for found in _matches(text.translate(FOLDING), question.wanted):
        start, end = bisect_right(ends, found.start()), bisect_left(ends, found.end()) + 1
        pieces += [Piece(text[shown:start], False), Piece(text[start:end], True)]
        shown = end
    pieces.append(Piece(text[shown:], False))
    return [piece for piece in pieces if piece.text]


def _first(line: str, question: Question) -> int:
    """Return where the first thing that was looked for stands in `line`, or 0."""
    found = next(_matches(line.translate(FOLDING), question.wanted), None)
    return _unfolded(line, found.start()) if found else 0


def _unfolded(line: str, place: int) -> int:
    """Return the place in `line` that folding moved to `place`; by blocks, since Python counts slowly."""
    for start in range(0, len(line), _BLOCK):
        block = line[start : start + _BLOCK]
        length = len(block.translate(FOLDING))
        if place < length:
            ends = accumulate(len(character.translate(FOLDING)) for character in block)
            return start + next(number for number, end in enumerate(ends) if end > place)
        place -= length
    return 0


def _matches(folded: str, terms: Sequence[Term]) -> Iterator[re.Match[str]]:
    """Yield what was looked for in a folded text; a beginning up to the end of its word."""
    longest_first = sorted(terms, key=lambda term: -len(term.tokens))
    return re.finditer("|".join(map(_pattern, longest_first)), folded)


def _pattern(term: Term) -> str:
    is_open = term.is_beginning or len(term.tokens[-1]) == LONGEST_TOKEN
    end = "[a-z0-9]*" if is_open else "(?![a-z0-9])"
    return f"(?<![a-z0-9]){' +'.join(term.tokens)}{end}"
