"""Runs every check on a submission, asks what was learned, and adds up what they found."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.checks import CHECKS, TEXT_CHECKS, Check
from comments.spam.evidence import Evidence
from comments.spam.learned.features import features_of
from comments.spam.learned.model import judge as learned_findings
from comments.spam.learned.model import reweighed
from comments.spam.policy import HOLD_AT, LEARNED, TAUGHT, Verdict, prior, verdict_for, voices

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission
    from comments.spam.learned.weights import SiteWeights

BACKED = frozenset({"language"})
"""Checks too weak to count unless another check speaks."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Assessment:
    """The sum of the evidence. `score` runs from 0 (a reader) to 1 (spam).

    `evidence` starts with the heaviest finding and includes the prior, so its weights sum to
    `log_odds`. `failed` names the checks that could not finish.
    """

    score: float
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    failed: tuple[str, ...] = ()

    @property
    def log_odds(self) -> float:
        """Sum of all weights; `score` is its logistic."""
        return math.fsum(finding.weight for finding in self.evidence)

    @property
    def is_held_by_rule(self) -> bool:
        """Whether a finding asks for a person, whatever the score."""
        return any(finding.holds for finding in self.evidence)


def assess(submission: Submission, history: History, *, hold_from: float = HOLD_AT) -> Assessment:
    """Judges a submission with every check; never raises. Holds it from the score `hold_from` on.

    A check that fails adds a finding that says so and holds the comment; the other checks still
    speak. About 1 ms for an ordinary comment, 5 to 8 ms for the longest.
    """
    return judge(submission, history, CHECKS, hold_from=hold_from)


def judge(
    submission: Submission,
    history: History,
    checks: Iterable[tuple[str, Check]],
    *,
    hold_from: float = HOLD_AT,
) -> Assessment:
    """Does what `assess` does with the checks given, each a pair of slug and function."""
    findings: list[Evidence] = []
    failed: list[str] = []
    for slug, check in checks:
        try:
            findings.extend(tuple(check(submission, history)))
        except Exception:
            logger.exception("Spam check %s failed", slug)
            failed.append(slug)
    try:
        findings = _learned(submission, findings, history.site)
    except Exception:
        logger.exception("The learned weights of the spam filter failed")
        failed.append(LEARNED)
    evidence = [prior(), *_backed(findings), *map(_failure, failed)]
    evidence.sort(key=lambda finding: -abs(finding.weight))
    score = logistic(math.fsum(finding.weight for finding in evidence))
    verdict = verdict_for(score, evidence, failed, hold_from=hold_from)
    return Assessment(score, verdict, tuple(evidence), tuple(failed))


def _learned(
    submission: Submission, findings: Iterable[Evidence], site: SiteWeights
) -> list[Evidence]:
    """Adds what was learned; a finding of a text check gets the weight it has earned.

    So nothing is counted twice. If this fails, the findings keep the weights set by hand.
    """
    by_text: list[Evidence] = []
    others: list[Evidence] = []
    for finding in findings:
        (by_text if finding.check in TEXT_CHECKS else others).append(finding)
    features = features_of(submission, by_text)
    return [*others, *reweighed(by_text, features), *learned_findings(features, site)]


def _backed(findings: Sequence[Evidence]) -> Iterator[Evidence]:
    """Yields the findings; those of `BACKED` weigh nothing where no check but they speaks.

    What was learned is no such company: it has learned from words, and so of languages, already.
    """
    is_backed = bool(voices(findings) - {LEARNED, TAUGHT} - BACKED)
    for finding in findings:
        is_idle = finding.check in BACKED and not is_backed
        yield replace(finding, weight=0.0) if is_idle else finding


def logistic(log_odds: float) -> float:
    """Returns the probability, between 0 and 1, that belongs to log-odds of any size."""
    if log_odds < 0:
        return math.exp(max(log_odds, -700.0)) / (1 + math.exp(max(log_odds, -700.0)))
    return 1 / (1 + math.exp(-min(log_odds, 700.0)))


def _failure(slug: str) -> Evidence:
    reason = _("The check “%(slug)s” could not finish, so a person should look.") % {"slug": slug}
    return Evidence(slug, 0.0, reason, holds=True)
