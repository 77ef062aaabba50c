"""Until when a team decides: so many business hours after something came.

A business day is a weekday, Monday to Friday, with all its 24 hours, by the clock on the wall of the
site: what comes on Friday at three is due on Monday at three.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_FRIDAY = 4


def due_at(since: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """Return the moment `hours` business hours after `since`, in `zone`."""
    wall = _working(since.astimezone(zone).replace(tzinfo=None))
    left = timedelta(hours=hours)
    while (until_midnight := _midnight_after(wall) - wall) <= left:
        left -= until_midnight
        wall = _working(wall + until_midnight)
    return (wall + left).replace(tzinfo=zone)


def _working(wall: datetime) -> datetime:
    """Return `wall`, or the Monday morning after it at a weekend."""
    while wall.weekday() > _FRIDAY:
        wall = _midnight_after(wall)
    return wall


def _midnight_after(wall: datetime) -> datetime:
    return wall.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
