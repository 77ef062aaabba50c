"""Undoing a publication in its first minute, for whoever pressed the button and saw the slip."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Post, PublicChange, WayBack
from blog.models.way_back import UNDO_WITHIN
from blog.refusal import Refused
from blog.search_index import index_posts
from blog.workflow.correcting import Kind, live_facts, noted, record_change, shown
from blog.workflow.writing import locked, require, set_fields
from ledger.record import Actor

_GRACE = timedelta(seconds=5)
"""What a press at the last moment needs to arrive."""

_FIELDS = ("state", "live_version_id", "live_rendering_id", "published_at", "updated_at")

State = dict[str, object]


def public_state(post: Post) -> State:
    """Return the fields that decide what readers see of `post`, as they are kept."""
    return {name: _kept(getattr(post, name)) for name in _FIELDS}


def keep_way_back(post: Post, was: State, change: PublicChange | None, by: User) -> None:
    """Keep how `post`, just published, goes back to what it `was`."""
    said = {
        "by": by.pk,
        "made_at": timezone.now(),
        "before": was,
        "after": public_state(post),
        "change": change,
    }
    WayBack.objects.update_or_create(post=post, defaults=said)


def ways_back(by: User, post: Post | None = None) -> list[WayBack]:
    """Return the ways back that `by` still has: from the last publication of `post`, or of any. One query."""
    begun = timezone.now() - UNDO_WITHIN - _GRACE
    found = WayBack.objects.filter(by=by.pk, made_at__gt=begun).order_by("-made_at", "-pk")
    if post:
        found = found.filter(post=post)
    rows = found.select_related("post__live_version", "change")
    return [way for way in rows if way.after == public_state(way.post)]


def undo_publication(post: Post, *, by: User, channel: str = "admin") -> Post:
    """Put `post` back to what it was before `by` published it, within a minute of that.

    A first publication is a draft again, or scheduled as it was; a correction gives the earlier words
    their place back. The record keeps both acts; the public history tells of neither.

    Raises:
        Refused: when the minute is over, somebody else published it, or it has changed since.
    """
    require(by, "publish_post", "undo a publication")
    try:
        with transaction.atomic():
            return _undone(post, by, channel)
    except IntegrityError as error:
        raise Refused("What was there before is not signed any more. Take it back.") from error


def forget_ways_back() -> int:
    """Delete the ways back whose minute is over; return how many."""
    return WayBack.objects.filter(made_at__lt=timezone.now() - UNDO_WITHIN - _GRACE).delete()[0]


def _undone(post: Post, by: User, channel: str) -> Post:
    post = locked(post)
    found = next(iter(ways_back(by, post)), None)
    if found is None:
        raise Refused("It is too late to undo this: take it back, or correct it.")
    seen, undone = shown(post), found.change
    set_fields(post, **found.before)
    post.refresh_from_db()
    change = noted(post, Kind.UNDONE if undone else None, seen, undoes=undone)
    found.delete()
    index_posts([post.pk])
    facts = live_facts(post) if post.is_live else None
    record_change("undo_publish", post, Actor.of(by, channel=channel), change, facts)
    return post


def _kept(value: object) -> object:
    """Return a value as JSON can keep it, moments to the microsecond and in one spelling."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
