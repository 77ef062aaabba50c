"""What a site's own decisions teach: one lesson a decision, and their sum.

A lesson is one step of stochastic gradient descent on the logistic loss, taken from the shipped
weights as the prior: the error of the probability at that time, times the features. Lessons are
whole numbers and their sum knows no order, so that taking one out leaves, byte for byte, what would
have been without it.

One angry day cannot poison the rest: the lessons of a day count together as at most `DAY` of
error, a place moves by at most `MOST_A_PLACE`, and what was learned halves every `HALF_LIFE` days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from comments.spam.learned.model import probability
from comments.spam.learned.table import UNIT, Features
from comments.spam.learned.weights import PART, SiteWeights

WHOLE = 1 << 10
"""The error of a probability that was wrong altogether."""
RATE = 6 * PART // WHOLE // UNIT
"""Parts of log-odds that one unit of error moves a feature of scale one."""
DAY = WHOLE * 5 // 4
"""Errors that the lessons of one day count for together; twenty ordinary decisions make about two."""
HALF_LIFE = 365
MOST_A_PLACE = 8 * PART


@dataclass(frozen=True)
class Lesson:
    """One decision: packed features, the error it corrects (±`WHOLE`), and the day it was made.

    A day is counted from any fixed one, the same for all lessons.
    """

    features: bytes
    error: int
    day: int


def lesson_of(features: Features, weights: SiteWeights, *, is_spam: bool, day: int) -> Lesson:
    """Returns what one decision teaches a site that has learned `weights` so far.

    Raises:
        DamagedModelError: the shipped weights cannot be read, so no error can be told.
    """
    missed = int(is_spam) - probability(features, weights)
    return Lesson(features.packed(), round(missed * WHOLE), day)


def fold(lessons: Iterable[Lesson], *, today: int) -> SiteWeights:
    """Adds lessons up, in any order; those of later days than `today` count as of today.

    About 0.2 ms a lesson.

    Raises:
        ValueError: the features of a lesson are not what `Features.packed` wrote.
    """
    by_day: dict[int, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        by_day[lesson.day].append(lesson)
    total: dict[int, int] = defaultdict(int)
    for day, of_day in by_day.items():
        for place, moved in moved_by(of_day, age=max(0, today - day)):
            total[place] += moved
    return SiteWeights(MappingProxyType({place: bounded(moved) for place, moved in total.items()}))


def moved_by(of_one_day: Iterable[Lesson], *, age: int) -> Iterator[tuple[int, int]]:
    """Yields the places that the lessons of one day move, and by how much after `age` days.

    Together they move no more than `DAY` allows. Each place comes once.
    """
    moved: dict[int, int] = defaultdict(int)
    errors = 0
    for lesson in of_one_day:
        errors += abs(lesson.error)
        for group in Features.unpack(lesson.features).groups:
            step = lesson.error * group.scale * RATE
            for place in group.places:
                moved[place] += step
    share, most = _share_left(age), max(errors, DAY)
    for place, step in moved.items():
        yield place, step * DAY // most * share // WHOLE


def _share_left(days: int) -> int:
    """Returns what is left after some days, of `WHOLE`: half after each half-life, in whole numbers."""
    halves, rest = divmod(days, HALF_LIFE)
    return (WHOLE * (2 * HALF_LIFE - rest) // (2 * HALF_LIFE)) >> min(halves, 60)


def bounded(moved: int) -> int:
    """Returns by how much a place moves at most."""
    return max(-MOST_A_PLACE, min(MOST_A_PLACE, moved))
