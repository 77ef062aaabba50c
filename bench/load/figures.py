"""Rounds and what to say of them: medians, and the middle half as the spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What one run of a load generator saw; times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    failed: int = 0


@dataclass(frozen=True)
class Round:
    """One row of the table in one round: the server's processor per request, and what readers felt.

    `cpu`, `p50` and `p99` are milliseconds, `rate` is requests a second.
    """

    cpu: float
    p50: float
    p99: float
    rate: float

    @classmethod
    def of(cls, load: Load, used_ms: float) -> Round:
        """Return the round of a load during which the server used so many milliseconds."""
        return cls(used_ms / load.requests, load.p50, load.p99, load.requests / load.seconds)


@dataclass(frozen=True)
class Spread:
    """The median of some figures, and the quarter and three quarters below which they lie."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """Return the spread of one figure or more; of one or two, they are the ends themselves."""
        if len(figures) < 3:
            return cls(statistics.median(figures), min(figures), max(figures))
        low, middle, high = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(middle, low, high)

    def told(self, digits: int = 3) -> str:
        """Return it as `0.017 (0.016–0.019)`, with so many digits that count."""
        return (
            f"{short(self.median, digits)} ({short(self.low, digits)}–{short(self.high, digits)})"
        )


def short(number: float, digits: int = 3) -> str:
    """Return a number with so many digits that count, and never as a power of ten."""
    if number == 0:
        return "0"
    rounded = float(f"{number:.{digits}g}")
    whole_digits = len(str(int(abs(rounded))))
    decimals = digits - whole_digits
    if abs(rounded) < 1:
        decimals = digits - 1 - int(f"{rounded:e}".partition("e")[2])
    return f"{rounded:,.{max(decimals, 0)}f}"


def ratios(rounds: Sequence[Round], reference: Sequence[Round]) -> Spread:
    """Return a row's processor by the reference's of the same round; a noisy minute hits both."""
    return Spread.of([mine.cpu / its.cpu for mine, its in zip(rounds, reference, strict=True)])
