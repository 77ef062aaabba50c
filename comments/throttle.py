"""How often readers may do something: fixed windows in one table, each counted by one statement.

Two things are counted: what comes from one network, and what comes with one e-mail address. Anybody
can type somebody else's address. So one network fills only half of what an address may do in a
minute, nobody is kept waiting longer than that minute, and who leaves the address out is not counted
by it at all.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from comments.models import Throttle

WINDOW_SECONDS = 60
PREFIX = "reader:"


@dataclass(frozen=True)
class Limit:
    """How often in one window: from one network, and with one address from all networks together."""

    network: int
    email: int = 12

    @property
    def email_from_network(self) -> int:
        """What one network may do with one address, so that it alone never uses the address up."""
        return self.email // 2


LIMITS = {
    "comment": Limit(20),
    "preview": Limit(40),
    "report": Limit(10),
    "mine": Limit(20),
}
"""By purpose: sending and previewing comments, reporting one, and the private page.

How often an address is asked whether it is its writer's, `comments.correspondence` counts."""


def register_limit(what: str, limit: Limit) -> None:
    """Name how often readers may do something else; call it in AppConfig.ready()."""
    LIMITS[what] = limit


_COUNT = """
INSERT INTO comments_throttle (key, "window", count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN comments_throttle."window" = excluded."window"
            THEN comments_throttle.count + 1 ELSE 1 END,
    "window" = excluded."window"
RETURNING count
"""


def seconds_to_wait(
    network: str, email: str = "", *, what: str = "comment", now: float | None = None
) -> int:
    """Count one attempt and return 0, or the seconds until the next one is welcome.

    One statement for each counter, so that attempts at the same moment are each counted. What one
    counter stops reaches none of those behind it. `THROTTLE=off` counts nothing.

    Args:
        network: the keyed hash of the reader's network; empty when it is not known.
        email: the address that was typed; the table holds a keyed hash of it.
        what: which of `LIMITS` counts.
    """
    if not settings.THROTTLE:
        return 0
    window, elapsed = divmod(time.time() if now is None else now, WINDOW_SECONDS)
    for key, most in _counters(network, email, what):
        if _count(key, int(window)) > most:
            return int(WINDOW_SECONDS - elapsed) + 1
    return 0


def forget(before: float) -> int:
    """Remove the counters of windows that began before a moment, in seconds since 1970; return how many."""
    window = int(before) // WINDOW_SECONDS
    count, _ = Throttle.objects.filter(key__startswith=PREFIX, window__lt=window).delete()
    return count


def _counters(network: str, email: str, what: str) -> Iterator[tuple[str, int]]:
    limit = LIMITS[what]
    if network:
        yield f"{PREFIX}{what}:{network}", limit.network
    if not email:
        return
    address = email.strip().casefold()
    if network:
        yield f"{PREFIX}{what}:{_keyed(network, address)}", limit.email_from_network
    yield f"{PREFIX}{what}:{_keyed('', address)}", limit.email


def _count(key: str, window: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, window])
        count: int = cursor.fetchone()[0]
    return count


def _keyed(network: str, address: str) -> str:
    spelt = f"throttle\0{network}\0{address}".encode()
    return hmac.new(settings.NETWORK_KEY.encode(), spelt, hashlib.sha256).hexdigest()
