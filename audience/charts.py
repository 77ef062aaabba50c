"""Bars, as whole numbers that a template writes into an SVG: no script, no style, and any width."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from audience.periods import Period

HEIGHT = 100
STEP = 10
_BAR = 8
_MOST_DAYS = 62
"""Days that are drawn one by one; more are drawn as weeks."""


@dataclass(frozen=True)
class Bar:
    """One bar, and the part of it that has a colour of its own; `first` and `last` are its days."""

    first: date
    last: date
    value: int
    part: int
    x: int
    height: int
    part_height: int

    @property
    def y(self) -> int:
        """Where it begins, from the top."""
        return HEIGHT - self.height

    @property
    def part_y(self) -> int:
        """Where its part begins."""
        return HEIGHT - self.part_height


@dataclass(frozen=True)
class Chart:
    """Bars side by side, the highest as high as the drawing."""

    bars: list[Bar]
    total: int
    part_total: int
    top: int

    height = HEIGHT
    bar_width = _BAR

    @property
    def width(self) -> int:
        """How wide the drawing is, in its own units."""
        return len(self.bars) * STEP

    @property
    def is_by_week(self) -> bool:
        """Whether a bar stands for a week."""
        return self.bars[-1].first != self.bars[-1].last


def chart(
    period: Period, values: Mapping[date, int], parts: Mapping[date, int] | None = None
) -> Chart:
    """Return the bars of a period: one for each day or, for a long one, for seven days each."""
    some = parts or {}
    length = 1 if period.days <= _MOST_DAYS else 7
    groups = _groups(list(period), length)
    sums = [
        (sum(values.get(d, 0) for d in days), sum(some.get(d, 0) for d in days)) for days in groups
    ]
    top = max((value for value, _ in sums), default=0)
    bars = [
        Bar(days[0], days[-1], value, part, number * STEP + (STEP - _BAR) // 2,
            scaled(value, top), scaled(part, top))
        for number, (days, (value, part)) in enumerate(zip(groups, sums, strict=True))
    ]  # fmt: skip
    return Chart(bars, sum(v for v, _ in sums), sum(p for _, p in sums), top)


def scaled(value: int, top: int) -> int:
    """Return how many hundredths of `top` a value is: at least 1 for anything, and 0 for nothing."""
    return max(1, round(HEIGHT * value / top)) if value else 0


def _groups(days: list[date], length: int) -> list[list[date]]:
    """Return days in groups that end with the last day; the first group may be shorter."""
    short = len(days) % length
    starts = [0, *range(short, len(days), length)] if short else list(range(0, len(days), length))
    return [days[start:end] for start, end in zip(starts, [*starts[1:], len(days)], strict=True)]
