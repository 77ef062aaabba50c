"""What readers saw while somebody decided, as a row of a table."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from bench.load.figures import short
from blog.page_store.mirror import LEASE
from tests.watched_pages import Change, Judge, Look

HEAD = (
    *("", "decisions", "looks after each, on each worker", "looks of readers"),
    *("stale", "showed what was hidden", "answers ≥ 500", "2nd machine knew within ms"),
)


@dataclass(frozen=True)
class Seen:
    """What came of a scene: the decisions by kind, and the looks of each machine's readers.

    `changes` begins with those made before the readers came, `decisions` counts the others; `fresh` are
    looks over new connections, of the machine at which was decided.
    """

    made: Counter[str]
    changes: list[Change]
    decisions: int
    fresh: list[Look]
    by_node: list[list[Look]]
    seconds: float

    @cached_property
    def faults(self) -> tuple[int, int, int]:
        """How many looks were stale, showed what was hidden, and got an answer of 500 or more or none."""
        judge = Judge(self.changes)
        here, *others = self.by_node
        looks = [(one, 0.0) for one in (*self.fresh, *here)]
        looks += [(one, LEASE) for each in others for one in each]
        return (
            sum(not judge.is_right(one, late=by) for one, by in looks),
            sum(bool(judge.leaked(one, late=by)) for one, by in looks),
            sum(one.status == 0 or one.status >= 500 for one, _ in looks),
        )

    @property
    def behind(self) -> float | None:
        """For how many seconds at most a second machine showed what was no longer so, if there is one."""
        judge = Judge(self.changes)
        return max((judge.behind(one) for looks in self.by_node[1:] for one in looks), default=None)

    def row(self, name: str) -> list[str]:
        """Return its row of the table."""
        counts = [self.decisions, len(self.fresh), sum(map(len, self.by_node)), *self.faults]
        return [name, *(f"{number:,}" for number in counts), _milliseconds(self.behind)]

    def told(self, name: str) -> str:
        """Return a sentence on what was decided, and how fast."""
        kinds = ", ".join(
            f"{count} × {kind.replace('_', ' ')}" for kind, count in self.made.items()
        )
        readers = sum(map(len, self.by_node)) / self.seconds
        return f"- {name}, {self.seconds:,.0f} s, {readers:,.0f} looks a second: {kinds}."


def _milliseconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return "never" if math.isinf(seconds) else short(seconds * 1000)
