"""What a site's own decisions teach: one lesson a decision, and the weights that follow from all.

A site's weights are fitted anew from all its lessons, with the shipped weights in their middle: logistic
regression, what the shipped weights say of each lesson being given, and leaving them costing something.
The method is that of `training/fitting.py`, coordinate descent in the dual (Yu, Huang and Lin, 2011):
each lesson has one number, its pull, from 0 to what the lesson counts.

Nothing is carried over from one fit to the next, and lessons are taken in an order of their own. So the
weights depend on the lessons alone, and taking one out leaves, byte for byte, what would have been.

One angry day cannot drown the rest: the lessons of a day count together for no more than `DAY`, and
a lesson counts half after `HALF_LIFE` days.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from math import exp
from types import MappingProxyType

from comments.spam.learned.table import PLACES, UNIT, Features
from comments.spam.learned.weights import FREE, SiteWeights, shipped
from comments.spam.policy import PRIOR_LOG_ODDS

RATES: Mapping[str, float] = MappingProxyType(
    {"letters": 24, "name": 8, "link": 24, "signs": 240, "found": 60}
)
"""How readily a site leaves the shipped weights, by group; chosen on sites left out (`docs/spam.md`).

Words stay: their letters say the same, and teaching both gained nothing. Signs go furthest, since those
that are free are the link field's: whether readers fill it differs most from site to site.
"""
DAY = 6
"""Errors of the shipped weights that the lessons of one day correct together at most. Fifty ordinary
decisions hold about six; a thousand that say the contrary of the truth hold nearly a thousand."""
HALF_LIFE = 365
ROUNDS = 2
_HALVINGS = 14
_STILL = 0.01
"""A pull that would change by less stays as it is."""


@dataclass(frozen=True)
class Lesson:
    """One decision: packed features, what was decided, and the day.

    A day is counted from any fixed one, the same for all lessons.
    """

    features: bytes
    is_spam: bool
    day: int


@dataclass(frozen=True, eq=False)
class Read:
    """A lesson made ready for the fit.

    `prior` is what the shipped weights say of it, in log-odds. `groups` are the scale, the rate and the
    places of each group. One unit of pull moves the lesson's own log-odds by `reach`.
    """

    lesson: Lesson
    prior: float
    groups: tuple[tuple[float, float, array[int]], ...]
    reach: float

    @classmethod
    def of(cls, lesson: Lesson) -> Read:
        """Makes a lesson ready in about 0.2 ms.

        Raises:
            ValueError: its features are not what `Features.packed` wrote.
            DamagedModelError: the shipped weights cannot be used.
        """
        weights, features = shipped(), Features.unpack(lesson.features)
        groups = tuple(
            (one.scale / UNIT, one.scale / UNIT * RATES[one.name] / FREE, array("I", one.places))
            for one in features.groups
            if one.name in RATES
        )
        reach = sum(
            scale * step * sum(map(weights.freedom.__getitem__, places))
            for scale, step, places in groups
        )
        return cls(lesson, PRIOR_LOG_ODDS + weights.log_odds(features), groups, reach)


def fold(lessons: Iterable[Lesson], *, today: int) -> SiteWeights:
    """Returns what lessons teach, in any order; those of later days than `today` count as of today.

    About 0.3 ms a lesson; raises as `Read.of` does.
    """
    return fitted(map(Read.of, lessons), today=today)


def fitted(lessons: Iterable[Read], *, today: int) -> SiteWeights:
    """Does what `fold` does with lessons that are ready; about 0.1 ms a lesson."""
    ordered = sorted(lessons, key=_order)
    counts = counted(ordered, today=today)
    table, pulls = [0.0] * PLACES, [0.0] * len(ordered)
    for _ in range(ROUNDS):
        for at, one in enumerate(ordered):
            pull = _better_pull(one, _margin(table, one), counts[at], pulls[at])
            if pull != pulls[at]:
                _move(table, one, pull - pulls[at])
                pulls[at] = pull
    # In C: the table has 262,144 places, and most are nought.
    moved = zip(compress(range(PLACES), table), filter(None, table), strict=True)
    return SiteWeights(MappingProxyType(dict(moved)))


def counted(lessons: Sequence[Read], *, today: int) -> list[float]:
    """Returns how much each lesson counts: 1, less in a day of more than `DAY` errors, less with age."""
    errors: dict[int, float] = defaultdict(float)
    for one in lessons:
        errors[one.lesson.day] += _chance(-one.prior if one.lesson.is_spam else one.prior)
    return [
        min(1.0, DAY / errors[one.lesson.day]) * 0.5 ** (max(0, today - one.lesson.day) / HALF_LIFE)
        for one in lessons
    ]


def _order(one: Read) -> tuple[int, bytes, bool]:
    return one.lesson.day, one.lesson.features, one.lesson.is_spam


def _margin(table: list[float], one: Read) -> float:
    """Returns the log-odds of what was decided."""
    moved = sum(sum(map(table.__getitem__, places)) * scale for scale, _, places in one.groups)
    return one.prior + moved if one.lesson.is_spam else -one.prior - moved


def _better_pull(one: Read, margin: float, count: float, pull: float) -> float:
    """Returns the pull that fits best while all others stay; the same if it is nearly that already.

    It is what the lesson counts times the chance of the opposite of what was decided. That chance falls
    as the pull grows, so halving the interval finds where both meet.
    """
    if abs(_chance(-margin) * count - pull) < _STILL * count:
        return pull
    start = margin - one.reach * pull
    low, high = 0.0, count
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle < _chance(-start - one.reach * middle) * count:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _chance(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-50.0, min(50.0, log_odds))))


def _move(table: list[float], one: Read, by: float) -> None:
    signed, freedom = by if one.lesson.is_spam else -by, shipped().freedom
    for _, rate, places in one.groups:
        step = signed * rate
        for place in places:
            table[place] += step * freedom[place]
