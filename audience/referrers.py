"""Where a reader came from, as far as it may be kept: the name of a host, and nothing else of an address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy

NOWHERE = ""
"""The browser named no page: typed, from a mail, an app or a bookmark."""

HERE = "/"
"""Another page of this site. No host can have this name, nor the next one."""

ELSEWHERE = "*"
"""Any other: an address in numbers, a name that is none, or one too many on that day."""

_HOST = re.compile(r"(?=.{4,100}\Z)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_NAMES = {
    NOWHERE: gettext_lazy("No page named"),
    HERE: gettext_lazy("Within this site"),
    ELSEWHERE: gettext_lazy("Other places"),
}


def source_of(referrer: str, own_hosts: Collection[str]) -> str:
    """Return what may be kept of the page that led here: its host, without `www.`, or a name above.

    Args:
        referrer: the `Referer` of the request, from a stranger.
        own_hosts: the hosts of this site, in lower case and without `www.`.
    """
    if not referrer:
        return NOWHERE
    name = _host_of(referrer[:2000]).removeprefix("www.")
    if name in own_hosts:
        return HERE
    return name if _HOST.fullmatch(name) and not _is_number(name) else ELSEWHERE


def source_name(source: str) -> str:
    """Return how a source is called on the pages of the newsroom."""
    return str(_NAMES.get(source, source))


def _host_of(referrer: str) -> str:
    try:
        host = urlsplit(referrer).hostname or ""
        return host.rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError, too
        return ""


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
