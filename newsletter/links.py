"""The links in mail: to confirm, and to choose or leave. Each is signed for one purpose and one row.

No address stands in a link, because links end up in logs; and a link of a row that is gone opens nothing.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from newsletter.models import Subscriber

CONFIRM_WITHIN = timedelta(days=3)
"""How long the link that confirms can be used."""


def confirm_address(subscriber: Subscriber) -> str:
    """Return the whole address at which she says yes."""
    return _address("newsletter:confirm", _dated().sign(subscriber.key.hex))


def choices_address(subscriber: Subscriber) -> str:
    """Return the whole address at which she chooses how often, or leaves; good for as long as she stays."""
    return _address("newsletter:choices", _lasting().sign(subscriber.key.hex))


def list_headers(subscriber: Subscriber) -> dict[str, str]:
    """Return the headers by which a mail program sorts the mail, and offers to leave with one click.

    RFC 2919 and RFC 8058.
    """
    return {
        "List-Id": f"<newsletter.{settings.SITE_HOST}>",
        "List-Unsubscribe": f"<{choices_address(subscriber)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def key_to_confirm(token: str) -> UUID | None:
    """Return the key of the row that a link to confirm is for; `None` when it is too old, or none of ours."""
    try:
        return UUID(hex=_dated().unsign(token, max_age=CONFIRM_WITHIN))
    except (signing.BadSignature, ValueError):
        return None


def key_to_choose(token: str) -> UUID | None:
    """Return the key of the row that a link to the choices is for, or `None`."""
    try:
        return UUID(hex=_lasting().unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def _dated() -> signing.TimestampSigner:
    return signing.TimestampSigner(key=settings.LINK_KEY, salt="newsletter.confirm")


def _lasting() -> signing.Signer:
    return signing.Signer(key=settings.LINK_KEY, salt="newsletter.choose")


def _address(name: str, token: str) -> str:
    return settings.SITE_URL + reverse(name, args=[token])
