"""Reading what is near a post, for its page."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from blog.models import NearPost, Post
from blog.prepared import Prepared

MOST_SHOWN = 3

_NO_SERIES = -1


def related_to(post: Post) -> list[Post]:
    """Return at most `MOST_SHOWN` public posts near this one, the nearest first. One query.

    Parts of its series and its translations are left out: the page leads to them anyway.
    """
    found = _near(
        post=post.pk,
        first=post.translation_of_id or post.pk,
        series=_NO_SERIES if post.series_id is None else post.series_id,
        now=timezone.now(),
    )
    return [row.other for row in found]


def _build(post: int, first: int, series: int, now: datetime) -> QuerySet[NearPost]:
    # Asked of each row that is near: SQLite would else begin with all public posts.
    public = Post.objects.published(now).posts().order_by().filter(pk=OuterRef("other"))
    near = NearPost.objects.filter(Exists(public), _untranslated(first), post=post)
    near = near.exclude(other__series=series)
    near = near.select_related("other__live_version").defer("other__live_version__body")
    return near.order_by("-nearness", "-other__published_at", "-other_id")[:MOST_SHOWN]


def _untranslated(first: int) -> Q:
    """Return what holds for posts that neither translate a post, nor what it translates itself."""
    return ~Q(other=first) & ~Q(other__translation_of=first)


_near: Prepared[NearPost] = Prepared(_build, post=int, first=int, series=int, now=datetime)
