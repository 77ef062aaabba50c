"""How long what readers leave behind is kept, and the job that ends it.

The page about privacy is written from these figures (`config/privacy.py`), so it says what is true.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from comments import throttle
from comments.models import Comment
from ledger.record import Actor, record

NETWORK_DAYS = 30
"""Days for which a comment keeps the keyed hash of the network it came from."""

SPAM_DAYS = 30
"""Days after which the words of spam, and who sent them, are blanked."""

THROTTLE_DAYS = 1
"""Days for which the counters that slow down floods are kept."""

_BATCH = 500


def forget(*, now: datetime | None = None) -> int:
    """Blank or remove what has been kept long enough; return how many rows changed."""
    moment = now or timezone.now()
    return forget_networks(moment) + purge_spam(moment) + _forget_counters(moment)


def forget_networks(now: datetime) -> int:
    """Blank the network of comments older than `NETWORK_DAYS`; return how many."""
    before = now - timedelta(days=NETWORK_DAYS)
    return Comment.objects.filter(created_at__lt=before).exclude(network="").update(network="")


def purge_spam(now: datetime) -> int:
    """Blank the words of what a person called spam `SPAM_DAYS` ago, and record it; return how many.

    What only the filter called spam waits for a person: nothing is blanked unread.

    The rows stay, empty, so that answers below them keep their place and numbers their meaning.
    """
    count = 0
    while batch := _purge_batch(now - timedelta(days=SPAM_DAYS)):
        count += batch
    return count


@transaction.atomic
def _purge_batch(before: datetime) -> int:
    spam = Comment.objects.filter(state=Comment.State.SPAM, decided_at__lt=before)
    locked = spam.exclude(body="").select_for_update(of=("self",), no_key=True).order_by("pk")
    numbers = list(locked.values_list("pk", flat=True)[:_BATCH])
    if not numbers:
        return 0
    blanks = dict.fromkeys(("name", "email", "url", "body", "body_html", "network", "reason"), "")
    Comment.objects.filter(pk__in=numbers).update(
        digest=None, evidence=[], revision=F("revision") + 1, **blanks
    )
    record("purge", "comments.comment", by=Actor.system(), facts={"comments": numbers})
    return len(numbers)


def _forget_counters(now: datetime) -> int:
    return throttle.forget((now - timedelta(days=THROTTLE_DAYS)).timestamp())
