"""What a submission brings besides its words: where it came from, and whether the form was ours.

Values from outside become one frozen value at the door; inside, nobody sees the request.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

STAMP_DAYS = 7
_STAMP = signing.TimestampSigner(key=settings.LINK_KEY, salt="comments.stamp")
StampState = Literal["fresh", "missing", "expired"]


class Origin(StrEnum):
    """Whose page sent the form."""

    OWN = "own"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Arrival:
    """Where a submission came from.

    `network` is a keyed hash of the reader's /24 or /48; `elapsed_ms` the time from the first key to
    sending, where a script measured it. `address` is the reader's IP address, for the blocklist: it
    is compared, and neither stored nor logged.
    """

    network: str
    origin: Origin
    stamp: StampState
    elapsed_ms: int | None = None
    is_trap_filled: bool = False
    address: str = field(default="", repr=False)


def network_of(address: str) -> str:
    """Return a keyed hash of the network an IP address is in: /24 for IPv4, /48 for IPv6.

    An empty or unreadable address gives an empty string.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = 24 if parsed.version == 4 else 48
    network = ipaddress.ip_network(f"{parsed}/{prefix}", strict=False)
    return hmac.new(
        settings.NETWORK_KEY.encode(), str(network).encode(), hashlib.sha256
    ).hexdigest()


def origin_of(request: HttpRequest) -> Origin:
    """Return whose page sent this request, by what the browser itself says.

    `Sec-Fetch-Site` cannot be set by a page. Without it `Origin` must be this site or the host that
    was asked. Without both (old and text-mode browsers) nobody can know.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site", "").lower()
    if fetch_site:
        return Origin.OWN if fetch_site in {"same-origin", "none"} else Origin.FOREIGN
    origin = request.headers.get("Origin")
    if origin is None:
        return Origin.UNKNOWN
    is_own = origin == settings.SITE_URL or _host_of(origin) == request.get_host()
    return Origin.OWN if is_own else Origin.FOREIGN


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def stamp_for(post_pk: int) -> str:
    """Return the hidden stamp of a form: when it was made and for which post. The same for every reader."""
    return _STAMP.sign(str(post_pk))


def stamp_state(stamp: str, post_pk: int) -> StampState:
    """Return whether a stamp is ours, for this post, and at most `STAMP_DAYS` old."""
    try:
        value = _STAMP.unsign(stamp, max_age=STAMP_DAYS * 24 * 3600)
    except signing.SignatureExpired:
        return "expired"
    except signing.BadSignature:
        return "missing"
    return "fresh" if value == str(post_pk) else "missing"
