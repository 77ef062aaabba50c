"""Numbers of the newsroom's front page."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User

from blog.standing import posts_that_need

register = template.Library()


@register.simple_tag
def texts_waiting(user: User) -> int:
    """Return how many texts wait for `user`: to sign, or to change. A few queries, however many texts."""
    return len(posts_that_need(user))
