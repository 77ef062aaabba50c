"""What an export says of the site itself: its settings, bylines, topics, series and redirections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from blog.models import Author, OldAddress, Series, Site, Topic

SITE_FIELDS = (
    "name",
    "tagline",
    "accent",
    "header_links",
    "footer_links",
    "footer_text",
    "legal_line",
    "profile_links",
    "contact_email",
    "sender_email",
    "time_zone",
    "needs_counsel",
    "comment_mode",
    "close_comments_after",
    "trust_after",
    "care",
    "decide_within",
)
SITE_FILES = ("logo", "favicon", "portrait")
AUTHOR_FIELDS = ("slug", "name", "role", "bio", "profile_links")
LABEL_FIELDS = ("slug", "name", "description")


def facts() -> dict[str, Any]:
    """Return all of it as JSON; files stand under their names below `site/`."""
    site = Site.current()
    return {
        "site": _values(site, SITE_FIELDS) | _files(site, SITE_FILES) if site.is_set_up else None,
        "authors": [
            _values(author, AUTHOR_FIELDS) | _files(author, ["portrait"])
            for author in Author.objects.order_by("slug")
        ],
        "topics": [_values(topic, LABEL_FIELDS) for topic in Topic.objects.order_by("slug")],
        "series": [_values(series, LABEL_FIELDS) for series in Series.objects.order_by("slug")],
        "redirections": list(
            OldAddress.objects.filter(post=None).order_by("path").values("path", "target")
        ),
    }


def ordered(value: Any) -> Any:
    """Return a value of JSON with its names in order: each database keeps them in another."""
    match value:
        case dict():
            return {name: ordered(value[name]) for name in sorted(value)}
        case list():
            return [ordered(one) for one in value]
    return value


def files() -> list[str]:
    """Return the names in storage of the pictures of the site itself, in order."""
    site = Site.current()
    rows: list[tuple[models.Model, Iterable[str]]] = [(site, SITE_FILES)]
    rows += [(author, ["portrait"]) for author in Author.objects.all()]
    return sorted({name for row, names in rows for name in _files(row, names).values()})


def _values(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: ordered(getattr(row, name)) for name in names}


def _files(row: models.Model, names: Iterable[str]) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in names if getattr(row, name)}
