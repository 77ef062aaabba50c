"""The address of the style sheet, for the head of a page."""

from __future__ import annotations

from django import template
from django.urls import reverse

from blog import stylesheet

register = template.Library()


@register.simple_tag
def stylesheet_url() -> str:
    """Return the address of the joined style sheet; it changes when the sheet does."""
    return reverse("blog:stylesheet", args=[stylesheet.current().digest])
