"""E-mail addresses as they are kept and compared: one spelling, and nothing that a header could break on."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3)."""


def address_of(text: str) -> str:
    """Return an address without spaces around it, in lower case.

    The quoted form (`"a b"@example.com`) is refused: nobody types it, and it may hold line ends.

    Raises:
        ValueError: it is no address that mail can be sent to.
    """
    address = text.strip(" ").lower()
    if len(address) > LONGEST or not address.isprintable() or '"' in address or " " in address:
        raise ValueError("no address")
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError("no address") from error
    return address


def mark_of(address: str) -> str:
    """Return the keyed hash by which an address that left is known; nobody can read it back."""
    message = f"newsletter.left:{address}".encode()
    return hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).hexdigest()
