"""The attributes that say which language words are in: those of a post, and ours around them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_bidi

from blog import languages
from blog.models import Post

register = template.Library()


@register.simple_tag
def said_in(post: Post) -> str:
    """Print `lang` and `dir` of the words of a post; one that names no language runs as its letters do."""
    if not post.language:
        return format_html('dir="{}"', "auto")
    return format_html('lang="{}" dir="{}"', post.language, post.direction)


@register.simple_tag
def all_in(post: Post) -> str:
    """Print the same for what holds the words and more; nothing for a post that names no language."""
    return format_html(" {}", said_in(post)) if post.language else ""


@register.simple_tag
def ours(post: Post) -> str:
    """Print `lang` and `dir` of our own words within a post that is in another language."""
    if not post.language:
        return ""
    direction = "rtl" if get_language_bidi() else "ltr"
    return format_html(' lang="{}" dir="{}"', get_language() or languages.of_site(), direction)


@register.filter
def language_name(code: str) -> str:
    """Return what a language calls itself."""
    return languages.name_of(code)
