"""What is known of those who wrote the comments of a page, by the address they gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, Min, Q
from django.db.models.functions import Lower

from comments.models import Comment

State = Comment.State
MOST_NAMES = 5
_REFUSED = frozenset({State.REJECTED, State.SPAM, State.REMOVED})


@dataclass
class Writer:
    """What came from one address: since when, by what names, and how much people approved and refused.

    What the filter alone let out or called spam counts as neither: it would only repeat itself.
    """

    first_seen: datetime
    approved: int = 0
    refused: int = 0
    names: dict[str, None] = field(default_factory=dict)

    def other_names(self, name: str) -> list[str]:
        """Return the names used with this address besides `name`, a few of them."""
        return [other for other in self.names if other != name][:MOST_NAMES]

    def besides(self, comment: Comment) -> Writer:
        """Return what is known without what a person decided about `comment`, which came from here."""
        if comment.decided_by is None:
            return self
        return replace(
            self,
            approved=self.approved - (comment.state == State.APPROVED),
            refused=self.refused - (comment.state in _REFUSED),
        )


def writers_of(comments: Iterable[Comment]) -> dict[str, Writer]:
    """Return what is known of each address among `comments`. One query, or none."""
    addresses = {comment.email.lower() for comment in comments if comment.email}
    if not addresses:
        return {}
    known = Comment.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    rows = known.order_by().values("address", "name", "state")
    found: dict[str, Writer] = {}
    decided = Count("pk", filter=Q(decided_by__isnull=False))
    for row in rows.annotate(count=decided, first=Min("created_at")).order_by("first"):
        writer = found.setdefault(row["address"], Writer(row["first"]))
        writer.names[row["name"]] = None
        writer.approved += row["count"] if row["state"] == State.APPROVED else 0
        writer.refused += row["count"] if row["state"] in _REFUSED else 0
    return found
