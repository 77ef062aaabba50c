"""Making the mail of the Monday minute, once for each week: what the worker calls."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audience.models import Minute, MinuteChoice
from audience.periods import monday_of
from audience.rights import may_see
from blog import outbox, roles
from blog.models import Post, Site

MINUTE = "audience.minute"
"""The mail of one week; its full name ends in the number of the `Minute`."""

AT = time(7)
"""When it is made, on a Monday, by the clock of the site."""

LATE = timedelta(days=1)
"""A mail that could not be made in time is made until then, and afterwards not at all."""


def send_minute() -> int:
    """Queue the mail about last week, from seven on a Monday and once; return how many it goes to.

    The row of the week and the mails are written in one transaction, and the database holds each week
    once: neither a crash nor a second worker makes a second mail. A site that had nothing to read
    before that hour gets none.
    """
    now = timezone.localtime(timezone=Site.current().zone)
    due = datetime.combine(monday_of(now.date()), AT, now.tzinfo)
    week = due.date() - timedelta(days=7)
    if not due <= now < due + LATE or Minute.objects.filter(week=week).exists():
        return 0
    if not Post.objects.published().filter(published_at__lt=due).exists():
        return 0
    return _queue(week)


def wanting() -> list[User]:
    """Return who gets the mail: the chief executive unless she says no, and colleagues who say yes."""
    is_hers = Q(monday_minute=None, groups__name=roles.CEO)
    people = _people().filter(is_hers | Q(monday_minute__is_wanted=True)).distinct()
    return [user for user in people.order_by("email", "pk") if may_see(user)]


def is_wanted_by(user: User) -> bool:
    """Whether this account gets the mail, provided it has an address."""
    chosen = MinuteChoice.objects.filter(user=user).values_list("is_wanted", flat=True).first()
    return roles.has_role(user, roles.CEO) if chosen is None else chosen


def choose(user: User, *, is_wanted: bool) -> None:
    """Keep whether somebody wants the mail. Twice is fine."""
    MinuteChoice.objects.update_or_create(user=user, defaults={"is_wanted": is_wanted})


def _people() -> QuerySet[User]:
    return get_user_model().objects.filter(is_active=True).exclude(email="")


@transaction.atomic
def _queue(week: date) -> int:
    row, is_new = Minute.objects.get_or_create(week=week)
    if not is_new:
        # Another worker was faster.
        return 0
    addresses = sorted({user.email for user in wanting()})
    for address in addresses:
        outbox.send_digest(address, f"{MINUTE}:{row.pk}", due_at=timezone.now())
    return len(addresses)
