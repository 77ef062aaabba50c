"""Making editions and handing them to the outbox, some addresses at a time: what the worker calls.

Each step is one transaction that leaves everything as it was or one step further. A worker that is killed
anywhere, or a second one beside it, makes no second edition of a post and no second delivery to an address:
the database holds each once. The outbox then sends each row as it sends all mail.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from blog import outbox
from blog.models import Outbox, Site
from newsletter.joining import CONFIRMING
from newsletter.models import Delivery, Edition, Newsletter, Subscriber
from newsletter.posts import WAIT, of_week, posts_of, unbegun

EDITION = "newsletter.edition"
"""The mail of one edition to one address; its full name ends in the number of the delivery."""

AT_ONCE = 50
"""Mails of the newsletter that wait in the outbox at most, so that other mail never waits for long."""

LATE = timedelta(days=1)
"""A weekly mail that could not be made in time is made until then; after that, with the next one."""


def send_some() -> int:
    """Begin what is due and hand over some mails, unless the newsletter is off or paused; return how many."""
    newsletter = Newsletter.current()
    if not newsletter.is_on or newsletter.is_paused:
        return 0
    begin_posts(newsletter)
    begin_week(newsletter)
    room = AT_ONCE - _waiting()
    count = 0
    for edition in Edition.objects.filter(finished_at=None).order_by("pk"):
        # Asked again under the lock; a round that has nothing to do takes none.
        if count < room and posts_of(edition, newsletter):
            count += reach(edition.pk, newsletter, room - count)
    if count < room:
        count += ask_imported(room - count - _asks_due())
    return count


def begin_posts(newsletter: Newsletter) -> None:
    """Make an edition of each post that came out and has none."""
    for post in unbegun(newsletter):
        Edition.objects.bulk_create([Edition(post=post)], ignore_conflicts=True)


def begin_week(newsletter: Newsletter) -> None:
    """Make the edition of the week when its hour has come and anything came out since the last."""
    now = timezone.now()
    # A worker that made the edition of a post just before the hour has written it by then.
    until = last_hour(newsletter, Site.current().zone, now - WAIT)
    if not _is_due(newsletter, until) or until < now - LATE:
        return
    with transaction.atomic():
        row = Newsletter.locked()
        if row.told_until is None or not _is_due(row, until):
            return
        if of_week(row, row.told_until, until).exists():
            Edition.objects.create(told_from=row.told_until, told_until=until)
        row.told_until = until
        row.save(update_fields=["told_until"])


def last_hour(newsletter: Newsletter, zone: ZoneInfo, before: datetime) -> datetime:
    """Return the latest moment up to `before` that is the chosen day and hour in the time zone `zone`."""
    local = before.astimezone(zone)
    day = local.date() - timedelta(days=(local.weekday() - newsletter.weekday) % 7)
    moment = datetime.combine(day, time(newsletter.hour), zone)
    if moment > local:
        moment = datetime.combine(day - timedelta(days=7), time(newsletter.hour), zone)
    return moment


@transaction.atomic
def reach(pk: int, newsletter: Newsletter, most: int) -> int:
    """Hand one edition to at most `most` more addresses, in the order of their numbers; return how many.

    While its post is taken away the edition rests; `newsletter.retention` ends it in the end.
    """
    edition = Edition.objects.select_for_update().filter(pk=pk, finished_at=None).first()
    if edition is None or not posts_of(edition, newsletter):
        return 0
    wanting = Subscriber.objects.receiving().filter(
        kind=edition.kind, confirmed_at__lte=edition.made_at, pk__gt=edition.reached
    )
    # Whoever leaves at this moment is waited for, or waits and takes her new mail along.
    some = list(wanting.select_for_update(of=("self",), no_key=True).order_by("pk")[:most])
    made = Delivery.objects.bulk_create([Delivery(edition=edition, subscriber=one) for one in some])
    Outbox.objects.bulk_create(
        [
            Outbox(to=one.email, digest=f"{EDITION}:{delivery.pk}")
            for one, delivery in zip(some, made, strict=True)
        ]
    )
    edition.reached = some[-1].pk if some else edition.reached
    edition.finished_at = timezone.now() if len(some) < most else None
    edition.save(update_fields=["reached", "finished_at"])
    return len(some)


def ask_imported(most: int) -> int:
    """Queue the mail that asks for at most `most` addresses that a file brought; return how many."""
    unasked = Subscriber.objects.waiting().filter(asked_at=None)
    addresses = list(unasked.order_by("email").values_list("email", flat=True)[: max(most, 0)])
    if not addresses:
        return 0
    with transaction.atomic():
        for address in addresses:
            outbox.send_digest(address, CONFIRMING, due_at=timezone.now())
        unasked.filter(email__in=addresses).update(asked_at=timezone.now())
    return len(addresses)


def _is_due(newsletter: Newsletter, until: datetime) -> bool:
    return newsletter.told_until is not None and newsletter.told_until < until


def _waiting() -> int:
    """Count the deliveries that were not tried yet; what failed comes back by itself.

    Not the mails that ask: strangers cause those, and could hold up everybody else's.
    """
    return Outbox.objects.filter(digest__startswith=EDITION, sent_at=None, attempts=0).count()


def _asks_due() -> int:
    now = timezone.now()
    return Outbox.objects.filter(digest=CONFIRMING, sent_at=None, due_at__lte=now).count()
