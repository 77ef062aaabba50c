"""Comments: what readers answer, how it is checked, and who decides."""

from __future__ import annotations

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """The discussion under every post."""

    name = "comments"
    verbose_name = "Comments"
