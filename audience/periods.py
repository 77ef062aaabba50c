"""The days that a page is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

CHOICES = (7, 30, 365)
"""How many days a page may be about."""

_YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Period:
    """So many days from `first` on."""

    first: date
    days: int = 7

    @property
    def until(self) -> date:
        """The day after the last."""
        return self.first + timedelta(days=self.days)

    @property
    def last(self) -> date:
        """The last day."""
        return self.until - timedelta(days=1)

    @property
    def before(self) -> Period:
        """As many days just before these."""
        return Period(self.first - timedelta(days=self.days), self.days)

    @property
    def query(self) -> str:
        """How an address names it."""
        return urlencode({"days": self.days, "from": self.first.isoformat()})

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return its midnights in `zone`: the one it begins with, and the one that ends it."""
        return midnight(self.first, zone), midnight(self.until, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment a day begins in `zone`."""
    return datetime.combine(day, time(), zone)


def period_of(said: Mapping[str, str], today: date) -> Period:
    """Return the period that an address names by `days` and `from`; else the 30 days up to today.

    What it names wrongly is as if it named nothing.
    """
    days = next((days for days in CHOICES if said.get("days") == str(days)), 30)
    return Period(day_of(said.get("from", "")) or today - timedelta(days=days - 1), days)


def day_of(said: str) -> date | None:
    """Return the day that somebody named as 2030-05-07, or nothing."""
    with suppress(ValueError):
        day = date.fromisoformat(said)
        return day if day.year in _YEARS else None
    return None


def monday_of(day: date) -> date:
    """Return the Monday of the week a day is in."""
    return day - timedelta(days=day.weekday())
