"""Deciding, and what the filter of the site has learned from it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from comments import moderation, taught
from comments.models import Comment, Lesson
from comments.spam.learned.weights import SiteWeights

NOTHING = SiteWeights().as_bytes()
MARA = "mara@example.org"
SPAM = "Cheap backlinks for your site, write to us today."


def act(verb: str, comment: Comment, by: User, **more: Any) -> Comment:
    """Decide about a comment as it is now."""
    comment.refresh_from_db()
    done: Comment = getattr(moderation, verb)(comment, by=by, seen=comment.revision, **more)
    return done


def learned() -> bytes:
    """What this process knows the site has been taught."""
    return taught.weights().as_bytes()


def learned_afresh() -> bytes:
    """What a process learns that has just begun."""
    kept, taught._kept[0] = taught._kept[0], taught._NOTHING
    try:
        return learned()
    finally:
        taught._kept[0] = kept


def lessons() -> list[tuple[int, bool]]:
    """The comments that teach, and whether they teach as spam."""
    return list(Lesson.objects.order_by("comment").values_list("comment", "is_spam"))
