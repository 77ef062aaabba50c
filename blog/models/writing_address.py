"""The private address to which one colleague writes posts by mail."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _


def new_seed() -> str:
    """Return 160 bits that nobody can guess."""
    return secrets.token_hex(20)


class WritingAddress(models.Model):
    """What the address of one account is made from; `blog.writing_addresses` spells it.

    The row stays when the address is renewed: what came by mail is recorded about it, so the same mail
    makes no second post, whichever address it went to.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="writing_address"
    )
    seed = models.CharField(max_length=40, default=new_seed)
    made_at = models.DateTimeField(default=timezone.now)
    # When its owner was last told of a mail that nothing proved to be hers.
    warned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return _("Writing address of account %(user_id)s") % {"user_id": self.user_id}
