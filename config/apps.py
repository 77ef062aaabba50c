"""The top floor: settings, addresses, commands, and the admin site that the newsroom uses."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    """Where all apps meet."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks."""
        from config import checks  # noqa: F401


class NewsroomConfig(AdminConfig):
    """Django's admin, with the site's own name and what the newsroom adds to it."""

    default_site = "config.newsroom.Newsroom"
