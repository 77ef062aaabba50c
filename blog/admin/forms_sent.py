"""Which post the form that a browser sends is about, and whether its sender may write that."""

from __future__ import annotations

import uuid

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from blog.models import Post


def kind_of(request: HttpRequest) -> str:
    """Return what a form without a post is about to make: a post, unless it says a page."""
    asked = request.POST.get("kind") or request.GET.get("kind")
    return Post.Kind.PAGE if asked == Post.Kind.PAGE else Post.Kind.POST


def begun_in(draft_key: str) -> Post | None:
    """Return the post an earlier click on the same form has made."""
    key = as_key(draft_key)
    return Post.objects.filter(draft_key=key).first() if key else None


def as_key(draft_key: str) -> uuid.UUID | None:
    """Return the key that a form has sent, or `None` when it is none."""
    try:
        return uuid.UUID(draft_key)
    except ValueError:
        return None


def may_write(admin: ModelAdmin[Post], request: HttpRequest, post: Post | None) -> bool:
    """Whether the account may write this post, or a new one."""
    return admin.has_change_permission(request) if post else admin.has_add_permission(request)


def require_write(admin: ModelAdmin[Post], request: HttpRequest, post: Post | None) -> None:
    """Raise `PermissionDenied` when the account may not write this post, or a new one."""
    if not may_write(admin, request, post):
        raise PermissionDenied
