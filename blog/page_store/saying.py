"""What a view says of its page: that it may be kept, what it shows, and until when it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from django.http import HttpRequest

SITE = "site"
"""The surrogate key of what any page may show: texts, names, settings. Every page has it."""

COMMENTS = "comments"
"""The key of pages that show or count comments of more than one post."""

_KEY = "blog.page_store.said"

FROM_2 = re.compile(r"[2-9]|[1-9][0-9]{1,4}")
"""The number of a page, the first of which is the address without it."""

View = TypeVar("View", bound=Callable[..., Any])


def key_of_post(number: int) -> str:
    """Return the key of pages that show the comments of one post."""
    return f"post-{number}"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the pages of a view are kept.

    Attributes:
        by: names in the query that choose a page, and what they are in our own links. With other
            values the page is made and not kept; any other name is ignored.
        unless: names in the query with which a page is never kept.
        is_read: whether somebody who is shown the page has read a text.
    """

    by: Mapping[str, re.Pattern[str]]
    unless: frozenset[str]
    is_read: bool


@dataclass(slots=True)
class Said:
    """What was said while a page was made, which began at `begun`, in seconds since the epoch."""

    begun: float
    keys: set[str] = field(default_factory=lambda: {SITE})
    until: float | None = None
    may_be_kept: bool = True


def kept(
    *,
    by: Mapping[str, re.Pattern[str]] = MappingProxyType({}),
    unless: frozenset[str] = frozenset(),
    is_read: bool = False,
) -> Callable[[View], View]:
    """Let the pages of a view be kept. They must be the same for every reader, whoever she is.

    Put it outermost, and see `Keeping` for what it takes.
    """

    def mark(view: View) -> View:
        view.page_keeping = Keeping(by, unless, is_read)  # type: ignore[attr-defined]
        return view

    return mark


def keeping_of(view: Callable[..., Any]) -> Keeping | None:
    """Return how the pages of a view are kept; None when they are not."""
    return getattr(view, "page_keeping", None)


def shows(request: HttpRequest, *keys: str) -> None:
    """Say that the page shows what these keys stand for, besides `SITE`."""
    if said := said_in(request.META):
        said.keys.update(keys)


def holds_until(request: HttpRequest, moment: datetime) -> None:
    """Say that the page is another one from `moment` on, by the clock alone.

    A moment before the page was begun changes it no more.
    """
    said, at = said_in(request.META), moment.timestamp()
    if said and at > said.begun:
        said.until = at if said.until is None else min(said.until, at)


def is_not_kept(request: HttpRequest) -> None:
    """Say that this page is not to be kept, such as one under an address nobody is given."""
    if said := said_in(request.META):
        said.may_be_kept = False


def said_in(environ: dict[str, Any]) -> Said | None:
    """Return what has been said; None where nobody asked for a page to keep."""
    found = environ.get(_KEY)
    return found if isinstance(found, Said) else None


def listen(environ: dict[str, Any], now: float) -> Said:
    """Take note of what will be said of the page that this request asks for, and that begins now."""
    said = environ[_KEY] = Said(now)
    return said
