"""How often one network may send comments: a fixed window in one table, counted atomically."""

from __future__ import annotations

import time

from django.conf import settings
from django.db import connection

WINDOW_SECONDS = 60
PER_WINDOW = 20

_COUNT = """
INSERT INTO comments_throttle (key, "window", count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN comments_throttle."window" = excluded."window"
            THEN comments_throttle.count + 1 ELSE 1 END,
    "window" = excluded."window"
RETURNING count
"""


def seconds_to_wait(network: str, *, now: float | None = None) -> int:
    """Count one attempt of `network` and return 0, or the seconds until the next one is welcome.

    One statement, so that attempts at the same moment are each counted. `THROTTLE=off` counts nothing.
    """
    if not settings.THROTTLE or not network:
        return 0
    moment = time.time() if now is None else now
    window, elapsed = divmod(moment, WINDOW_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [f"comment:{network}", int(window)])
        (count,) = cursor.fetchone()
    return 0 if count <= PER_WINDOW else int(WINDOW_SECONDS - elapsed) + 1
