"""Noting reads in memory, which is all that a reader's request pays for; `storing` writes them down.

A process that is killed loses what it has noted since it last wrote, `storing.EVERY` seconds at most.
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from audience import days
from audience.day_key import key_of
from audience.people import DECISIVE, is_counted
from audience.referrers import source_of
from comments.arrival import network_of

logger = logging.getLogger(__name__)

MOST = 20_000
"""Reads that wait in one process at most, some 8 MB; what comes on top is not counted."""

MOST_NETWORKS = 100_000
"""Networks that one process tells apart on one day, some 15 MB; those that come later are not counted."""

MOST_OF_A_NETWORK = 2_000
"""Requests of one network and day that one process counts; an office is smaller, a flood is not."""


MOST_KNOWN = 50_000
"""Requests that one process knows again on one day, some 4 MB; the others only cost more."""

# All that says who reads what, and whether it counts. Where she came from counts the first time alone.
_TELLING = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", *DECISIVE)


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody read the page at `path` on a day. Nothing in it says who."""

    path: str
    day: date
    source: str


_waiting: dict[str, Read] = {}
# How much of its share each network has used in this process today, by a digest of its name.
_networks: tuple[date | None, Counter[str]] = (None, Counter())
# Requests that need no second look, since one like them was here: numbers, keyed anew for each process.
_known: tuple[date | None, set[int]] = (None, set())
_has_failed = False
_lock = threading.Lock()


def note_request(
    path: str, head: Mapping[str, Any], address_of: Callable[[Mapping[str, Any]], str]
) -> None:
    """Note one request for the page at `path`, if it is to be counted at all; never raises.

    A request like one of the same day costs no more than a look at its head.

    Args:
        head: the request as WSGI writes it.
        address_of: says from a head whose request it is, whatever proxies stand in between.
    """
    global _has_failed
    if not settings.COUNT_READS or settings.READ_ONLY:
        return
    try:
        known, telling = _known_today(), hash((path, *map(head.get, _TELLING)))
        if telling in known:
            return
        if is_counted(head):
            agent, referrer = head.get("HTTP_USER_AGENT", ""), head.get("HTTP_REFERER", "")
            note(path, agent=agent, referrer=referrer, address=address_of(head))
        if len(known) < MOST_KNOWN:
            known.add(telling)
        _has_failed = False
    except Exception:
        # Once, not for every reader, until it works again.
        if not _has_failed:
            logger.exception("Reads cannot be counted")
        _has_failed = True


def _known_today() -> set[int]:
    """Return the requests that are known; another day begins with none."""
    global _known
    day, known = days.today(), _known
    if known[0] != day:
        known = _known = (day, set())
    return known[1]


def know_nobody() -> None:
    """Let this process take every request for a new one."""
    global _known
    _known = (None, set())


def note(path: str, *, agent: str, referrer: str = "", address: str = "") -> None:
    """Note that a person read the page at `path`, in memory.

    Of the four, only the path and the host of the referrer are kept. Agent and address go into a
    keyed digest, by which the same reader counts once for each page and day.

    Args:
        path: without a query, as `Post.get_absolute_url` writes it; what is no public text is
            left out when it is written down.
        agent: the `User-Agent`.
        referrer: the `Referer`.
        address: the reader's own IP address, whatever proxies stand in between.

    Raises:
        OSError, django.db.Error: the key of the day or the time zone cannot be read.
    """
    day = days.today()
    if not _is_flood(day, address):
        mark = _digest(day, path, address, agent)
        _keep({mark: Read(path, day, source_of(referrer, _own_hosts()))})


def _digest(day: date, *parts: str) -> str:
    said = "\0".join(parts).encode(errors="replace")
    return hmac.digest(key_of(day), said, "sha256").hex()[:32]


def _is_flood(day: date, address: str) -> bool:
    """Count one read of the network an address is in; whether it had its share of the day."""
    global _networks
    network = _digest(day, "network", network_of(address) or address)
    with _lock:
        if _networks[0] != day:
            _networks = (day, Counter())
        counts = _networks[1]
        if network not in counts and len(counts) >= MOST_NETWORKS:
            return True
        counts[network] += 1
        return counts[network] > MOST_OF_A_NETWORK


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
