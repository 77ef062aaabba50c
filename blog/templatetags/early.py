"""Address in a page that its `Link` header names as well."""

from __future__ import annotations

from django import template
from django.template import Context

from blog import early as links

register = template.Library()


@register.simple_tag(takes_context=True)
def early(context: Context, address: str, kind: str) -> str:
    """Return `address`, a `style` or a `font`, and have `early_links` send it ahead of this page."""
    if "request" in context:
        links.name(context["request"], address, kind)
    return address
