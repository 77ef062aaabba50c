"""Numbers of the newsroom's front page."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User

from blog import writing_addresses
from blog.models import Post, WayBack
from blog.unsaved_words import OtherForm, unsaved_of
from blog.workflow import ways_back as still_open

register = template.Library()


@register.simple_tag
def ways_back(user: User, post: Post | None = None) -> list[WayBack]:
    """Return the publications of a moment ago that `user` can still undo. One query."""
    return [way for way in still_open(user, post) if way.seconds_left]


@register.simple_tag
def unsaved_words(user: User) -> list[OtherForm]:
    """Return what `user` typed and did not save, the newest first. One query."""
    return unsaved_of(user)


@register.simple_tag
def takes_mail() -> bool:
    """Return whether posts can be written by mail."""
    return writing_addresses.is_switched_on()
