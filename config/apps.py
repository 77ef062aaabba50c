"""The top floor: settings, addresses, commands, and the admin site that the newsroom uses."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    """Where all apps meet."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks, the mail that is written when sent, and who may invite."""
        from blog import outbox
        from config import checks, names, passwords  # noqa: F401 - the checks register themselves

        names.translate_names()
        outbox.register_digest(passwords.RESET, passwords.reset_mail)
        auth = apps.get_app_config("auth")
        auth.verbose_name = _("People")
        post_migrate.connect(_let_the_ceo_invite, sender=auth, dispatch_uid="config.invite")


def _let_the_ceo_invite(**kwargs: Any) -> None:
    from blog import roles

    roles.grant("auth", {roles.CEO: ("add_user", "change_user", "view_user")})


class NewsroomConfig(AdminConfig):
    """Django's admin, with the site's own name and what the newsroom adds to it."""

    default_site = "config.newsroom.Newsroom"
