"""How far a long task is: bars on a terminal, nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from tqdm import tqdm

Row = TypeVar("Row")


class Silent:
    """Shows nothing."""

    def through(self, rows: Iterable[Row], total: int, name: str) -> Iterable[Row]:
        """Return `rows`, of which there are about `total`; `name` says what they are."""
        return rows

    @contextmanager
    def counting(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Yield what is told how many are done, and how many are known so far."""
        yield lambda done, known: None


class Bars(Silent):
    """Shows a bar on standard error, if that is a terminal, and takes it away at the end."""

    def through(self, rows: Iterable[Row], total: int, name: str) -> Iterable[Row]:
        """Return `rows` and show which of `total` it is."""
        bar: Iterable[Row] = tqdm(
            rows, total=total, desc=name, unit="", disable=None, leave=False, file=sys.stderr
        )
        return bar

    @contextmanager
    def counting(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Yield what moves the bar, whose length may grow."""
        with tqdm(desc=name, unit="", disable=None, leave=False, file=sys.stderr) as bar:

            def move(done: int, known: int) -> None:
                bar.total = known
                bar.update(done - bar.n)

            yield move
