"""What the site knows when a comment arrives: the facts that the spam checks may ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db.models import CharField, Count, Q, Value
from django.utils import timezone

from blog.models import Author, Post, Site
from blog.search_index import text_of
from comments.arrival import Arrival, Origin
from comments.blocklist import Heard, caught
from comments.models import Block, Comment
from comments.spam.facts import Blocked, Counts, History, Seen, Submission

RECENT_DAYS = 30
RECENT_COMMENTS = 200

State = Comment.State


def submission_of(comment: Comment, post: Post, arrival: Arrival) -> Submission:
    """Return what the checks judge; of the address only the domain. One query."""
    version = post.live_version
    return Submission(
        text=comment.body,
        name=comment.name,
        email_domain=comment.email_domain,
        url=comment.url,
        post_title=version.title if version else "",
        post_text=version.body if version else "",
        network=arrival.network or None,
        elapsed_ms=arrival.elapsed_ms,
        stamp_state=arrival.stamp,
        is_trap_filled=arrival.is_trap_filled,
        is_reply=comment.parent_id is not None,
        origin_known=arrival.origin == Origin.OWN,
        own_names=own_names(),
    )


def own_names() -> tuple[str, ...]:
    """Return the names that speak here: bylines, colleagues with first and last name, the site. One query."""
    nothing = Value("", output_field=CharField())
    bylines = Author.objects.order_by().values_list("name", nothing)
    sites = Site.objects.order_by().values_list("name", nothing)
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(first_name="")
    people = staff.exclude(last_name="").order_by().values_list("first_name", "last_name")
    return tuple(f"{first} {last}".strip() for first, last in bylines.union(sites, people))


def history_of(comment: Comment, *, address: str = "") -> History:
    """Read what was decided before about the like of `comment`, and what is blocked. Three queries.

    Args:
        address: the IP address it came from, to be compared with the blocklist and then forgotten.
    """
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    readers = Comment.objects.kept().comments().filter(author=None, badge="")
    readers = readers.exclude(pk=comment.pk)
    recent = readers.filter(created_at__gte=since).order_by("-pk")[:RECENT_COMMENTS]
    host = urlsplit(comment.url).hostname or ""
    likeness = {
        "address": Q(email__iexact=comment.email) if comment.email else None,
        "name": Q(name=comment.name),
        "network": Q(network=comment.network) if comment.network else None,
        "host": Q(url__icontains=f"//{host}") if host else None,
    }
    counts = readers.aggregate(**_counts(likeness))
    return History(
        recent=tuple(Seen(*row) for row in recent.values_list("body", "name", "url", "state")),
        **{kind: Counts(**_counted(kind, counts)) for kind in likeness},
        blocked=_blocked(comment, address),
    )


def _blocked(comment: Comment, address: str) -> tuple[Blocked, ...]:
    rules = list(Block.objects.in_force().order_by("pk"))
    if not rules:
        return ()
    heard = Heard(
        name=comment.name,
        body=comment.body,
        html=comment.body_html,
        shown=text_of(comment.body_html),
        email=comment.email,
        url=comment.url,
        address=address,
    )
    return tuple(caught(rules, heard))


def _counts(likeness: dict[str, Q | None]) -> dict[str, Count]:
    return {
        f"{kind}_{state.value}": Count("pk", filter=condition & Q(state=state))
        for kind, condition in likeness.items()
        if condition is not None
        for state in (State.APPROVED, State.REJECTED, State.SPAM)
    }


def _counted(kind: str, counts: dict[str, Any]) -> dict[str, int]:
    return {name: counts.get(f"{kind}_{name}", 0) for name in ("approved", "rejected", "spam")}
