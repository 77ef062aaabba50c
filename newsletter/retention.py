"""How long the newsletter keeps what it keeps, and the job that ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from blog import outbox
from blog.models import Outbox
from newsletter.links import CONFIRM_WITHIN
from newsletter.models import Delivery, Edition, Subscriber
from newsletter.posts import FRESH
from newsletter.sending import EDITION

UNCONFIRMED_DAYS = CONFIRM_WITHIN.days
"""Days after which an address that never said yes is forgotten."""

DELIVERY_DAYS = 30
"""Days for which it is kept which mail went to which address."""

_LOST_AFTER = timedelta(days=2)
"""The outbox tries for about a day; what has no row there after this is lost."""


def forget(*, now: datetime | None = None) -> int:
    """Remove what was kept long enough; return how many rows went."""
    moment = now or timezone.now()
    _end_editions(moment)
    _settle_lost(moment)
    unconfirmed = Subscriber.objects.waiting().filter(asked_at__lt=moment - CONFIRM_WITHIN)
    return unconfirmed.delete()[0] + _fold(moment)


def _end_editions(now: datetime) -> None:
    """End the editions whose posts were taken away, or that a pause has made old."""
    Edition.objects.filter(finished_at=None, made_at__lt=now - FRESH).update(finished_at=now)


def _settle_lost(now: datetime) -> None:
    """Call failed what the outbox has given up without a word: its worker was killed at the last attempt."""
    alive = Q(attempts__lt=outbox.MAX_ATTEMPTS) | Q(lease_until__gt=now)
    rows = Outbox.objects.filter(alive, digest__startswith=f"{EDITION}:", sent_at=None)
    names = rows.values_list("digest", flat=True)
    waiting = {int(name.partition(":")[2].partition("#")[0]) for name in names}
    old = Delivery.objects.filter(state=Delivery.State.WAITING, made_at__lt=now - _LOST_AFTER)
    lost = [pk for pk in old.values_list("pk", flat=True) if pk not in waiting]
    for start in range(0, len(lost), 500):
        found = Delivery.objects.filter(pk__in=lost[start : start + 500])
        found.filter(state=Delivery.State.WAITING).update(
            state=Delivery.State.FAILED, settled_at=now
        )


def _fold(now: datetime) -> int:
    """Keep of old deliveries how many there were, and not whose; return how many rows went."""
    before = now - timedelta(days=DELIVERY_DAYS)
    old = Delivery.objects.filter(settled_at__lt=before, edition__finished_at__lt=before)
    count = 0
    for pk in old.order_by("edition").values_list("edition", flat=True).distinct():
        with transaction.atomic():
            edition = Edition.objects.select_for_update().get(pk=pk)
            sent, failed = (
                old.filter(edition=edition, state=state).delete()[0]
                for state in (Delivery.State.SENT, Delivery.State.FAILED)
            )
            count += sent + failed + old.filter(edition=edition).delete()[0]
            Edition.objects.filter(pk=pk).update(
                past_sent=F("past_sent") + sent, past_failed=F("past_failed") + failed
            )
    return count
