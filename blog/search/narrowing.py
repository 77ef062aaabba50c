"""Conditions by topic and by year, as pieces of SQL that both databases understand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from blog.models import SearchEntry

MOST_YEARS = 100
"""Years told apart, up to the newest; what is older is found, and counted under no year."""

Years = Sequence[tuple[int, datetime]]
"""Years with the moment each began here, the newest first."""


@dataclass(frozen=True)
class Choice:
    """Which of the results are asked for; what is empty is not chosen. `topic` is a slug."""

    kind: str = ""
    topic: str = ""
    year: int = 0


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with its values, in the order in which they stand in it."""

    text: str
    values: Sequence[str | int | datetime] = ()


ALWAYS = Sql("1 = 1")


def span() -> Years:
    """Return the years from the oldest entry up to this one. One query."""
    oldest = SearchEntry.objects.aggregate(at=Min("at"))["at"]
    if oldest is None:
        return []
    first, last = timezone.localtime(oldest).year, timezone.localtime().year
    return [
        (year, datetime(year, 1, 1, tzinfo=timezone.get_current_timezone()))
        for year in range(last, max(first, last - MOST_YEARS) - 1, -1)
    ]


def on_topic(choice: Choice) -> Sql:
    """Return whether an entry's post has the topic that was chosen, if one was."""
    if not choice.topic:
        return ALWAYS
    text = (
        "post_id IN (SELECT p.post_id FROM blog_post_topics p"
        " JOIN blog_topic t ON t.id = p.topic_id WHERE t.slug = %s)"
    )
    return Sql(text, [choice.topic])


def in_year(choice: Choice, years: Years) -> Sql:
    """Return whether an entry is of the year that was chosen, if one was."""
    if not choice.year:
        return ALWAYS
    begins = {number: _moment(moment) for number, moment in years}
    if choice.year not in begins:
        return Sql("1 = 0")
    if choice.year + 1 not in begins:
        return Sql("at >= %s", [begins[choice.year]])
    return Sql("at >= %s AND at < %s", [begins[choice.year], begins[choice.year + 1]])


def year_of(years: Years) -> Sql:
    """Return the year of `at`, or 0 before all of these; halved at each step."""
    if not years:
        return Sql("0")
    if len(years) == 1:
        return Sql(f"CASE WHEN at >= %s THEN {years[0][0]} ELSE 0 END", [_moment(years[0][1])])
    half = len(years) // 2
    newer, older = year_of(years[:half]), year_of(years[half:])
    begins = _moment(years[half - 1][1])
    text = f"CASE WHEN at >= %s THEN {newer.text} ELSE {older.text} END"
    return Sql(text, [begins, *newer.values, *older.values])


def _moment(moment: datetime) -> str:
    """Return a moment as each database writes one, so that it compares with those that are kept."""
    return str(connection.ops.adapt_datetimefield_value(moment))
