"""Numbers of the newsroom's front page."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User

from blog import writing_addresses
from blog.adoptable import waiting_batches
from blog.models import Batch, Post, WayBack
from blog.standing import posts_that_need
from blog.workflow import may_adopt
from blog.workflow import ways_back as still_open

register = template.Library()


@register.simple_tag
def texts_waiting(user: User) -> int:
    """Return how many texts wait for `user`: to sign, or to change. A few queries, however many texts."""
    return len(posts_that_need(user))


@register.simple_tag
def imports_waiting(user: User) -> list[Batch]:
    """Return the imports that `user` may adopt and nobody has. One query, three for who may."""
    batches = list(waiting_batches())
    return batches if batches and may_adopt(user) else []


@register.simple_tag
def ways_back(user: User, post: Post | None = None) -> list[WayBack]:
    """Return the publications of a moment ago that `user` can still undo. One query."""
    return [way for way in still_open(user, post) if way.seconds_left]


@register.simple_tag
def takes_mail() -> bool:
    """Return whether posts can be written by mail."""
    return writing_addresses.is_switched_on()
