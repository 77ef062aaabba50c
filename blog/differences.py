"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from blog.models.version import Authorship
from blog.words import Words

Kind = Literal["same", "gone", "new"]

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing costs the product of both lengths. Beyond these a stretch counts as written anew.
MOST_LINES = 2_000
MOST_WORDS = 3_000
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
    for kind, was, now in _blocks(_LINE.findall(old), _LINE.findall(new), MOST_LINES):
        if kind == "replace":
            pieces += _compared_words(was, now)
        else:
            pieces += _stretch(was, now, is_same=kind == "equal")
    return list(_joined(pieces))


def changes(old: Words | None, new: Words) -> list[Change]:
    """Return the parts of a post that differ, in the order a reader meets them."""
    before = _parts(old) if old else {}
    return [
        Change(label, shortened(compared(before.get(label, ""), text)))
        for label, text in _parts(new).items()
        if before.get(label, "") != text
    ]


def shortened(pieces: Iterable[Piece]) -> list[Piece]:
    """Return `pieces` with the middle of long unchanged stretches left out."""
    return [
        Piece(piece.kind, f"{piece.text[:_CONTEXT]} … {piece.text[-_CONTEXT:]}")
        if piece.kind == "same" and len(piece.text) > 3 * _CONTEXT
        else piece
        for piece in pieces
    ]


def _compared_words(old: str, new: str) -> list[Piece]:
    pieces: list[Piece] = []
    for kind, was, now in _blocks(_WORD.findall(old), _WORD.findall(new), MOST_WORDS):
        pieces += _stretch(was, now, is_same=kind == "equal")
    return pieces


def _stretch(old: str, new: str, *, is_same: bool) -> list[Piece]:
    if is_same:
        return [Piece("same", old)]
    return [Piece("gone", old)] * bool(old) + [Piece("new", new)] * bool(new)


def _blocks(old: Sequence[str], new: Sequence[str], most: int) -> Iterator[tuple[str, str, str]]:
    """Yield `equal`, `replace`, `delete` or `insert`, with the text on either side."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    yield "equal", "".join(old[:start]), "".join(new[:start])
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(left), len(right)) > most:
        yield "replace", "".join(left), "".join(right)
    else:
        for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            yield kind, "".join(left[a:b]), "".join(right[c:d])
    yield "equal", "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items both begin with."""
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


def _parts(words: Words) -> dict[str, str]:
    return {
        "Title": words.title,
        "One sentence under the title": words.standfirst,
        "In brief": "\n".join(words.brief),
        "Who wrote it": words.byline or words.author.name,
        "How it was written": _authorship(words),
        "Text": words.body.replace("\r\n", "\n"),
        "Pictures": "\n".join(f"{image.get('alt', '')}" for image in words.images),
        "Disclosure": words.disclosure,
        "Legal note": words.legend,
        "What changed": words.correction,
    }


def _authorship(words: Words) -> str:
    label = Authorship(words.authorship).label if words.authorship else ""
    return f"{label} {words.authorship_detail}".strip()
