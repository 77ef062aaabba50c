"""Where a walk through the public site begins, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.db.models import Q
from django.urls import reverse

from blog.models import OldAddress, Post, Topic
from transfer.crawl import Crawl

PRIVATE = (
    "/admin/",
    *("/comments/mine/", "/comments/decide/", "/comments/confirm/", "/comments/mail/"),
    "/setup/",
)
"""Beginnings of paths that are no part of what the public reads."""

_WAYS_IN = ("index", "archive", "search", "feed", "robots")


def begin(crawl: Crawl) -> None:
    """Add what programs and people open first, and every page that no list may lead to."""
    for name in _WAYS_IN:
        crawl.add(reverse(f"blog:{name}"), "the start")
    crawl.add(reverse("sitemap"), "the start")
    # A retracted post answers with its notice, though nothing links to it.
    for post in Post.objects.reachable().only("kind", "slug").order_by("pk").iterator():
        crawl.add(post.get_absolute_url(), "the list of posts")
    for topic in Topic.objects.filter(post__in=Post.objects.published().posts()).distinct():
        crawl.add(reverse("blog:topic_feed", args=[topic.slug]), "the list of topics")


def old_addresses() -> Iterator[str]:
    """Yield the old addresses that must lead somewhere now, percent-encoded."""
    leads = Q(post__isnull=True) | Q(post__in=Post.objects.reachable())
    paths = OldAddress.objects.filter(leads).order_by("pk").values_list("path", flat=True)
    yield from (as_url(path) for path in paths.iterator())


def waiting() -> int:
    """Return how many old addresses lead to posts that are not public."""
    rows = OldAddress.objects.filter(post__isnull=False)
    return rows.exclude(post__in=Post.objects.reachable()).count()


def as_url(path: str) -> str:
    """Return an old address, as it is kept, the way a browser asks for it."""
    before, mark, query = path.partition("?")
    return quote(before, safe="/%:@!$&'()*+,;=~") + mark + query
