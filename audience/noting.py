"""Noting reads in memory, which is all that a reader's request pays for; `storing` writes them down.

A process that is killed loses what it has noted since it last wrote, `storing.EVERY` seconds at most.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from audience import days
from audience.day_key import key_of
from audience.people import is_counted
from audience.sources import source_of

logger = logging.getLogger(__name__)

MOST = 20_000
"""Reads that wait in one process at most, some 8 MB; what comes on top is not counted."""


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody read the page at `path` on a day. Nothing in it says who."""

    path: str
    day: date
    source: str


_waiting: dict[str, Read] = {}
_lock = threading.Lock()


def note(path: str, *, agent: str, referrer: str = "", address: str = "") -> None:
    """Note that a person read the page at `path`, in memory; never raises.

    Of the four, only the path and the host of the referrer are kept. Agent and address go into a
    keyed digest, by which the same reader counts once for each page and day.

    Args:
        path: without a query, as `Post.get_absolute_url` writes it; what is no public text is
            left out when it is written down.
        agent: the `User-Agent`.
        referrer: the `Referer`.
        address: the reader's own IP address, whatever proxies stand in between.
    """
    try:
        day = days.today()
        said = f"{path}\0{address}\0{agent}".encode(errors="replace")
        mark = hmac.new(key_of(day), said, hashlib.sha256).hexdigest()[:32]
        _keep({mark: Read(path, day, source_of(referrer, _own_hosts()))})
    except Exception:
        logger.exception("A read could not be counted")


def note_request(path: str, head: Mapping[str, Any], *, address: str) -> None:
    """Note one request for the page at `path`, if it is to be counted at all; never raises.

    Args:
        head: the request as WSGI writes it.
    """
    if not settings.COUNT_READS or settings.READ_ONLY or not is_counted(head):
        return
    agent, referrer = head.get("HTTP_USER_AGENT", ""), head.get("HTTP_REFERER", "")
    note(path, agent=agent, referrer=referrer, address=address)


def take() -> dict[str, Read]:
    """Return what was noted, by its mark, and forget it here."""
    global _waiting
    with _lock:
        taken, _waiting = _waiting, {}
    return taken


def give_back(reads: Mapping[str, Read]) -> None:
    """Keep what could not be written, for the next time."""
    _keep(reads)


def _keep(reads: Mapping[str, Read]) -> None:
    with _lock:
        for mark, read in reads.items():
            if len(_waiting) < MOST:
                _waiting.setdefault(mark, read)


def _own_hosts() -> set[str]:
    hosts = [settings.SITE_HOST, *settings.ALLOWED_HOSTS]
    return {host.lower().lstrip(".").removeprefix("www.") for host in hosts}
