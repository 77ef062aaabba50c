"""Who may read the addresses and decide about the newsletter."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from blog.refusal import Refused
from newsletter.models.settings import MANAGE


def may_manage(user: User) -> bool:
    """Whether this account decides about the newsletter: the chief executive, an administrator."""
    return user.is_active and user.has_perm(MANAGE)


def require(user: User) -> None:
    """Refuse when an account may not."""
    if not may_manage(user):
        raise Refused(
            _("Your account may not decide about the newsletter. The chief executive may.")
        )
