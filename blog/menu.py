"""The menu of every page, and the ways into the archive that the front page shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Cast, ExtractYear, Lower
from django.urls import reverse
from django.utils import timezone

from blog.links import Link, as_links
from blog.models import Post, Site, Topic
from blog.prepared import Prepared

MOST_TOPICS = 20
"""Topics that the front page names; blogs that come from elsewhere bring hundreds."""

_TOPIC, _YEAR, _DOOR = "topic", "year", "door"

# kind, label, slug, order
Row = tuple[str, str, str, int]


_doors: dict[str, Callable[[], QuerySet[Any]]] = {}


@dataclass(frozen=True)
class Menu:
    """The links at the top and at the bottom of every page, and the registered doors that are open."""

    header: Sequence[Link]
    footer: Sequence[Link]
    doors: Collection[str] = ()


@dataclass(frozen=True)
class Navigation:
    """The menu, the topics that most public posts have, and the years that have any."""

    menu: Menu
    topics: Sequence[Link]
    has_more_topics: bool
    years: Sequence[int]


def register_door(name: str, rows: Callable[[], QuerySet[Any]]) -> None:
    """Name a page of an app above that is open while `rows()` has any; call it in AppConfig.ready().

    Every page asks, in the query of its menu, so that it costs none of its own. `rows` is called once
    in each process, so it may not look at the clock.
    """
    _doors[name] = rows


def menu_of(site: Site) -> Menu:
    """Return the menu: public pages that ask for a place, then the owner's own links. One query."""
    return _menu(site, _sorted(_rows_of_menu(at=timezone.now())))


def navigation_of(site: Site) -> Navigation:
    """Return the menu with the ways into the archive, all in one query."""
    rows = _sorted(_pages().union(_topics(), _years(), *_open_doors(), all=True))
    # Their order is how many posts they have, counted downwards: the most used come first.
    topics = [(label, slug) for kind, label, slug, _ in rows if kind == _TOPIC]
    return Navigation(
        menu=_menu(site, rows),
        topics=[
            Link(label, reverse("blog:topic", args=[slug]))
            for label, slug in sorted(topics[:MOST_TOPICS], key=lambda topic: topic[0].casefold())
        ],
        has_more_topics=len(topics) > MOST_TOPICS,
        years=sorted({int(label) for kind, label, _, _ in rows if kind == _YEAR}, reverse=True),
    )


def _sorted(rows: Iterable[Row]) -> list[Row]:
    """Sort by the order the owner gave, then by label; a database may not sort within a union."""
    return sorted(rows, key=lambda row: (row[3], row[1]))


def _menu(site: Site, rows: Sequence[Row]) -> Menu:
    pages = [
        (kind, Link(label, reverse("blog:page", args=[slug])))
        for kind, label, slug, _ in rows
        if kind in {Post.MenuPlace.HEADER, Post.MenuPlace.FOOTER}
    ]
    return Menu(
        header=[*_at(Post.MenuPlace.HEADER, pages), *as_links(site.header_links)],
        footer=[*_at(Post.MenuPlace.FOOTER, pages), *as_links(site.footer_links)],
        doors={label for kind, label, _, _ in rows if kind == _DOOR},
    )


def _at(place: str, pages: Sequence[tuple[str, Link]]) -> list[Link]:
    return [link for where, link in pages if where == place]


def _rows(rows: QuerySet[Any], kind: Any, label: Any, slug: Any, order: Any) -> QuerySet[Any, Any]:
    """Return four columns of the same types, whatever the table: kind, label, slug, order."""
    return rows.order_by().values_list(
        Cast(kind, CharField()), Cast(label, CharField()), Cast(slug, CharField()), order
    )


def _pages(at: datetime | None = None) -> QuerySet[Any, Any]:
    pages = Post.objects.published(at).pages().exclude(menu_place=Post.MenuPlace.NONE)
    return _rows(pages, "menu_place", "live_version__title", "slug", "menu_order")


def _open_doors() -> list[QuerySet[Any, Any]]:
    return [
        _rows(rows(), Value(_DOOR), Value(name), Value(""), Value(0))
        for name, rows in _doors.items()
    ]


_rows_of_menu: Prepared[Row] = Prepared(
    lambda at: _pages(at).union(*_open_doors(), all=True), at=datetime
)


def _topics() -> QuerySet[Any, Any]:
    public = Post.objects.published().posts()
    topics = Topic.objects.filter(post__in=public).annotate(place=-Count("post"))
    return _rows(topics, Value(_TOPIC), "name", "slug", "place")


def all_topics() -> QuerySet[Topic]:
    """Return every topic that has public posts, with their number as `count`, by name. One query."""
    topics = Topic.objects.filter(post__in=Post.objects.published().posts())
    return topics.annotate(count=Count("post")).order_by(Lower("name"), "pk")


def _years() -> QuerySet[Any, Any]:
    public = Post.objects.published().posts()
    return _rows(public, Value(_YEAR), ExtractYear("published_at"), Value(""), Value(0)).distinct()
