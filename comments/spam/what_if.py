"""What would have been: with another care, or with one check alone, on comments decided since."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from comments.spam.assessment import logistic
from comments.spam.evidence import Evidence
from comments.spam.hindsight import Judged, Share
from comments.spam.policy import (
    CARES,
    HOLD_AT,
    PRIOR,
    PRIOR_LOG_ODDS,
    SPEAKS_AT,
    Verdict,
    hold_at,
    verdict_for,
    voice_of,
)


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
    """What one check said, and what it would have stopped if there were no other.

    `right` is the spam among the comments that it spoke against.
    """

    check: str
    right: Share
    spam: Share
    genuine: Share


def by_check(
    found: Iterable[tuple[Sequence[Evidence], bool]], *, hold_from: float = HOLD_AT
) -> list[Alone]:
    """Return the figures of each check that ever spoke for spam; what alone stops the most comes first.

    What shipped learned is there row by row and, as `policy.LEARNED`, together.

    Args:
        found: the findings about each comment, and whether it was spam.
        hold_from: the score, from 0 to 1, from which a person looks.
    """
    rows = [(_speaking(evidence, hold_from), is_spam) for evidence, is_spam in found]
    checks = {check for spoken, _ in rows for check in spoken}
    alone = [_alone(check, rows) for check in checks]
    return sorted(alone, key=lambda one: (-one.spam.part, one.genuine.part, one.check))


def _alone(check: str, rows: Sequence[tuple[dict[str, bool], bool]]) -> Alone:
    heard = [is_spam for spoken, is_spam in rows if check in spoken]
    stopped = {kind: [spoken.get(check, False) for spoken, is_spam in rows if is_spam == kind]
               for kind in (True, False)}  # fmt: skip
    spam, genuine = (Share(sum(stopped[kind]), len(stopped[kind])) for kind in (True, False))
    return Alone(check, Share(sum(heard), len(heard)), spam, genuine)


def _speaking(evidence: Sequence[Evidence], hold_from: float) -> dict[str, bool]:
    """Return the checks that speak for spam, each with whether it alone would stop the comment."""
    own: dict[str, list[Evidence]] = {}
    for finding in evidence:
        for name in {finding.check, voice_of(finding.check)} - {PRIOR}:
            own.setdefault(name, []).append(finding)
    stops = {check: _stops(rows, hold_from) for check, rows in own.items()}
    return {check: stops[check] for check, rows in own.items() if stops[check] or _speaks(rows)}


def _speaks(rows: Sequence[Evidence]) -> bool:
    return math.fsum(finding.weight for finding in rows) >= SPEAKS_AT


def _stops(rows: Sequence[Evidence], hold_from: float) -> bool:
    """Whether findings, on top of the prior alone, are no “publish”."""
    score = logistic(PRIOR_LOG_ODDS + math.fsum(finding.weight for finding in rows))
    return verdict_for(score, rows, hold_from=hold_from) != Verdict.PUBLISH
