"""Posts that are here, by the paths under which others know them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import Resolver404, resolve

from blog.models import OldAddress, Post
from blog.old_addresses import normal
from transfer.items import Thread

_VIEWS = frozenset({"blog:post", "blog:page"})


def posts_of(threads: Sequence[Thread]) -> dict[str, Post]:
    """Return the post of each thread whose post is here, by the key of the thread. Two queries."""
    spelt = {path: normal(path) for thread in threads for path in thread.paths}
    old = _at_old_addresses(path for path in spelt.values() if path)
    own = _at_own_addresses(path for path in spelt.values() if path)
    found = {path: old.get(now or "") or own.get(now or "") for path, now in spelt.items()}
    first = {
        thread.key: next((post for path in thread.paths if (post := found[path])), None)
        for thread in threads
    }
    return {key: post for key, post in first.items() if post}


def _at_old_addresses(paths: Iterable[str]) -> dict[str, Post]:
    rows = OldAddress.objects.filter(path__in=set(paths), post__isnull=False)
    return {row.path: row.post for row in rows.select_related("post") if row.post}


def _at_own_addresses(paths: Iterable[str]) -> dict[str, Post]:
    slugs = {path: slug for path in paths if (slug := _slug_in(path))}
    posts = {post.slug: post for post in Post.objects.filter(slug__in=set(slugs.values()))}
    found = {path: posts.get(slug) for path, slug in slugs.items()}
    return {
        path: post
        for path, post in found.items()
        if post and normal(post.get_absolute_url()) == path
    }


def _slug_in(path: str) -> str:
    """Return the slug in the address of a post or page, or nothing for any other path."""
    try:
        match = resolve(f"{path.partition('?')[0].rstrip('/')}/")
    except Resolver404:
        return ""
    return str(match.kwargs.get("slug", "")) if match.view_name in _VIEWS else ""
