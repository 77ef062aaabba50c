"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from blog.cited import to_lines
from blog.models.version import Authorship
from blog.words import Words

Kind = Literal["same", "gone", "new"]
LABELS = {
    "title": _("Title"),
    "standfirst": _("One sentence under the title"),
    "brief": _("In brief"),
    "byline": _("Who wrote it"),
    "authorship": _("How it was written"),
    "answered": _("In answer to"),
    "body": _("Text"),
    "images": _("Pictures"),
    "elsewhere": _("From elsewhere"),
    "disclosure": _("Disclosure"),
    "legend": _("Legal note"),
    "correction": _("What changed"),
}
"""What people call the parts of a version; two may have one name in another language."""

# A number is one word, with the signs inside it: nobody reads that "65" became "55".
_WORD = re.compile(r"\s+|\d+(?:[.,]\d+)*|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing costs length times edits. A stretch beyond these counts as written anew.
MOST_LINES = 5_000
MOST_WORDS = 5_000
MOST_EDITS = 500
"""Edits that one comparison looks for in all; looking for n of them costs n² steps."""

_CONTEXT = 160


@dataclass(frozen=True)
class Piece:
    """A stretch of text: in both, only in the old (`gone`), or only in the new one."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One part of a post that differs, under the name people know it by."""

    label: str
    pieces: Sequence[Piece]


def compared(old: str, new: str) -> list[Piece]:
    """Return `old` and `new` as stretches; joining all but `new` gives `old`, all but `gone` `new`.

    Lines are matched first and words only within lines that differ, so that a long text with a
    small change is compared in milliseconds.
    """
    pieces: list[Piece] = []
    patience = Patience()
    for is_same, was, now in blocks(_LINE.findall(old), _LINE.findall(new), MOST_LINES):
        pieces += [Piece("same", was)] if is_same else _compared_words(was, now, patience)
    return list(_joined(pieces))


def changes(old: Words | None, new: Words) -> list[Change]:
    """Return the parts of a post that differ, in the order a reader meets them."""
    return changed(parts(old) if old else {}, parts(new), LABELS)


def changed(
    old: Mapping[str, str], new: Mapping[str, str], labels: Mapping[str, object]
) -> list[Change]:
    """Return what differs between the texts of two versions, in the order of `new`.

    Args:
        labels: what people call each text.
    """
    return [
        Change(str(labels[name]), shortened(compared(old.get(name, ""), text)))
        for name, text in new.items()
        if old.get(name, "") != text
    ]


def shortened(pieces: Iterable[Piece]) -> list[Piece]:
    """Return `pieces` with the middle of long unchanged stretches left out, cut between words."""
    return [
        Piece(piece.kind, _without_middle(piece.text))
        if piece.kind == "same" and len(piece.text) > 3 * _CONTEXT
        else piece
        for piece in pieces
    ]


def _without_middle(text: str) -> str:
    beginning, end = text[:_CONTEXT], text[-_CONTEXT:]
    whole = beginning.rpartition(" ")[0] or beginning, end.partition(" ")[2] or end
    return " … ".join(whole)


def _compared_words(old: str, new: str, patience: Patience) -> list[Piece]:
    pieces: list[Piece] = []
    words = _WORD.findall(old), _WORD.findall(new)
    for is_same, was, now in blocks(*words, MOST_WORDS, patience):
        pieces += [Piece("same", was)] if is_same else [Piece("gone", was), Piece("new", now)]
    return pieces


@dataclass
class Patience:
    """How many edits are still looked for.

    What is found is taken off, and a search in vain halves it: so the many lines of a text that was
    written anew cost no more together than one.
    """

    edits: int = MOST_EDITS


def blocks(
    old: Sequence[str], new: Sequence[str], most: int, patience: Patience | None = None
) -> Iterator[tuple[bool, str, str]]:
    """Yield stretches in order: whether both sides are the same, and the text on either side.

    Beyond `most` items between what both begin and end with, or beyond `patience`, all of that counts
    as written anew.
    """
    patience = patience or Patience()
    start = common(old, new)
    end = common(old[start:][::-1], new[start:][::-1])
    yield True, "".join(old[:start]), "".join(new[:start])
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    pairs = _matched(left, right, patience) if max(len(left), len(right)) <= most else []
    at_left = at_right = 0
    for here, there in [*pairs, (len(left), len(right))]:
        yield False, "".join(left[at_left:here]), "".join(right[at_right:there])
        if here < len(left):
            yield True, left[here], right[there]
        at_left, at_right = here + 1, there + 1
    yield True, "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _matched(old: Sequence[str], new: Sequence[str], patience: Patience) -> list[tuple[int, int]]:
    """Return the places of a longest common subsequence, or none beyond the edits of `patience`.

    E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), 251-266.
    Python's difflib takes over a minute on 2,000 lines that repeat.
    """
    reached = {1: 0}
    rounds = []
    for edits in range(patience.edits + 1):
        rounds.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            x = _step(reached, diagonal, edits)
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reached[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                patience.edits -= edits
                return _walked_back(rounds, len(old), len(new))
    patience.edits //= 2
    return []


def _step(reached: dict[int, int], diagonal: int, edits: int) -> int:
    """Return how far into the old text one more edit leads on a diagonal, before what matches."""
    if _is_from_above(reached, diagonal, edits):
        return reached[diagonal + 1]
    return reached[diagonal - 1] + 1


def _is_from_above(reached: dict[int, int], diagonal: int, edits: int) -> bool:
    if diagonal in {-edits, edits}:
        return diagonal == -edits
    return reached[diagonal - 1] < reached[diagonal + 1]


def _walked_back(rounds: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """Return the matches on the way that led from the start to the ends `x` and `y`."""
    pairs = []
    for edits in range(len(rounds) - 1, -1, -1):
        reached, diagonal = rounds[edits], x - y
        before = diagonal + 1 if _is_from_above(reached, diagonal, edits) else diagonal - 1
        from_x = reached[before]
        from_y = from_x - before
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = from_x, from_y
    return pairs[::-1]


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items, or characters, both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces with neighbours of one kind joined and empty ones left out."""
    waiting: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if waiting and waiting.kind == piece.kind:
            waiting = Piece(piece.kind, waiting.text + piece.text)
            continue
        if waiting:
            yield waiting
        waiting = piece
    if waiting:
        yield waiting


def parts(words: Words) -> dict[str, str]:
    """Return the texts that a version is made of, by the names of `LABELS`."""
    return {
        "title": words.title,
        "standfirst": words.standfirst,
        "brief": "\n".join(words.brief),
        "byline": words.byline or words.author.name,
        "authorship": _authorship(words),
        "answered": words.answered.text,
        "body": words.body.replace("\r\n", "\n"),
        "images": "\n".join(" ".join(image.values()) for image in words.images),
        "elsewhere": to_lines(words.elsewhere),
        "disclosure": words.disclosure,
        "legend": words.legend,
        "correction": words.correction,
    }


def _authorship(words: Words) -> str:
    label = Authorship(words.authorship).label if words.authorship else ""
    return f"{label} {words.authorship_detail}".strip()
