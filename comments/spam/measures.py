"""How good scores are: the usual measures, in plain Python, with intervals by resampling."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Scored = tuple[float, bool]
"""A score from 0 to 1, and whether the comment is spam."""
BINS = 10
RESAMPLES = 400


def area_under_curve(scored: Sequence[Scored]) -> float | None:
    """Chance that spam scores higher than a reader's words, ties half; None without both kinds."""
    spam = sum(is_spam for _, is_spam in scored)
    if not 0 < spam < len(scored):
        return None
    ranks, below = 0.0, 0
    for _, group in itertools.groupby(sorted(scored), key=lambda pair: pair[0]):
        tied = list(group)
        ranks += (below + (len(tied) + 1) / 2) * sum(is_spam for _, is_spam in tied)
        below += len(tied)
    return (ranks - spam * (spam + 1) / 2) / (spam * (len(scored) - spam))


def caught_at(share: float, scored: Sequence[Scored]) -> float | None:
    """Share of spam that scores above all but this share of readers; None without both kinds."""
    readers = sorted((score for score, is_spam in scored if not is_spam), reverse=True)
    spam = [score for score, is_spam in scored if is_spam]
    if not readers or not spam:
        return None
    limit = readers[min(int(len(readers) * share), len(readers) - 1)]
    return sum(score > limit for score in spam) / len(spam)


def f1(scored: Sequence[Scored], limit: float) -> float | None:
    """Harmonic mean of precision and recall where a score of `limit` stops; None without spam."""
    stopped = [is_spam for score, is_spam in scored if score >= limit]
    spam = sum(is_spam for _, is_spam in scored)
    return 2 * sum(stopped) / (len(stopped) + spam) if spam else None


def calibration_error(scored: Sequence[Scored]) -> float:
    """Mean distance between the score and the share of spam, over ten equal ranges of the score.

    The expected calibration error of Naeini, Cooper and Hauskrecht (2015), from 0 to 1; 0 of nothing.
    """
    bins: list[list[Scored]] = [[] for _ in range(BINS)]
    for score, is_spam in scored:
        bins[min(int(score * BINS), BINS - 1)].append((score, is_spam))
    gaps = (abs(sum(score - is_spam for score, is_spam in one)) for one in bins)
    return sum(gaps) / (len(scored) or 1)


@dataclass(frozen=True)
class Interval:
    """Where a measure lies in 95 of 100 resamples."""

    low: float
    high: float


def interval(
    measure: Callable[[Sequence[Scored]], float | None],
    scored: Sequence[Scored],
    resamples: int = RESAMPLES,
) -> Interval | None:
    """Returns the 95 % interval of a measure (percentile bootstrap, Efron 1979), spam and readers
    drawn apart; the same scores give the same interval."""
    if measure(scored) is None:
        return None
    kinds = [[pair for pair in scored if pair[1] == kind] for kind in (True, False)]
    dice = random.Random(len(scored))  # noqa: S311, a repeatable sample, no secret
    drawn = ([pair for kind in kinds for pair in dice.choices(kind, k=len(kind))]
             for _ in range(resamples))  # fmt: skip
    found = sorted(value for value in map(measure, drawn) if value is not None)
    return Interval(found[int(0.025 * len(found))], found[int(0.975 * len(found))])
