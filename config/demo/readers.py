"""The readers of the demonstration: eight weeks of counts, made up by the same arithmetic each time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from audience.models import Reads
from audience.referrers import HERE, NOWHERE
from blog.models import Post

DAYS = 56

_FIRST_DAY = 260
"""Reads of a post on the day it comes out; of every later day a little less."""
_QUIET_DAY = 6
_WEEKEND = 5
# What share of a day's readers came from where, in percent.
_SOURCES = {
    NOWHERE: 46,
    HERE: 21,
    "repair-cafes.example": 14,
    "thewatergazette.example": 11,
    "kettle-forum.example": 8,
}


def add_reads(now: datetime) -> None:
    """Write what was read in the `DAYS` days before `now`, whose time zone is that of the site."""
    posts = Post.objects.published().order_by("pk")
    Reads.objects.bulk_create(
        row for number, post in enumerate(posts) for row in _reads_of(post, number, now)
    )


def _reads_of(post: Post, number: int, now: datetime) -> Iterator[Reads]:
    if post.published_at is None:
        return
    published = post.published_at.astimezone(now.tzinfo).date()
    for back in range(DAYS):
        day = now.date() - timedelta(days=back)
        if day < published:
            return
        count = _on_day(day, (day - published).days, number)
        for source, share in _SOURCES.items():
            if part := count * share // 100:
                yield Reads(post=post, day=day, source=source, count=part)


def _on_day(day: date, age: int, number: int) -> int:
    """Return how many readers a post of some age has: many at first, few on a weekend, never alike."""
    wave = 1 + (day.toordinal() * 7 + number * 13) % 11 / 20
    count = _FIRST_DAY / math.pow(1 + age, 0.8) + _QUIET_DAY
    return round(count * wave * (0.6 if day.weekday() >= _WEEKEND else 1))
