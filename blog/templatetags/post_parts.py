"""What the page of a post works out from its words alone, when it is rendered anew."""

from __future__ import annotations

from django import template
from django.conf import settings

from blog import cards
from blog.models import Post, Site
from blog.sharing import ReadyText, ready_texts
from blog.sources import Source, sources_of

register = template.Library()


@register.simple_tag
def card_address(post: Post, site: Site) -> str:
    """Return the whole address of the card of a public post, or an empty string without one."""
    return cards.card_address(post, site)


@register.simple_tag
def share_texts(post: Post) -> list[ReadyText]:
    """Return the texts with which readers tell others of a post."""
    address = settings.SITE_URL + post.get_absolute_url()
    return list(ready_texts(post.live_version, address)) if post.live_version else []


@register.simple_tag
def sources(post: Post) -> list[Source]:
    """Return the other sites that the words of a post link to, and that it names nowhere else."""
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None:
        return []
    named = [link.url for link in version.links_elsewhere] + [version.answered_url]
    return sources_of(rendering.html, rendering.headings, settings.SITE_URL, named)
