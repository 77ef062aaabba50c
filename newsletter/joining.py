"""What readers do: ask for the newsletter, say yes, choose how often, leave.

Rows are locked in the order in which the worker does it: mail, the subscriber, deliveries.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from blog import outbox
from blog.models import Outbox
from comments.correspondence import same_mailbox
from newsletter.addresses import mark_of
from newsletter.models import Delivery, Departure, Subscriber

NAMES = "newsletter."
"""How the names of all digests of the newsletter begin."""

CONFIRMING = "newsletter.confirm"
"""The mail that asks whether somebody wants the newsletter."""

LIMIT = "subscribe"
"""What `comments.throttle` counts sign-ups as."""

CONFIRMING_APART = timedelta(hours=1)
CONFIRMING_A_DAY = 3
_DAY = timedelta(days=1)


def ask(address: str, kind: str) -> None:
    """Queue the mail that asks `address` whether it wants the newsletter.

    The same statements for every address, known or not: the worker finds out what the mail says. So
    nobody learns who is on the list, not even by a clock.
    """
    now = timezone.now()
    with transaction.atomic():
        outbox.send_digest(address, CONFIRMING, due_at=now)
        new = Subscriber(email=address, kind=kind, asked_at=now)
        Subscriber.objects.bulk_create([new], ignore_conflicts=True)
        Subscriber.objects.waiting().filter(email=address).update(kind=kind, asked_at=now)


def confirming_due(address: str) -> datetime:
    """Return when a mail that asks may go to `address`: now, or later.

    Anybody can type any address, so one mailbox, whatever its tag (`mara+blog@…`), gets one such mail
    an hour and `CONFIRMING_A_DAY` a day.
    """
    now = timezone.now()
    mailbox = same_mailbox(address, "to")
    moments = [now]
    if last := outbox.last_of(mailbox, [CONFIRMING], since=now - CONFIRMING_APART):
        moments.append(last + CONFIRMING_APART)
    sent = Outbox.objects.filter(mailbox, digest=CONFIRMING, sent_at__gt=now - _DAY)
    today = list(sent.order_by("-sent_at").values_list("sent_at", flat=True)[:CONFIRMING_A_DAY])
    if len(today) == CONFIRMING_A_DAY and today[-1]:
        moments.append(today[-1] + _DAY)
    return max(moments)


def was_asked_enough(address: str) -> bool:
    """Whether an address that left today was asked as often as one may be in a day."""
    return _asked_before_it_left(mark_of(address)) >= CONFIRMING_A_DAY


def _asked_before_it_left(mark: str) -> int:
    today = Departure.objects.filter(mark=mark, left_at__gt=timezone.now() - _DAY)
    return today.values_list("asked", flat=True).first() or 0


def confirm(key: UUID) -> Subscriber | None:
    """Note that she said yes, and return her row; `None` when it is gone. Twice is fine.

    An address that was paused gets mail again, and one that had left is forgotten as such.
    """
    with transaction.atomic():
        found = Subscriber.objects.select_for_update().filter(key=key).first()
        if found is None:
            return None
        if found.confirmed_at is None or found.paused_at:
            found.confirmed_at = found.confirmed_at or timezone.now()
            found.paused_at, found.refused_on, found.refused_days = None, None, 0
            fields = ["confirmed_at", "paused_at", "refused_on", "refused_days"]
            found.save(update_fields=fields)
        Departure.objects.filter(mark=mark_of(found.email)).delete()
    return found


def choose(key: UUID, kind: str) -> None:
    """Let her hear as often as she chose."""
    Subscriber.objects.filter(key=key).update(kind=kind)


def leave(key: UUID) -> None:
    """Erase an address at once. Its mark stays, so that no file brings it back. Twice is fine."""
    address = Subscriber.objects.filter(key=key).values_list("email", flat=True).first()
    if address is None:
        return
    mark = mark_of(address)
    with transaction.atomic():
        sent = Outbox.objects.filter(to=address, digest=CONFIRMING)
        asked = sent.filter(sent_at__gt=timezone.now() - _DAY).count()
        left = {"left_at": timezone.now(), "asked": asked + _asked_before_it_left(mark)}
        erase(address)
        Departure.objects.update_or_create(mark=mark, defaults=left)


def erase(address: str) -> int:
    """Remove an address, the mail that waits for it, and what servers said of it; return how many rows.

    Call it in a transaction. A mail that is being sent at this moment settles itself.
    """
    waiting = Outbox.objects.filter(to=address, digest__startswith=NAMES)
    waiting.delete()
    hers = Subscriber.objects.filter(email=address)
    for pk in list(hers.select_for_update().values_list("pk", flat=True)):
        # What was handed over between the two statements.
        late = waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)
        Outbox.objects.filter(pk__in=list(late)).delete()
        _end_deliveries_of(pk)
    return hers.delete()[1].get(Subscriber._meta.label, 0)


def _end_deliveries_of(pk: int) -> None:
    """End what waits for a subscriber who goes, and forget what mail servers answered."""
    hers = Delivery.objects.filter(subscriber=pk)
    hers.update(error="")
    waiting = hers.filter(state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.DROPPED, settled_at=timezone.now())
