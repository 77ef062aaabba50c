"""Where a page stands in the menu."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from blog.links import Link

register = template.Library()


@register.filter
def at(links: Iterable[Link], path: str) -> str:
    """Return the path if one of the links leads to it, else an empty string."""
    return path if any(link.url == path for link in links) else ""
