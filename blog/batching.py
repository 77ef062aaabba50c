"""Many rows a few at a time, as one transaction or one statement can take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield `rows` in lists of at most `size`, in their order; `itertools.batched` of Python 3.12."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
