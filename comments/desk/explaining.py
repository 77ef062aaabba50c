"""Why a comment looks like spam, or does not: each finding's share, and the words that counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comments.spam.learned.pieces import LONGEST_WORD

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True)
class Reason:
    """One finding in words. `share` of all that speaks the same way, 0 to 1."""

    words: str
    weight: float
    share: float


@dataclass(frozen=True)
class Stretch:
    """A stretch of a comment's text: a word that counted `for` spam or `against` it, or the rest."""

    text: str
    side: str = ""


def reasons_of(evidence: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """Return the findings, heaviest first, each with its share of those that speak as it does."""
    found = sorted(evidence, key=lambda one: -abs(one["weight"]))
    speaking = {is_for: _sum(found, is_for=is_for) for is_for in (True, False)}
    return [
        Reason(str(one["reason"]), weight, abs(weight) / (speaking[weight > 0] or 1.0))
        for one in found
        for weight in [float(one["weight"])]
    ]


def _sum(evidence: Iterable[Mapping[str, Any]], *, is_for: bool) -> float:
    return sum(abs(float(one["weight"])) for one in evidence if (one["weight"] > 0) == is_for)


def words_of(evidence: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the words that counted, as kept with the findings: lower case, with their log-odds."""
    return {str(word): float(weight) for one in evidence for word, weight in one.get("words", ())}


def marked(text: str, words: Mapping[str, float]) -> Sequence[Stretch]:
    """Cut a text where a word that counted begins or ends; the pieces together are the text."""
    return list(_stretches(text, words)) if words else [Stretch(text)]


def _stretches(text: str, words: Mapping[str, float]) -> Iterator[Stretch]:
    done = 0
    for found in _WORD.finditer(text):
        weight = words.get(found[0].lower().replace("’", "'")[:LONGEST_WORD])
        if weight:
            if found.start() > done:
                yield Stretch(text[done : found.start()])
            yield Stretch(found[0], "for" if weight > 0 else "against")
            done = found.end()
    if done < len(text):
        yield Stretch(text[done:])
