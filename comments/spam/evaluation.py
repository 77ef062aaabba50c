"""How well the filter judges a file of comments that it has never seen, by what policy would say.

Only text, name, address domain and link are known: nothing of a form, a post or a site's history
counts for or against. With `learn`, the first rows are decided as the site's moderator would, a few
a day, and the rest is judged with what that taught; the thresholds stay as they are.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from comments.spam.assessment import Assessment, assess
from comments.spam.facts import History
from comments.spam.learned.features import features_of
from comments.spam.learned.lessons import Lesson, fold
from comments.spam.learned.weights import SiteWeights
from comments.spam.measures import Scored, area_under_curve, calibration_error, caught_at, f1
from comments.spam.policy import HOLD_AT, Verdict
from comments.spam.rows import Row

DECISIONS_A_DAY = 10
SHARES = {"caught_at_0_1": 0.001, "caught_at_0_5": 0.005, "caught_at_1": 0.01}


@dataclass(frozen=True)
class Evaluation:
    """What was measured: an assessment for each row, and the CPU time it took on average."""

    rows: Sequence[Row]
    assessments: Sequence[Assessment]
    ms_per_comment: float

    @property
    def scored(self) -> list[Scored]:
        """Score and truth of each row."""
        pairs = zip(self.assessments, self.rows, strict=True)
        return [(found.score, row.is_spam) for found, row in pairs]

    def figures(self) -> dict[str, Any]:
        """Returns the figures as plain values; those that need both kinds are None without."""
        scored = self.scored
        return {
            "lines": len(self.rows),
            "spam": sum(row.is_spam for row in self.rows),
            "genuine": sum(not row.is_spam for row in self.rows),
            "auc": area_under_curve(scored),
            **{name: caught_at(share, scored) for name, share in SHARES.items()},
            "f1": f1(scored, HOLD_AT),
            "calibration_error": calibration_error(scored),
            "ms_per_comment": round(self.ms_per_comment, 3),
            "verdicts": {"spam": self._verdicts(True), "genuine": self._verdicts(False)},
        }

    def _verdicts(self, is_spam: bool) -> dict[str, int]:
        pairs = zip(self.assessments, self.rows, strict=True)
        counts = Counter(found.verdict for found, row in pairs if row.is_spam == is_spam)
        return {verdict.value: counts[verdict] for verdict in Verdict}

    def predictions(self) -> Iterator[dict[str, Any]]:
        """Yields score, verdict and evidence of each row, in order."""
        for found in self.assessments:
            yield {
                "score": found.score,
                "verdict": found.verdict.value,
                "evidence": [finding.as_dict() for finding in found.evidence],
            }


def evaluate(rows: Sequence[Row], learn: int = 0) -> Evaluation:
    """Judges the rows after the first `learn`, which are decided before; about 1 ms a row."""
    history = History(site=taught(rows[:learn]))
    measured = rows[learn:]
    assess(measured[0].submission, history)
    begun = time.process_time()
    assessments = [assess(row.submission, history) for row in measured]
    spent = time.process_time() - begun
    return Evaluation(measured, assessments, 1_000 * spent / len(measured))


def taught(rows: Sequence[Row]) -> SiteWeights:
    """Returns what a site has learned that decided these rows in order, `DECISIONS_A_DAY` a day."""
    lessons = [
        Lesson(features_of(row.submission).packed(), row.is_spam, at // DECISIONS_A_DAY)
        for at, row in enumerate(rows)
    ]
    return fold(lessons, today=len(rows) // DECISIONS_A_DAY)
