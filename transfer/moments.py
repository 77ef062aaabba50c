"""Moments as other programs write them, read as moments with a time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo

_SPELLED = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M %z",
    "%Y-%m-%d %H:%M:%S %Z",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%d %b %Y %H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %d %b %Y",
    "%B %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
)
_OF_A_DAY = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\d*\s*(Z|UTC)?"
)
_YEARS = range(1990, 2101)
"""Of blogs: what lies outside is a mistake in the file, such as a year 0 or seconds for milliseconds."""


def moment(value: object, *, zone: tzinfo = UTC) -> datetime | None:
    """Return the moment a value of a file means, or `None` if it means none.

    Takes what YAML and TOML make of dates, ISO 8601 and its usual variants, and the milliseconds
    since 1970 that JavaScript counts. Without a zone of its own it is read in `zone`; a day without
    a time means its midnight there.
    """
    try:
        found = _read(value)
        if found is not None and found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        return found.astimezone(UTC) if found and found.year in _YEARS else None
    except (ValueError, OverflowError, OSError):
        return None


def _read(value: object) -> datetime | None:
    match value:
        case datetime():
            return value
        case date():
            return datetime.combine(value, time())
        case bool() | None:
            return None
        case int():
            return datetime.fromtimestamp(value / 1000, UTC)
        case str():
            return _read_text(value.strip()[:64])
    return None


def _read_text(text: str) -> datetime | None:
    if text.isascii() and text.isdecimal() and len(text) > 8:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    if match := _OF_A_DAY.fullmatch(text):
        found = datetime.fromisoformat(f"{match[1]}T{match[2]}")
        return found.replace(tzinfo=UTC) if match[3] else found
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _spelled(text)


def _spelled(text: str) -> datetime | None:
    for pattern in _SPELLED:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - the caller adds the zone
        except ValueError:
            continue
    return None
