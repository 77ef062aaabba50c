"""The audience: what is read, where readers come from, and the Monday minute."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


def grant_to_roles(**kwargs: Any) -> None:
    """Let everybody who has a role in the newsroom see the numbers."""
    from blog import roles

    roles.grant("audience", dict.fromkeys(roles.ROLES, ("view_numbers",)))


class AudienceConfig(AppConfig):
    """What readers do here, in counts that name nobody."""

    name = "audience"
    verbose_name = gettext_lazy("Readers")

    def ready(self) -> None:
        """Name the right of the roles, and the mail that is written when it is sent."""
        from audience import letters, sending
        from blog import outbox

        post_migrate.connect(grant_to_roles, sender=self, dispatch_uid="audience.roles")
        outbox.register_digest(sending.MINUTE, letters.minute_letter)
