"""What the form of a post shows before anybody types."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from blog import roles
from blog.models import Author, Post
from blog.words import BRIEF_POINTS, words_of
from blog.workflow.filing import FIELDS

BRIEF_FIELDS = [f"brief_{number}" for number in range(1, BRIEF_POINTS + 1)]


def default_author(user: User) -> Author | None:
    """Return the byline a new post gets: the writer's own, else the CEO's, else the first."""
    own = Author.objects.filter(user=user).first()
    return (
        own or Author.objects.filter(user__groups__name=roles.CEO).first() or Author.objects.first()
    )


def initial_values(post: Post | None, user: User) -> dict[str, Any]:
    """Return what the form shows before anybody types."""
    version = post.latest_version if post else None
    if post is None or version is None:
        author = default_author(user)
        return {"draft_key": uuid.uuid4(), "author": author, **_filing_of(post or Post())}
    words = words_of(version)
    brief = dict(zip(BRIEF_FIELDS, words.brief, strict=False))
    scheduled = post.published_at if post.state == Post.State.SCHEDULED else None
    return {
        **words.fields,
        **brief,
        **_filing_of(post),
        # What was told of an earlier correction says nothing about the next one.
        "correction": "" if version.pk == post.live_version_id else words.correction,
        "seen": version.number,
        "publish_at": timezone.localtime(scheduled) if scheduled else None,
    }


def _filing_of(post: Post) -> dict[str, Any]:
    values = {name: getattr(post, name) for name in FIELDS}
    return values | {"topics": list(post.topics.all()) if post.pk else []}
