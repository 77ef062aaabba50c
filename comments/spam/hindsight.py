"""How well the filter did, by what people decided afterwards: plain counts, and how sure they are.

Only scores and verdicts from before anybody decided are measured, never what was learned since.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from comments.spam.policy import Verdict

DECILES = 10
_SURE = 1.959964
"""Standard deviations on each side that hold 95 % of a normal distribution."""


@dataclass(frozen=True)
class Judged:
    """What the filter said of one comment when it came, and what a person decided.

    `score` runs from 0 to 1, `verdict` is what was advised, `by_rule` says that it was held whatever
    its score. `was_automatic` means that it was published, or called spam, without a person; such a
    one that was `drawn` at random has been looked at for that reason alone. `week` is a Monday.
    """

    score: float
    verdict: Verdict
    is_spam: bool
    week: date
    by_rule: bool = False
    was_automatic: bool = False
    drawn: bool = False

    @property
    def was_called(self) -> bool:
        """Whether the filter called it spam."""
        return self.verdict == Verdict.SPAM

    @property
    def was_stopped(self) -> bool:
        """Whether the filter would not have published it."""
        return self.verdict != Verdict.PUBLISH


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        """The share in whole percent; 0 of nothing."""
        return round(100 * self.part / self.whole) if self.whole else 0

    @property
    def low(self) -> int:
        """Percent that the true share hardly falls below, rounded down."""
        return math.floor(100 * wilson(self.part, self.whole)[0])

    @property
    def high(self) -> int:
        """Percent that the true share hardly exceeds, rounded up."""
        return math.ceil(100 * wilson(self.part, self.whole)[1])


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, from 0 to 1 (E. B. Wilson, 1927); all of it for 0 of 0.

    Right for few counts and for shares near 0 and 1, where the textbook's interval is not.
    """
    if not whole:
        return 0.0, 1.0
    share, square = part / whole, _SURE**2
    middle = share + square / (2 * whole)
    reach = _SURE * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    scale = 1 + square / whole
    low = (middle - reach) / scale if part else 0.0
    high = (middle + reach) / scale if part < whole else 1.0
    return low, high


def share(judged: Iterable[Judged], part: Callable[[Judged], bool]) -> Share:
    """Return how many of `judged` are so."""
    found = [part(one) for one in judged]
    return Share(sum(found), len(found))


@dataclass(frozen=True)
class Figures:
    """The figures of some comments, each with its counts."""

    precision: Share
    recall: Share
    stopped: Share
    harmed: Share
    delayed: Share


def figures(judged: Collection[Judged]) -> Figures:
    """Return how often the filter was right.

    Of what it called spam, what was (`precision`); of the spam, what it called so (`recall`) and what
    it did not let through (`stopped`); of the genuine, what it called spam (`harmed`) and what it
    would have let wait (`delayed`).
    """
    spam = [one for one in judged if one.is_spam]
    genuine = [one for one in judged if not one.is_spam]
    return Figures(
        precision=share((one for one in judged if one.was_called), lambda one: one.is_spam),
        recall=share(spam, lambda one: one.was_called),
        stopped=share(spam, lambda one: one.was_stopped),
        harmed=share(genuine, lambda one: one.was_called),
        delayed=share(genuine, lambda one: one.verdict == Verdict.HOLD),
    )


def looked_at(judged: Collection[Judged]) -> tuple[Share, Share]:
    """Return the mistakes in the random look: spam of what was published, genuine of what was spam."""
    drawn = [one for one in judged if one.was_automatic and one.drawn]
    published = share((one for one in drawn if not one.was_called), lambda one: one.is_spam)
    called = share((one for one in drawn if one.was_called), lambda one: not one.is_spam)
    return published, called


@dataclass(frozen=True)
class Decile:
    """Comments whose scores lie in one tenth: what was expected of them, and what was so.

    `expected` is the mean score in percent.
    """

    first: int
    last: int
    expected: float
    spam: Share


def calibration(judged: Iterable[Judged]) -> list[Decile]:
    """Return the ten tenths of the scores; in a calibrated filter “93 %” means 93 of 100."""
    tenths: list[list[Judged]] = [[] for _ in range(DECILES)]
    for one in judged:
        tenths[min(int(one.score * DECILES), DECILES - 1)].append(one)
    return [
        Decile(
            first=at * 100 // DECILES,
            last=(at + 1) * 100 // DECILES,
            expected=100 * math.fsum(one.score for one in some) / len(some) if some else 0.0,
            spam=share(some, lambda one: one.is_spam),
        )
        for at, some in enumerate(tenths)
    ]


def by_week(judged: Iterable[Judged]) -> list[tuple[date, Figures]]:
    """Return the figures of each week in which something was decided, the earliest first."""
    weeks: dict[date, list[Judged]] = {}
    for one in judged:
        weeks.setdefault(one.week, []).append(one)
    return [(week, figures(weeks[week])) for week in sorted(weeks)]
