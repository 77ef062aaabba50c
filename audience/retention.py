"""How long the counts keep what they keep, and the job that ends it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from audience import day_key
from audience.models import Mark, Reads
from blog.models import Site

YEARS = 2
"""Years for which reads are kept by the day; afterwards they are kept by the month."""

_AT_ONCE = 5_000
"""Marks that one transaction deletes."""

_GRACE = timedelta(minutes=5)
"""What was noted just before midnight is written just after it."""


def forget(*, now: datetime | None = None) -> int:
    """Throw away the keys and marks of days that are over, and fold old days into months.

    Returns how many rows went.
    """
    moment = timezone.localtime(now, Site.current().zone)
    day_key.forget(moment.date())
    return _forget_marks((moment - _GRACE).date()) + _fold(moment.date())


def _forget_marks(before: date) -> int:
    """Delete marks a few at a time, so that nobody else waits long to write; return how many went."""
    gone = 0
    while keys := list(Mark.objects.filter(day__lt=before).values_list("pk", flat=True)[:_AT_ONCE]):
        gone += Mark.objects.filter(pk__in=keys).delete()[0]
    return gone


def _fold(today: date) -> int:
    """Put the reads of each old month under its first day; return how many rows that saved."""
    before = today.replace(year=today.year - YEARS, day=1)
    old = Reads.objects.filter(day__lt=before).exclude(day__day=1)
    months = old.annotate(month=TruncMonth("day")).order_by("month").values_list("month", flat=True)
    return sum(_fold_month(month) for month in months.distinct())


@transaction.atomic
def _fold_month(first: date) -> int:
    rows = Reads.objects.within(first, _next_month(first))
    list(rows.select_for_update().order_by("day", "post_id", "source"))
    sums = list(rows.order_by().values("post_id", "source").annotate(sum=Sum("count")))
    gone, _ = rows.delete()
    Reads.objects.bulk_create(
        Reads(post_id=one["post_id"], source=one["source"], day=first, count=one["sum"])
        for one in sums
    )
    return gone - len(sums)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
