"""Time that code takes, measured so that a slow or busy machine changes no verdict.

The laws these figures guard are about growth: what is quadratic in a long text takes minutes where
the limit is a second. So a limit may be generous, and is judged by the best of a few tries, each in
the unit of a small known piece of work that is timed beside it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

USUAL = 0.02
"""Seconds of processor time that `_known_work` takes on the slow machine the limits were set on."""

TRIES = 3


def seconds(act: Callable[[], object], limit: float) -> float:
    """Do `act` up to three times, until it takes less than `limit`; return the least it took.

    The figure is seconds of processor time; of a slow one, what it would be at the usual speed.
    """
    best = float("inf")
    for _ in range(TRIES):
        best = min(best, _cpu(act))
        if best >= limit:
            best /= max(1.0, _cpu(_known_work) / USUAL)
        if best < limit:
            break
    return best


def _cpu(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _known_work() -> None:
    """Loops, strings and a pattern: what a renderer does."""
    for number in range(40):
        words = [f"word{number * one % 997}" for one in range(1500)]
        re.findall(r"\w+\d", " ".join(words))
