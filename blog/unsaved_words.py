"""What the form of a post says of words that are kept and not saved: one's own, and those of others."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format

from blog.models import Post, Unsaved
from ledger.record import Actor

WRITING_WITHIN = timedelta(minutes=10)
"""How long after the last key somebody counts as writing."""


def kept_words(user: User, post: Post | None, kind: str) -> Unsaved | None:
    """Return what `user` typed into the form of `post`, else into the last form of a new one."""
    own = Unsaved.objects.filter(user=user, post=post, kind=kind)
    return own.order_by("-kept_at").first()


def others_at(post: Post | None, user: User) -> list[str]:
    """Return a sentence for each other person whose words in this post are not saved yet. One query."""
    if post is None:
        return []
    rows = post.unsaved.exclude(user=user).select_related("user").order_by("-kept_at")
    return [_sentence(row) for row in rows]


def moment(at: datetime) -> str:
    """Return a moment in words, in the time zone of the site: “on 3 May, 14:03”, today “at 14:03”."""
    local = timezone.localtime(at)
    if local.date() == timezone.localdate():
        return f"at {clock(at)}"
    return f"on {date_format(local, 'j F, H:i')}"


def clock(at: datetime) -> str:
    """Return the time of day in the time zone of the site."""
    return date_format(timezone.localtime(at), "H:i")


def _sentence(row: Unsaved) -> str:
    name = Actor.of(row.user).label
    if timezone.now() - row.kept_at < WRITING_WITHIN:
        return f"{name} is writing here, last {moment(row.kept_at)}."
    return f"{name} has words here that are not saved, last {moment(row.kept_at)}."
