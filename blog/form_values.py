"""What the form of a post shows before anybody types, and the words that its values make."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from blog.bylines import default_author
from blog.models import Author, Post, Version
from blog.models.version import Authorship
from blog.words import BRIEF_POINTS, Words, words_of
from blog.workflow.filing import FIELDS

TEXT_FIELDS = (
    "title",
    "standfirst",
    "body",
    "authorship_detail",
    "disclosure",
    "legend",
    "correction",
    "answered_url",
    "answered_title",
    "answered_author",
    "answered_quote",
)
BRIEF_FIELDS = [f"brief_{number}" for number in range(1, BRIEF_POINTS + 1)]


def initial_values(post: Post | None, user: User, earlier: Version | None = None) -> dict[str, Any]:
    """Return what the form shows before anybody types.

    Args:
        earlier: an earlier text, whose words are shown to be used again.
    """
    version = post.latest_version if post else None
    if post is None or version is None:
        author = default_author(user)
        values = {"draft_key": uuid.uuid4(), "author": author, **_filing_of(post or Post())}
        return values | _who_drafts(author, user)
    words = words_of(earlier or version)
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


def _who_drafts(author: Author | None, user: User) -> dict[str, Any]:
    """Return the honest line of a text that somebody begins for somebody else, until she says otherwise.

    A blank form has to say what browsers send of it untouched, or it would count as changed.
    """
    if author is None or author.user_id in {None, user.pk}:
        return {"authorship": Authorship.BY}
    return {"authorship": Authorship.WITH, "authorship_detail": user.get_full_name()}


def words_from(value: Mapping[str, Any], author: Author, before: Words | None) -> Words:
    """Return the words that the values of fields make; what has none stays as it was `before`."""
    typed = {name: value[name] for name in TEXT_FIELDS if name in value}
    typed |= {
        "brief": tuple(filter(None, (value.get(name) for name in BRIEF_FIELDS))),
        "author": author,
        "authorship": value.get("authorship") or Authorship.BY,
    }
    if "elsewhere" in value:
        typed["elsewhere"] = value["elsewhere"]
    if before is None:
        return Words(**typed)
    # A byline is the name as it was: renaming an author must not unsign old words.
    return replace(before, **typed, byline=before.byline if before.author == author else "")


def _filing_of(post: Post) -> dict[str, Any]:
    values = {name: getattr(post, name) for name in FIELDS}
    return values | {"topics": list(post.topics.all()) if post.pk else []}
