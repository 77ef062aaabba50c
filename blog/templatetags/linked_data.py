"""Data for search engines, as a block that no browser runs and no policy concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import escapejs, format_html, format_html_join

from blog import linked_data as data
from blog.middleware import site_of
from blog.models import Author, Post, Site
from blog.translations import Editions

register = template.Library()


@register.simple_tag(takes_context=True)
def linked_site(context: template.Context) -> str:
    """Print what the front page is."""
    return _block(data.of_site(site_of(_request(context))))


@register.simple_tag
def linked_author(author: Author) -> str:
    """Print who a byline is."""
    return _block(data.of_author(author))


@register.simple_tag
def linked_post(post: Post, site: Site, comments: int, card: str, editions: Editions) -> str:
    """Print what a public post is."""
    said = data.of_post(post, site, comments=comments, card=card, others=editions.others)
    return _block(said)


def _request(context: template.Context) -> HttpRequest:
    request: HttpRequest = context["request"]
    return request


def _block(found: data.Data) -> str:
    return format_html('<script type="application/ld+json">{}</script>', _json(found))


def _json(value: Any) -> str:
    """Return a value as JSON whose letters cannot end the element it stands in: `escapejs` sees to it."""
    if isinstance(value, Mapping):
        pairs = ((escapejs(name), _json(part)) for name, part in value.items())
        return format_html("{{{}}}", format_html_join(", ", '"{}": {}', pairs))
    if isinstance(value, list):
        return format_html("[{}]", format_html_join(", ", "{}", ((_json(part),) for part in value)))
    if isinstance(value, str):
        return format_html('"{}"', escapejs(value))
    return format_html("{}", value)
