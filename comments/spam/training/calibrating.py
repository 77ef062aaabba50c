"""Makes "0.93" mean 93 of 100: a slope and an offset for the scores of sources left out.

Scores of rows that a table was fitted on are too sure of themselves. So the sources are dealt into a
few parts, each part is scored by a table fitted without it, and the two numbers are fitted to these
scores (Platt, 1999), with one comment in ten being spam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from zlib import crc32

from comments.spam.learned.features import features_of
from comments.spam.rows import Row
from comments.spam.training.examples import examples_of, weights_of
from comments.spam.training.fitting import fit, log_odds

PARTS = 4
SPAM_SHARE = 0.1
_STEPS = 50


@dataclass(frozen=True)
class Calibration:
    """Calibrated log-odds are `slope` times the table's plus `offset`."""

    slope: float
    offset: float

    def probability(self, score: float) -> float:
        """Returns how likely spam is at a score of the table."""
        return 1 / (1 + exp(-max(-50.0, min(50.0, self.slope * score + self.offset))))


def left_out_scores(rows: Sequence[Row]) -> list[float]:
    """Returns the log-odds of each row by a table that was fitted without its source."""
    scores = [0.0] * len(rows)
    for part in range(PARTS):
        table = fit(examples_of([row for row in rows if _part(row) != part]))
        for at, row in enumerate(rows):
            if _part(row) == part:
                scores[at] = log_odds(table, features_of(row.submission))
    return scores


def _part(row: Row) -> int:
    """Deals a source to its part; sources named alike, `youtube/…`, stay together."""
    family = row.source.split("/")[0] if row.source.startswith("youtube") else row.source
    return crc32(family.encode("utf-8", "replace")) % PARTS


def calibrate(scores: Sequence[float], rows: Sequence[Row]) -> Calibration:
    """Returns the slope and offset that fit best, by Newton's method on the logistic loss."""
    found = Calibration(0.0, 0.0)
    weights = weights_of(rows, SPAM_SHARE)
    for _ in range(_STEPS):
        found = _step(found, scores, rows, weights)
    return found


def _step(
    now: Calibration, scores: Sequence[float], rows: Sequence[Row], weights: Sequence[float]
) -> Calibration:
    missed = missed_by_score = 0.0
    flat, mixed, steep = 1e-6, 0.0, 1e-6
    for score, row, weight in zip(scores, rows, weights, strict=True):
        chance = now.probability(score)
        gap, bend = weight * (row.is_spam - chance), weight * chance * (1 - chance)
        missed += gap
        missed_by_score += gap * score
        flat += bend
        mixed += bend * score
        steep += bend * score * score
    room = flat * steep - mixed * mixed
    slope = (flat * missed_by_score - mixed * missed) / room
    offset = (steep * missed - mixed * missed_by_score) / room
    return Calibration(now.slope + slope, now.offset + offset)
