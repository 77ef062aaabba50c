"""The newsletter: new posts by mail, to whoever asked for it and confirmed."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


def grant_to_roles(**kwargs: Any) -> None:
    """Give the chief executive the right to manage it."""
    from blog import roles

    roles.grant("newsletter", {roles.CEO: ("manage_newsletter",)})


class NewsletterConfig(AppConfig):
    """New posts by mail."""

    name = "newsletter"
    verbose_name = gettext_lazy("Newsletter")

    def ready(self) -> None:
        """Name the right, the mail written when it is sent, the limit, and what belongs to a person."""
        from blog import live_addresses, menu, outbox
        from blog.page_store.shown import shown_everywhere
        from comments import person, throttle
        from ledger.guards import register
        from newsletter import belongings, joining, letters, sending
        from newsletter.models.settings import DOOR, Newsletter

        register(*shown_everywhere("newsletter_newsletter"))
        post_migrate.connect(grant_to_roles, sender=self, dispatch_uid="newsletter.roles")
        outbox.register_digest(joining.CONFIRMING, letters.confirming_letter)
        outbox.register_digest(
            sending.EDITION,
            letters.edition_letter,
            sent=letters.delivered,
            failed=letters.undelivered,
        )
        throttle.register_limit(joining.LIMIT, throttle.Limit(network=10, email=6))
        person.register_belongings(
            person.Belongings(
                "newsletter",
                self.verbose_name,
                belongings.count,
                belongings.export,
                belongings.erase,
            )
        )
        live_addresses.register_sometimes(DOOR, "newsletter:sent")
        menu.register_door(DOOR, Newsletter.open)
