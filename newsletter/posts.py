"""Which posts the newsletter tells of: what came out for the first time, here, and is public now.

Everything is derived from the state of the posts when it is asked, so nothing that was taken back, paused,
retracted or undone meanwhile is ever mailed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from blog.models import Post, Site, Version
from blog.models.post import PostQuerySet
from ledger.models import Entry
from newsletter.models import Edition, Newsletter

WAIT = timedelta(minutes=2)
"""How long a post is public before it is mailed: a publication can be undone in its first minute."""

FRESH = timedelta(days=7)
"""A post is not mailed later than this after its publication, however long the newsletter rested."""


def mailable(newsletter: Newsletter) -> PostQuerySet:
    """Return the public posts that may be mailed; none while it is off, and none of a demonstration."""
    posts = Post.objects.published().posts().select_related("live_version")
    if newsletter.on_since is None or Site.current().is_demo:
        return posts.none()
    imported = Version.objects.filter(post=OuterRef("pk"), batch__isnull=False).order_by()
    skipped = Edition.objects.filter(post=OuterRef("pk"), is_skipped=True).order_by()
    span = {
        "published_at__gt": newsletter.on_since,
        "published_at__lte": timezone.now() - WAIT,
    }
    found = posts.filter(~Exists(imported), ~Exists(skipped), **span)
    return found.order_by("published_at", "pk")


def unbegun(newsletter: Newsletter) -> list[Post]:
    """Return the fresh posts that no edition was made of, oldest first.

    What was public before the newsletter was switched on, taken back and published once more is not
    new; the record knows. One query, and one for each post.
    """
    known = Edition.objects.filter(post=OuterRef("pk")).order_by()
    posts = mailable(newsletter).filter(~Exists(known), published_at__gt=_oldest())
    return [post for post in posts if not _was_public(post, before=newsletter.on_since)]


def of_week(newsletter: Newsletter, after: datetime, until: datetime) -> PostQuerySet:
    """Return the posts whose own editions were made in that time: each post is in one week only."""
    return mailable(newsletter).filter(edition__made_at__gt=after, edition__made_at__lte=until)


def posts_of(edition: Edition, newsletter: Newsletter) -> list[Post]:
    """Return what an edition tells now, oldest first; nothing when all of it was taken away, or is old."""
    if edition.post_id:
        return list(mailable(newsletter).filter(pk=edition.post_id, published_at__gt=_oldest()))
    if edition.told_from is None or edition.told_until is None or edition.told_until < _oldest():
        return []
    return list(of_week(newsletter, edition.told_from, edition.told_until))


def _oldest() -> datetime:
    return timezone.now() - FRESH


def _was_public(post: Post, *, before: datetime | None) -> bool:
    return Entry.objects.about(post).filter(verb="publish", at__lt=before).exists()
