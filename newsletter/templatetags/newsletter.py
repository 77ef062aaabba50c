"""What templates of the site show of the newsletter; nothing while it is off."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse

from comments.openness import CLOSED_HERE
from newsletter.forms import SubscribeForm
from newsletter.models.settings import DOOR

register = template.Library()


@register.simple_tag(takes_context=True)
def subscribe_url(context: template.Context) -> str:
    """Return the address of the form; an empty string while nobody can join. No query but the menu's.

    A copy of the site that stands elsewhere takes nothing in.
    """
    request: HttpRequest | None = context.get("request")
    if request is None or CLOSED_HERE in request.META:
        return ""
    return reverse(DOOR) if DOOR in context["menu"].doors else ""


@register.inclusion_tag("newsletter/_invitation.html")
def subscribe_invitation(action: str) -> dict[str, Any]:
    """Show the form below a post, which sends to what `subscribe_url` returned."""
    return {"action": action, "form": SubscribeForm()}
