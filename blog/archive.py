"""The archive: every post by year and month; the older years of a large one on pages of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from blog.models import Post
from blog.models.post import PostQuerySet

MOST_AT_ONCE = 500
"""Posts on the page of the archive, unless the newest year alone has more."""


def counts_by_year() -> dict[int, int]:
    """Return the years that have public posts, the newest first, and how many each has. Two queries.

    Dates are compared and not taken apart: on SQLite the latter is a call into Python for each row.
    """
    public = Post.objects.published().posts().order_by()
    span = public.aggregate(first=Min("published_at"), last=Max("published_at"))
    if span["first"] is None:
        return {}
    first, last = (timezone.localdate(span[name]).year for name in ("first", "last"))
    years = {f"y{year}": year for year in range(last, first - 1, -1)}
    counts = public.aggregate(
        **{name: Count("pk", filter=Q(published_at__year=year)) for name, year in years.items()}
    )
    return {year: counts[name] for name, year in years.items() if counts[name]}


def years_at_once(counts: Mapping[int, int]) -> list[int]:
    """Return the newest years that one page shows together, of `counts` with the newest first."""
    shown: list[int] = []
    total = 0
    for year, count in counts.items():
        total += count
        if shown and total > MOST_AT_ONCE:
            break
        shown.append(year)
    return shown


def posts_of(*years: int) -> list[dict[str, Any]]:
    """Return the public posts of neighbouring years, by year and month, newest first. One query.

    Each year is `{"year": 2026, "count": 7, "months": [{"month": its first day, "posts": [...]}]}`.
    """
    posts = _rows().filter(published_at__year__gte=min(years), published_at__year__lte=max(years))
    by_year = groupby(posts, lambda post: post.published_on.year)
    return [_year(year, list(in_year)) for year, in_year in by_year]


def _year(year: int, posts: list[Post]) -> dict[str, Any]:
    return {"year": year, "count": len(posts), "months": _by_month(posts)}


def _rows() -> PostQuerySet:
    """Return posts with no more of them than a line of the archive shows."""
    posts = Post.objects.published().posts().select_related("live_version").newest_first()
    return posts.only("kind", "slug", "published_at", "language", "live_version__title")


def _by_month(posts: Iterable[Post]) -> list[dict[str, Any]]:
    return [
        {"month": month, "posts": list(in_month)}
        for month, in_month in groupby(posts, lambda post: post.published_on.replace(day=1))
    ]
