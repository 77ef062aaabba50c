"""Pages of a list, without counting all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

Row = TypeVar("Row", bound=Model)

PER_PAGE = 20
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows, and where the newer and older ones are (empty when there are none)."""

    rows: list[Row]
    newer_url: str
    older_url: str

    @property
    def addresses(self) -> dict[str, str]:
        """The two addresses, for a template."""
        return {"newer_url": self.newer_url, "older_url": self.older_url}


def page_number(text: str) -> int:
    """Return the page a query string asks for.

    Raises:
        Http404: for anything but a number from 1 to `LAST_PAGE` in plain digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= LAST_PAGE):
        raise Http404
    return int(text)


def paged(rows: QuerySet[Row], number: int, address: Callable[[int], str], first: str) -> Page[Row]:
    """Return page `number` (from 1) of `rows`. One query: one row more than shown tells of the next page.

    The rows are found by their keys first, so that those passed over cost no more than an entry of an
    index, however much a row shows.

    Raises:
        Http404: for a page after the last one.
    """
    if not 1 <= number <= LAST_PAGE:
        raise Http404
    start = (number - 1) * PER_PAGE
    keys = rows.values("pk")[start : start + PER_PAGE + 1]
    found = list(rows.filter(pk__in=keys))
    if not found and number > 1:
        raise Http404
    newer = "" if number == 1 else first if number == 2 else address(number - 1)
    return Page(found[:PER_PAGE], newer, address(number + 1) if len(found) > PER_PAGE else "")
