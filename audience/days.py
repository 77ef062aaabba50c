"""Which day it is at the site, for whoever has no time to ask the database."""

from __future__ import annotations

import time
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from blog.models import Site

_ASKED_AGAIN = 60
_known: tuple[float, ZoneInfo] | None = None


def today() -> date:
    """Return the day it is now in the time zone of the site. One query a minute in each process."""
    global _known
    moment = time.monotonic()
    if _known is None or moment - _known[0] > _ASKED_AGAIN:
        _known = (moment, Site.current().zone)
    return timezone.localdate(timezone=_known[1])


def forget() -> None:
    """Ask the database at the next call."""
    global _known
    _known = None
