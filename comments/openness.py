"""Whether a post takes comments, what happens to them there, and the sentence for when it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Post, Site
from blog.models.site import CommentMode, CrisisMode

CLOSED_HERE = "comments.closed"
"""The key of a request's environment, which no reader can set, with a sentence that closes all comments:
what shows pages in a place that cannot take any says so there."""

AT_ONCE = frozenset({CommentMode.OPEN, CommentMode.CLEAN})
"""The modes in which some comments appear without a person."""

_PAGES_WITH_COMMENTS = (Post.CommentPolicy.OPEN, Post.CommentPolicy.MODERATED)


def mode_of(post: Post, site: Site) -> CommentMode:
    """Return what happens to a comment under `post` now. No query.

    The switch for a crisis goes before what the post says, and that before what the site says.
    """
    if closed_sentence(post, site):
        return CommentMode.CLOSED
    if site.crisis:
        return CommentMode.MODERATED
    chosen = _chosen(post, site)
    return CommentMode(chosen) if chosen in AT_ONCE else CommentMode.MODERATED


def appear_at_once(site: Site) -> bool:
    """Return whether some comments appear without a person now, on any post. One query at most."""
    if site.crisis:
        return False
    own = Post.objects.filter(comment_policy__in=AT_ONCE)
    return site.comment_mode in AT_ONCE or own.exists()


def closed_sentence(post: Post, site: Site) -> str:
    """Return why `post` takes no comments now, or an empty string when it does. No query."""
    if settings.READ_ONLY:
        return _(
            "This site is read-only for a short while, so comments are closed. Please come back later."
        )
    if post.kind == Post.Kind.PAGE and post.comment_policy not in _PAGES_WITH_COMMENTS:
        return _("This page takes no comments.")
    if site.crisis == CrisisMode.CLOSE and site.crisis_until:
        until = date_format(timezone.localtime(site.crisis_until, site.zone), "j F, H:i")
        return _("Comments are closed on the whole site until %(until)s.") % {"until": until}
    if post.comment_policy == Post.CommentPolicy.CLOSED:
        return _("Comments on this post are closed.")
    if _chosen(post, site) == CommentMode.CLOSED:
        return _("Comments are closed.")
    days, closes = _days(post, site), closes_at(post, site)
    if days is not None and closes is not None and closes <= timezone.now():
        return ngettext(
            "Comments close %(count)s day after publication.",
            "Comments close %(count)s days after publication.",
            days,
        ) % {"count": days}
    return ""


def _chosen(post: Post, site: Site) -> str:
    is_the_sites = post.comment_policy == Post.CommentPolicy.SITE
    return site.comment_mode if is_the_sites else post.comment_policy


def _days(post: Post, site: Site) -> int | None:
    """Return after how many days comments close; what the post says goes before what the site says."""
    own = post.close_comments_after
    return site.close_comments_after if own is None else own


def closes_at(post: Post, site: Site) -> datetime | None:
    """Return from when `post` takes no comments because of its age; None when it never does. No query."""
    published: datetime | None = post.published_at
    days = _days(post, site)
    return None if published is None or days is None else published + timedelta(days=days)
