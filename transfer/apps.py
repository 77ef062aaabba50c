"""Moving in and out: blogs that come from elsewhere, and everything that leaves as files."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransferConfig(AppConfig):
    """Imports and exports."""

    name = "transfer"
    verbose_name = _("Moving in and out")

    def ready(self) -> None:
        """Forget what a source said of a comment when its words are erased here."""
        from comments.moderation.erasing import register_forgetting
        from transfer.known import forget_digests

        register_forgetting(forget_digests)
