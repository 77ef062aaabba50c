"""Samples for a person to find the mistakes in; both are drawn, and neither is ever stored.

Ten a day of what was called spam, drawn anew each day; and one in twenty of all that was published or
called spam without a person, drawn for good, so that the report can tell how much slips through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from comments import outcomes
from comments.draw import PRIME, drawn, place
from comments.models import Comment, CommentQuerySet
from comments.person import in_parts
from ledger.models import Entry

SAMPLE = 10
LOOK_WITHIN_DAYS = 30
"""Days for which what was drawn for good waits for somebody to look."""
MOST_LOOKS = 100
"""Comments drawn for good that wait at once at most, the oldest first."""
_CHUNK = 500
_SUBJECT = "comments.comment:"


def sample_keys(comments: CommentQuerySet, *, now: datetime | None = None) -> list[int]:
    """Return the keys of today's sample that nobody has looked at yet.

    The draw is the same all day: it holds what was spam when the day began, so that one that somebody
    has looked at is not replaced by another. A decision that was undone counts as no look. Two queries,
    and one more for each 500 decisions of the day.
    """
    local = timezone.localtime(now)
    begun = local.replace(hour=0, minute=0, second=0, microsecond=0)
    looked_at = _looked_at(begun)
    was_spam = Q(state=Comment.State.SPAM, created_at__lt=begun) & (
        Q(decided_at=None) | Q(decided_at__lt=begun)
    )
    in_order = _shuffled(comments.filter(was_spam | Q(pk__in=looked_at)), local.date())
    keys = in_order.values_list("pk", flat=True)[:SAMPLE]
    return [pk for pk in keys if pk not in looked_at]


def chance_keys(comments: CommentQuerySet, *, now: datetime | None = None) -> list[int]:
    """Return the keys of what was drawn for good in the last days, until somebody decides.

    Whoever looks says so by a decision: that it may stay public, or that it is spam. What came from
    elsewhere takes nobody's place. One query, and one for each 500 drawn until there are `MOST_LOOKS`.
    """
    since = (now or timezone.now()) - timedelta(days=LOOK_WITHIN_DAYS)
    alone = Q(state__in=[Comment.State.APPROVED, Comment.State.SPAM], decided_by=None)
    found = comments.comments().filter(alone, drawn(), author=None, badge="", created_at__gte=since)
    looks: list[int] = []
    for some in in_parts(list(found.order_by("pk").values_list("pk", flat=True))):
        came = outcomes.submitted(some)
        looks += [pk for pk in some if pk in came and outcomes.is_automatic(came[pk])]
        if len(looks) >= MOST_LOOKS:
            break
    return looks[:MOST_LOOKS]


def _shuffled(comments: CommentQuerySet, day: date) -> QuerySet[Comment]:
    """Return `comments` in an order of the day, computed the same way on every database."""
    seed = int.from_bytes(hashlib.sha256(day.isoformat().encode()).digest()[:8], "big")
    factor, shift = 1 + seed % (PRIME - 1), seed // PRIME % PRIME
    return comments.order_by(place(factor, shift), "pk")


def _looked_at(begun: datetime) -> set[int]:
    """Return the comments that somebody decided about since `begun` while they were spam."""
    decided: set[tuple[str, int]] = set()
    undone: set[tuple[str, int]] = set()
    for subject, facts in _entries_since(begun):
        if "undone" in facts:
            undone.add((subject, facts["undone"]))
        elif facts.get("from") == Comment.State.SPAM:
            decided.add((subject, facts.get("revision", 0)))
    return {int(subject.removeprefix(_SUBJECT)) for subject, _ in decided - undone}


def _entries_since(begun: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what the record says people did to comments, from its head back to `begun`.

    The record has no index by time, and needs none: its numbers follow the clock.
    """
    acts = Entry.objects.exclude(actor=None).order_by("-sequence")
    rows = acts.values_list("sequence", "at", "subject", "facts")
    # Clocks of two machines differ a little.
    end, before = begun - timedelta(minutes=5), None
    while chunk := list((rows if before is None else rows.filter(pk__lt=before))[:_CHUNK]):
        for before, at, subject, facts in chunk:  # noqa: B007 - the last one says where to go on
            if at >= begun and subject.startswith(_SUBJECT):
                yield subject, facts
        if len(chunk) < _CHUNK or chunk[-1][1] < end:
            return
