"""What would have been: with another care, or with one check alone, on comments decided since."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from comments.spam.assessment import logistic
from comments.spam.evidence import Evidence
from comments.spam.hindsight import Judged, Share
from comments.spam.policy import CARES, Verdict, hold_at, prior, verdict_for


@dataclass(frozen=True)
class Position:
    """One position of “How careful?”: how many comments would have waited, and how many in vain.

    `missed` is the spam that would have been published.
    """

    care: int
    waited: int
    wrong: int
    missed: int


def positions(judged: Collection[Judged]) -> list[Position]:
    """Return what each position would have done to comments that people have decided since."""
    return [_position(care, judged) for care in CARES]


def _position(care: int, judged: Collection[Judged]) -> Position:
    open_to = [one for one in judged if not one.was_called]
    waited = [one for one in open_to if one.by_rule or one.score >= hold_at(care)]
    wrong = sum(not one.is_spam for one in waited)
    missed = sum(one.is_spam for one in open_to) - (len(waited) - wrong)
    return Position(care, len(waited), wrong, missed)


@dataclass(frozen=True)
class Alone:
    """What one check would have stopped if there were no other."""

    check: str
    spam: Share
    genuine: Share


def by_check(found: Iterable[tuple[Sequence[Evidence], bool]]) -> list[Alone]:
    """Return, for each check that ever spoke, what it alone would have stopped; the most first.

    Args:
        found: the findings about each comment, and whether it was spam.
    """
    rows = [(_stopped_by(evidence), is_spam) for evidence, is_spam in found]
    checks = set().union(*(stopped for stopped, _ in rows)) if rows else set()
    spam = [stopped for stopped, is_spam in rows if is_spam]
    genuine = [stopped for stopped, is_spam in rows if not is_spam]
    alone = [Alone(check, _share_of(check, spam), _share_of(check, genuine)) for check in checks]
    return sorted(alone, key=lambda one: (-one.spam.part, one.genuine.part, one.check))


def _share_of(check: str, rows: Sequence[set[str]]) -> Share:
    return Share(sum(check in stopped for stopped in rows), len(rows))


def _stopped_by(evidence: Sequence[Evidence]) -> set[str]:
    """Return the checks whose findings, on top of the prior alone, are no “publish”."""
    own: dict[str, list[Evidence]] = {}
    for finding in evidence:
        own.setdefault(finding.check, []).append(finding)
    start = prior()
    own.pop(start.check, None)
    return {check for check, rows in own.items() if _stops(start, rows)}


def _stops(start: Evidence, rows: Sequence[Evidence]) -> bool:
    score = logistic(start.weight + math.fsum(finding.weight for finding in rows))
    return verdict_for(score, rows) != Verdict.PUBLISH
