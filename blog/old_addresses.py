"""Old addresses: how they are written, remembered and found.

A row is only asked where no page answers, so a page that takes an old address wins by itself, and the
row works again when that page is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from blog import live_addresses
from blog.live_addresses import Found
from blog.models import OldAddress, Post
from blog.path_spelling import is_own, normal

__all__ = [
    "Former",
    "NotRemembered",
    "find",
    "is_own",
    "leads_back",
    "moved",
    "normal",
    "remember",
    "remember_all",
]

_FEEDS = frozenset(
    {
        *("/feed", "/feed/atom", "/feed/rdf", "/feed/rss", "/feed/rss2", "/feed.rss", "/feed.xml"),
        *("/atom", "/atom.xml", "/feeds", "/feeds/posts/default", "/index.rss", "/index.xml"),
        *("/rss", "/rss.xml", "/rss2"),
    }
)
_FEED_KINDS = frozenset({"atom", "feed", "rdf", "rss", "rss2"})
_FEED_OF_LIST = re.compile(r"(?P<list>/.+)/(feed\.atom|(feed|rss)(/(atom|rss|rss2|rdf))?)")

_AT_ONCE = 1000
_MOST_STEPS = 10


@dataclass(frozen=True, kw_only=True)
class Former:
    """A path that something had, and what it leads to: a post, or else a path of this site."""

    path: str
    post: Post | None = None
    target: str = ""
    origin: str = ""


@dataclass(frozen=True, kw_only=True)
class NotRemembered:
    """A path that was not kept, and why, in a few words."""

    path: str
    why: str


def remember(
    path: str, *, post: Post | None = None, target: str = "", origin: str
) -> NotRemembered | None:
    """Keep one old address; see `remember_all`."""
    former = Former(path=path, post=post, target=target, origin=origin)
    return next(iter(remember_all([former])), None)


def remember_all(rows: Iterable[Former]) -> list[NotRemembered]:
    """Keep old addresses, and return those that were not kept. A few queries for each 1,000.

    A row that is there already stays as it is; it is named in the answer unless it leads to the
    same place. A post's own address of today is passed over.
    """
    refused: list[NotRemembered] = []
    waiting = iter(rows)
    while some := list(islice(waiting, _AT_ONCE)):
        refused += _remember(some)
    return refused


def _remember(rows: Iterable[Former]) -> Iterator[NotRemembered]:
    wanted: dict[str, OldAddress] = {}
    for row in rows:
        path = normal(row.path)
        if why := _fault(path, row):
            yield NotRemembered(path=row.path, why=why)
        elif path and path != _address_of(row):
            new = OldAddress(path=path, post=row.post, target=row.target, origin=row.origin)
            if not _leads_alike(wanted.setdefault(path, new), new):
                yield NotRemembered(path=path, why=str(_TAKEN))
    for known in OldAddress.objects.filter(path__in=wanted):
        if not _leads_alike(known, wanted.pop(known.path)):
            yield NotRemembered(path=known.path, why=str(_TAKEN))
    OldAddress.objects.bulk_create(wanted.values(), ignore_conflicts=True)


_TAKEN = gettext_lazy("it leads elsewhere already")


def _fault(path: str | None, row: Former) -> str:
    if path is None:
        return gettext("it is no path of a site, or too long")
    if path == "/":
        return gettext("it is the front page")
    if (row.post is None) == (not row.target):
        return gettext("it must lead to one place")
    if row.target and not is_own(row.target):
        return gettext("it leads out of this site")
    return ""


def _address_of(row: Former) -> str | None:
    return normal(row.post.get_absolute_url() if row.post else row.target)


def _leads_alike(one: OldAddress, other: OldAddress) -> bool:
    return (one.post_id, one.target) == (other.post_id, other.target)


def find(address: str) -> str | None:
    """Return where a reader who asked for `address`, where no page is, finds it now, or `None`.

    A path of this site at which something answers, never `address` itself and never one that leads
    back to it. A post is named only while readers can reach it. One query for a post, few for others.
    """
    asked = normal(address)
    if asked is None:
        return None
    return _end(asked) or _feed(asked)


def _end(asked: str) -> str | None:
    """Follow rows until something answers."""
    seen = {asked}
    path: str | None = asked
    for _ in range(_MOST_STEPS):
        row = _row(path) if path else None
        if row is None:
            return None
        if row.post:
            found = row.post.get_absolute_url()
            return None if normal(found) in seen else found
        path = normal(row.target)
        if path is None or path in seen or not is_own(row.target):
            return None
        seen.add(path)
        if _answers(path):
            return row.target
    return None


def _row(path: str) -> OldAddress | None:
    """Return the row of a path, else of the same path without its query. One query."""
    spelled = [path] if path.startswith("/?") else [path, path.partition("?")[0]]
    public = Q(post__isnull=True) | Q(post__in=Post.objects.reachable())
    rows = OldAddress.objects.filter(public, path__in=spelled).select_related("post")
    return max(rows, key=lambda row: len(row.path), default=None)


def _answers(path: str) -> bool:
    """Whether a page is certainly there, or may be and no row says otherwise."""
    found = live_addresses.at(path.partition("?")[0])
    # The front page with a key of `NAMING` gives way to a row.
    if found is Found.PAGE and not path.startswith("/?"):
        return True
    return found is not Found.NOTHING and _row(path) is None


def _feed(asked: str) -> str | None:
    """Lead to our feed where other blogs have theirs: of the site, of a list, of an author, of a post.

    A topic has a feed of its own; whatever else is still here is in that of the site.
    """
    path, _, query = asked.partition("?")
    if path in _FEEDS or (path == "/" and dict(parse_qsl(query)).get("feed") in _FEED_KINDS):
        return reverse("blog:feed")
    match = _FEED_OF_LIST.fullmatch(path)
    found = _list(match["list"]) if match else ""
    if not found.startswith("/topics/"):
        return reverse("blog:feed") if found else None
    return f"{found.partition('?')[0].rstrip('/')}/feed.atom"


def _list(path: str) -> str:
    return path if live_addresses.at(path) is Found.PAGE else _end(path) or ""


def leads_back(path: str, target: str) -> bool:
    """Whether a row from the old address `path` to `target` would send readers in a circle."""
    step = normal(target)
    for _ in range(_MOST_STEPS):
        if step is None or step == path:
            return step == path
        row = OldAddress.objects.filter(path=step).first()
        step = normal(row.target) if row else None
    return True


def moved(former: str, now: str, *, post: Post | None = None, origin: str) -> None:
    """Remember that what was public at the path `former` has the path `now`. A few queries.

    Rows that led to the former path follow, so that no chain grows; one for the new path is dropped
    where it led to the same thing. The last thing that had a path is what it leads to.
    """
    path, current = normal(former), normal(now)
    if path is None or current is None or path == current:
        return
    leads = {"post": post, "target": "" if post else now, "origin": origin}
    OldAddress.objects.update_or_create(path=path, defaults=leads)
    if post:
        OldAddress.objects.filter(path=current, post=post).delete()
    else:
        spelled = [former, former.rstrip("/")]
        OldAddress.objects.filter(target__in=spelled).update(target=now)
        OldAddress.objects.filter(path=current, target=now).delete()
