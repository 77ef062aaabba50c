"""What is public and what is coming, laid out by the days of a month in the site's time zone."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from blog.models import Post, QuietPeriod
from blog.models.post import PostQuerySet

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_FIRST_YEAR = 1990
LAST_YEAR = 2199
"""Years near 9999 have moments that no database keeps in every time zone."""


@dataclass(frozen=True)
class Day:
    """One square of the calendar."""

    date: date
    is_inside: bool
    is_today: bool
    posts: Sequence[Post] = ()
    quiet: str = ""


@dataclass(frozen=True)
class Month:
    """Whole weeks, from Monday, that hold the days of one month."""

    first: date
    weeks: Sequence[Sequence[Day]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on any of its days."""
        return not any(day.posts for week in self.weeks for day in week if day.is_inside)

    @property
    def before(self) -> str:
        """The month before, as an address names it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        """The month after, as an address names it."""
        return f"{self.first + timedelta(days=31):%Y-%m}"


def scheduled() -> PostQuerySet:
    """Return the posts that wait for their moment, soonest first; `is_halted` when it is quiet then."""
    waiting = Post.objects.filter(state=Post.State.SCHEDULED, published_at__gt=timezone.now())
    quiet = QuietPeriod.objects.covering(OuterRef("published_at")).order_by()
    return (
        waiting.annotate(is_halted=Exists(quiet))
        .select_related("live_version")
        .order_by("published_at", "pk")
    )


def going_out() -> PostQuerySet:
    """Return the posts that the clock makes public, soonest first: none whose moment is a quiet one."""
    waiting = Post.objects.filter(state=Post.State.SCHEDULED, published_at__gt=timezone.now())
    quiet = QuietPeriod.objects.covering(OuterRef("published_at")).order_by()
    found = waiting.exclude(Exists(quiet)).select_related("live_version")
    return found.order_by("published_at", "pk")


def stopped() -> PostQuerySet:
    """Return the posts whose moment came in a quiet period, whether the worker has marked them or not."""
    has_come = Q(state=Post.State.SCHEDULED, published_at__lte=timezone.now())
    quiet = QuietPeriod.objects.covering(OuterRef("published_at")).order_by()
    found = Post.objects.filter(Q(state=Post.State.PAUSED) | has_come & Exists(quiet))
    return found.select_related("live_version").order_by("published_at", "pk")


def falling_into(period: QuietPeriod) -> PostQuerySet:
    """Return the scheduled posts whose moment falls into a quiet period, so that they will not go out."""
    span = {"published_at__gte": period.starts_at, "published_at__lt": period.ends_at}
    found = Post.objects.filter(state=Post.State.SCHEDULED, **span)
    return found.select_related("live_version").order_by("published_at", "pk")


def first_of(asked: str, zone: ZoneInfo) -> date:
    """Return the first day of the month an address asks for (`2030-05`), else of this month."""
    found = _MONTH.fullmatch(asked)
    if found and _FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return date(int(found[1]), int(found[2]), 1)
    return timezone.localdate(timezone=zone).replace(day=1)


def month_of(first: date, zone: ZoneInfo) -> Month:
    """Return the month that begins on `first`, with what is or will be public on each day. Two queries."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    moments = _midnight(weeks[0][0], zone), _midnight(weeks[-1][-1] + timedelta(days=1), zone)
    posts = _by_day(_between(*moments), zone)
    periods = list(QuietPeriod.objects.filter(starts_at__lt=moments[1], ends_at__gt=moments[0]))
    today = timezone.localdate(timezone=zone)
    return Month(
        first,
        [
            [
                Day(
                    day,
                    is_inside=day.month == first.month,
                    is_today=day == today,
                    posts=posts.get(day, ()),
                    quiet=_reason(periods, day, zone),
                )
                for day in week
            ]
            for week in weeks
        ],
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _reason(periods: Iterable[QuietPeriod], day: date, zone: ZoneInfo) -> str:
    """Return why a day is quiet, in whole or in part; nothing when it is not."""
    start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    found = (period for period in periods if period.starts_at < end and period.ends_at > start)
    return "; ".join(period.reason for period in found)


def _between(start: datetime, end: datetime) -> PostQuerySet:
    found = Post.objects.posts().exclude(state=Post.State.DRAFT)
    found = found.filter(published_at__gte=start, published_at__lt=end)
    return found.select_related("live_version").order_by("published_at", "pk")


def _by_day(posts: Iterable[Post], zone: ZoneInfo) -> dict[date, list[Post]]:
    days: dict[date, list[Post]] = defaultdict(list)
    for post in posts:
        if post.published_at:
            days[timezone.localdate(post.published_at, zone)].append(post)
    return days
