"""The address that posts are written to by mail: one for each colleague, for her alone.

The local part has at most 64 characters and only small letters and digits, since mail servers on the way
may change the case. It gives no right by itself: `blog.incoming.proof` asks who really sent the mail.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from django.conf import settings

from blog.models import WritingAddress

_TOKEN = re.compile(r"w-([0-9]{1,18})-([a-z2-7]{20})")


def is_switched_on() -> bool:
    """Whether mail can be taken in at all."""
    return bool(settings.REPLY_ADDRESS)


def address_of(row: WritingAddress) -> str:
    """Return the address of one account as people copy it; call it where mail can be taken in."""
    local, _, host = settings.REPLY_ADDRESS.partition("@")
    return f"{local}+w-{row.pk}-{_mac(row)}@{host}"


def read(address: str) -> WritingAddress | None:
    """Return whose address it is, or `None` when it is nobody's now. One query at most."""
    local, _, host = settings.REPLY_ADDRESS.lower().partition("@")
    name, _, their_host = address.strip().lower().rpartition("@")
    if not host or their_host != host or not name.startswith(f"{local}+"):
        return None
    match = _TOKEN.fullmatch(name.removeprefix(f"{local}+"))
    row = WritingAddress.objects.filter(pk=int(match[1])).first() if match else None
    return row if row and match and hmac.compare_digest(_mac(row), match[2]) else None


def _mac(row: WritingAddress) -> str:
    """Return 100 bits that only this site can compute, and only from this seed."""
    message = f"blog.writing:{row.pk}:{row.seed}".encode()
    found = hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).digest()
    return base64.b32encode(found).decode().lower()[:20]
