"""What to read next: the posts before and after one, and its place in a series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Subquery
from django.utils import timezone

from blog.models import Post
from blog.models.post import PostQuerySet
from blog.prepared import Prepared


@dataclass(frozen=True)
class SeriesPlace:
    """Where a post stands in its series, counted over what readers can see."""

    name: str
    url: str
    part: int
    total: int
    previous: Post | None
    next: Post | None


def neighbours(post: Post) -> tuple[Post | None, Post | None]:
    """Return the next newer and the next older public post. One query."""
    at = post.published_at
    if at is None:
        return None, None
    now = timezone.now()
    found = _beside(post=post.pk or 0, published=at, until=min(at, now), now=now)
    after = next((p for p in found if _is_after(p, post)), None)
    before = next((p for p in found if not _is_after(p, post)), None)
    return after, before


def _build(post: int, published: datetime, until: datetime, now: datetime) -> PostQuerySet:
    public = Post.objects.published(now).posts().select_related("live_version")
    public = public.defer("live_version__body")
    # Where to begin in an index is said by itself, and once: from a choice of two conditions a database
    # reads no place, and of two limits SQLite may take the one of now, and read all that came since.
    later = public.filter(published_at__gte=published).exclude(published_at=published, pk__lte=post)
    earlier = Post.objects.published(until).posts()
    earlier = earlier.exclude(published_at=published, pk__gte=post)
    newer = later.order_by("published_at", "pk").values("pk")[:1]
    older = earlier.newest_first().values("pk")[:1]
    return public.filter(Q(pk=Subquery(newer)) | Q(pk=Subquery(older))).order_by()


_beside: Prepared[Post] = Prepared(
    _build, post=int, published=datetime, until=datetime, now=datetime
)


def _is_after(one: Post, other: Post) -> bool:
    return (one.published_at, one.pk) > (other.published_at, other.pk)


def _order(part: Post) -> tuple[object, ...]:
    number = part.series_part
    return (number is None, number or 0, part.published_at, part.pk)


def place_in_series(post: Post, *, is_preview: bool = False) -> SeriesPlace | None:
    """Return where `post` stands in its series, or `None` without one. One query.

    A preview stands where its post will once it is public.
    """
    if post.series is None:
        return None
    parts = (
        Post.objects.published().posts().filter(series=post.series).select_related("live_version")
    )
    ordered = list(parts.defer("live_version__body").order_by("series_part", "published_at", "pk"))
    if is_preview:
        ordered = sorted([*(part for part in ordered if part.pk != post.pk), post], key=_order)
    position = next((index for index, part in enumerate(ordered) if part.pk == post.pk), None)
    if position is None:
        return None
    return SeriesPlace(
        name=post.series.name,
        url=post.series.get_absolute_url(),
        part=position + 1,
        total=len(ordered),
        previous=ordered[position - 1] if position else None,
        next=ordered[position + 1] if position + 1 < len(ordered) else None,
    )
