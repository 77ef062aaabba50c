"""How careful the spam filter is: from which score on a comment waits for a person."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from blog.models import Site
from blog.refusal import Refused
from comments.moderation.locking import locked_site
from comments.rights import require
from comments.spam.policy import CARES
from ledger.record import Actor, record


def choose_care(care: int, *, by: User, channel: str = "admin") -> Site:
    """Let comments wait from another score on; what has come already stays where it is.

    Choosing what is chosen changes nothing.

    Args:
        care: one of `CARES`, from relaxed to strict.

    Raises:
        Refused: when the account may not decide about comments, or there is no such position.
    """
    require(by)
    if care not in CARES:
        raise Refused(
            _("Choose a position from %(first)s to %(last)s.")
            % {"first": CARES[0], "last": CARES[-1]}
        )
    with transaction.atomic():
        site = locked_site()
        before, site.care = site.care, care
        if care != before:
            site.save(update_fields=["care"])
            facts: dict[str, object] = {"from": before, "to": care}
            record("choose_care", "blog.site:1", by=Actor.of(by, channel=channel), facts=facts)
    return site
