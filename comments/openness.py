"""Whether a post takes comments, and the sentence for when it does not."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from blog.models import Post, Site
from blog.models.site import CommentMode

CLOSED_HERE = "comments.closed"
"""The key of a request's environment, which no reader can set, with a sentence that closes all comments:
what shows pages in a place that cannot take any says so there."""


def closed_sentence(post: Post, site: Site) -> str:
    """Return why `post` takes no comments now, or an empty string when it does. No query."""
    if settings.READ_ONLY:
        return "This site is read-only for a short while, so comments are closed. Please come back later."
    if post.kind == Post.Kind.PAGE and post.comment_policy != Post.CommentPolicy.MODERATED:
        return "This page takes no comments."
    if post.comment_policy == Post.CommentPolicy.CLOSED:
        return "Comments on this post are closed."
    if post.comment_policy == Post.CommentPolicy.SITE and site.comment_mode == CommentMode.CLOSED:
        return "Comments are closed."
    days = site.close_comments_after
    if (
        days is not None
        and post.published_at
        and timezone.now() > post.published_at + timedelta(days=days)
    ):
        return f"Comments close {days} days after publication."
    return ""
