"""Addresses behind `REPLY_ADDRESS`: `reply+detail@host`, where the detail says what a mail is about.

The local part has at most 64 characters and only small letters and digits, since mail servers on the way
may change the case. Such an address gives no right by itself: `blog.incoming.proof` asks who really sent
the mail.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings


def with_detail(detail: str) -> str:
    """Return the whole address; nothing when mail cannot be taken in."""
    local, _, host = settings.REPLY_ADDRESS.partition("@")
    return f"{local}+{detail}@{host}" if host else ""


def detail_of(address: str) -> str:
    """Return what stands behind the plus of an address of ours, in small letters; nothing for any other."""
    local, _, host = settings.REPLY_ADDRESS.lower().partition("@")
    name, _, their_host = address.strip().lower().rpartition("@")
    if not host or their_host != host or not name.startswith(f"{local}+"):
        return ""
    return name.removeprefix(f"{local}+")


def code(message: str) -> str:
    """Return 100 bits about `message` that only this site can compute, as 20 letters and digits."""
    found = hmac.new(settings.LINK_KEY.encode(), message.encode(), hashlib.sha256).digest()
    return base64.b32encode(found).decode().lower()[:20]
