"""Why a comment looks like spam, or does not: each finding's share, and the words that counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comments.spam.policy import PRIOR


@dataclass(frozen=True)
class Reason:
    """One finding in words. `share` of all that speaks the same way, 0 to 1.

    `holds` means that a person has to look because of it, whatever it weighs. `has_share` is False for
    what is known before a word is read, which says nothing about this comment.
    """

    words: str
    weight: float
    share: float
    holds: bool = False
    has_share: bool = True


def reasons_of(evidence: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """Return the findings: what is known before a word is read, then the heaviest first.

    Each has its share of those that speak as it does; the first has none, and is in none.
    """
    found = sorted(evidence, key=lambda one: (not _is_prior(one), -abs(one["weight"])))
    speaking = {is_for: _sum(found, is_for=is_for) for is_for in (True, False)}
    return [_reason(one, speaking[one["weight"] > 0]) for one in found]


def _reason(finding: Mapping[str, Any], speaking: float) -> Reason:
    weight, is_prior = float(finding["weight"]), _is_prior(finding)
    return Reason(
        words=str(finding["reason"]),
        weight=weight,
        share=0.0 if is_prior else abs(weight) / (speaking or 1.0),
        holds=bool(finding.get("holds")),
        has_share=not is_prior,
    )


def _is_prior(finding: Mapping[str, Any]) -> bool:
    return finding.get("check") == PRIOR


def _sum(evidence: Iterable[Mapping[str, Any]], *, is_for: bool) -> float:
    return sum(
        abs(float(one["weight"]))
        for one in evidence
        if (one["weight"] > 0) == is_for and not _is_prior(one)
    )


def counted_words(evidence: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the words that counted, as kept with the findings: lower case, with their log-odds."""
    return {str(word): float(weight) for one in evidence for word, weight in one.get("words", ())}
