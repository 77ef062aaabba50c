"""Why a comment looks like spam, or does not: each finding's share, and the words that counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reason:
    """One finding in words. `share` of all that speaks the same way, 0 to 1.

    `holds` means that a person has to look because of it, whatever it weighs.
    """

    words: str
    weight: float
    share: float
    holds: bool = False


def reasons_of(evidence: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """Return the findings, heaviest first, each with its share of those that speak as it does."""
    found = sorted(evidence, key=lambda one: -abs(one["weight"]))
    speaking = {is_for: _sum(found, is_for=is_for) for is_for in (True, False)}
    return [
        Reason(
            words=str(one["reason"]),
            weight=weight,
            share=abs(weight) / (speaking[weight > 0] or 1.0),
            holds=bool(one.get("holds")),
        )
        for one in found
        for weight in [float(one["weight"])]
    ]


def _sum(evidence: Iterable[Mapping[str, Any]], *, is_for: bool) -> float:
    return sum(abs(float(one["weight"])) for one in evidence if (one["weight"] > 0) == is_for)


def counted_words(evidence: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the words that counted, as kept with the findings: lower case, with their log-odds."""
    return {str(word): float(weight) for one in evidence for word, weight in one.get("words", ())}
