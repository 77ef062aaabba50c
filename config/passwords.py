"""Links by which a person chooses a password, and the mail that carries them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from blog import outbox
from blog.models import Outbox, Site

RESET = "config.password_reset"


def password_link(user: User) -> str:
    """Return the address at which `user` chooses a password, once, within `link_days()`.

    It is made from SITE_URL and never from a request, whose Host header anybody can write.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return settings.SITE_URL + reverse("password_reset_confirm", args=[uid, token])


def link_days() -> int:
    """Return for how many days such a link is good."""
    return settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)


class ResetForm(PasswordResetForm):
    """Asks for an address. What happens then is the same for every address, and takes as long.

    A digest is queued, known address or not; whether there is anything to tell is found out by the
    worker, which nobody can watch.
    """

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Queue the message to the address as its account spells it, not as it was typed."""
        typed = self.cleaned_data["email"]
        spelt = sorted({user.email for user in self.get_users(typed)}) or [typed]
        for address in spelt:
            outbox.send_digest(address, RESET, due_at=timezone.now())


def reset_mail(row: Outbox) -> outbox.Words | None:
    """Return the message with a link for each account that has this address; `None` without one."""
    users = list(ResetForm().get_users(row.to))
    if not users:
        return None
    context = {
        "name": users[0].first_name,
        "days": link_days(),
        "accounts": [
            {"username": user.get_username(), "link": password_link(user)} for user in users
        ],
    }
    return outbox.write(
        "password_reset", _("A new password for %(name)s") % {"name": Site.current().name}, context
    )
