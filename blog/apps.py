"""Posts: versions, approvals, publishing, reading."""

from __future__ import annotations

from django.apps import AppConfig


class BlogConfig(AppConfig):
    """What the chief executive publishes."""

    name = "blog"
    verbose_name = "Posts"
