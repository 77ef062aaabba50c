"""The ends of addresses of posts and pages: made from a title, free, and none the site itself uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, count

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.text import slugify

from blog.models import Post

LENGTH = 120
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+(?=/|$)")


@cache
def reserved() -> frozenset[str]:
    """Return the first segments of all addresses of the site that a page's own could equal."""
    routes = chain(_routes(get_resolver().url_patterns), [settings.STATIC_URL, settings.MEDIA_URL])
    matches = (_SEGMENT.match(route.lstrip("/")) for route in routes)
    return frozenset(match[0] for match in matches if match)


def _routes(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver) and not route.strip("/"):
            yield from _routes(pattern.url_patterns)
        else:
            yield route


def is_reserved(slug: str, kind: str) -> bool:
    """Whether the site itself uses the address; only that of a page could be in its way."""
    return kind == Post.Kind.PAGE and slug in reserved()


def is_taken(slug: str, *, by_other_than: Post | None = None) -> bool:
    """Whether another post or page has this address. One query."""
    others = Post.objects.filter(slug=slug)
    return (others.exclude(pk=by_other_than.pk) if by_other_than else others).exists()


def free_slug(title: str, kind: str) -> str:
    """Return an address made from `title` that nobody has: `our-plan`, else `our-plan-2` and so on.

    A title without Latin letters gets one made from today's date.
    """
    base = slugify(title)[: LENGTH - 6].strip("-_") or f"{kind}-{timezone.localdate():%Y-%m-%d}"
    taken = set(Post.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if kind == Post.Kind.PAGE:
        taken |= reserved()
    numbered = (f"{base}-{number}" for number in count(2))
    return next(slug for slug in chain([base], numbered) if slug not in taken)
