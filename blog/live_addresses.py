"""Whether a reader finds something at a path of this site now, told without making the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from django.urls import Resolver404, ResolverMatch, resolve

from blog.models import Author, Post, Series, Topic

_sometimes: set[str] = set()


class Found(Enum):
    """What is at a path: a page that answers; nothing; or something that only its view could tell."""

    PAGE = "page"
    NOTHING = "nothing"
    PERHAPS = "perhaps"


def at(path: str) -> Found:
    """Return what a reader finds at `path`, without a query, with or without its last slash.

    At most one query. The rules are those of the views; a test holds the two against each other.
    """
    match = _match(path)
    if match is None:
        return Found.NOTHING
    rows = _ROWS.get(match.view_name)
    if rows is None:
        is_always = not match.kwargs and match.view_name not in _sometimes
        return Found.PAGE if is_always else Found.PERHAPS
    return Found.PAGE if rows(match.kwargs).exists() else Found.NOTHING


def register_sometimes(*view_names: str) -> None:
    """Name views without arguments that do not always answer; call it in AppConfig.ready()."""
    _sometimes.update(view_names)


def has_view(path: str) -> bool:
    """Whether some view looks after the path, with or without its last slash. No query."""
    return _match(path) is not None


def _match(path: str) -> ResolverMatch | None:
    """Return the pattern of the path, or of the path with the slash that is added to it."""
    for spelled in (path, f"{path.rstrip('/')}/"):
        try:
            return resolve(spelled)
        except Resolver404:
            continue
    return None


def _topics(named: Mapping[str, Any]) -> Any:
    return Topic.objects.filter(slug=named["slug"], post__in=Post.objects.published().posts())


def _series(named: Mapping[str, Any]) -> Any:
    return Series.objects.filter(slug=named["slug"], posts__in=Post.objects.published().posts())


def _authors(named: Mapping[str, Any]) -> Any:
    public = Post.objects.published().posts()
    return Author.objects.filter(slug=named["slug"], versions__live_posts__in=public)


_ROWS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "blog:post": lambda named: Post.objects.reachable().posts().filter(slug=named["slug"]),
    "blog:post_history": lambda named: Post.objects.reachable().filter(slug=named["slug"]),
    "blog:page": lambda named: Post.objects.reachable().pages().filter(slug=named["slug"]),
    "blog:topic": _topics,
    "blog:topic_feed": _topics,
    "blog:series": _series,
    "blog:author": _authors,
}
