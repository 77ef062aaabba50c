"""Signing in, and what slows down guessing.

Attempts are counted in the database and not in the cache: the default cache lives in one process, so
each further process, and each restart, would give a guesser five more attempts. The table is the one
that counts comments; the row is gone after a success or `PAUSE_SECONDS`.
"""

from __future__ import annotations

import hashlib
import time
import unicodedata
from typing import Any

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import ngettext

from comments.arrival import network_of
from comments.models import Throttle

ATTEMPTS = 5
NETWORK_ATTEMPTS = 30
"""For all accounts together: a check of a password is dear, and one word is tried on many names."""

PAUSE_SECONDS = 15 * 60

_PREFIX = "attempt:"

# `window` is the moment of the last attempt that was let through, in seconds since 1970. It stands
# still while attempts are refused, so that knocking on does not make the pause longer.
_COUNT = """
INSERT INTO comments_throttle (key, "window", count) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN comments_throttle."window" <= %(now)s - %(pause)s THEN 1
            ELSE comments_throttle.count + 1 END,
    "window" = CASE WHEN comments_throttle."window" <= %(now)s - %(pause)s
            OR comments_throttle.count < %(attempts)s THEN %(now)s
            ELSE comments_throttle."window" END
RETURNING count, "window"
"""


def seconds_to_wait(
    purpose: str, *parts: str, attempts: int = ATTEMPTS, now: float | None = None
) -> int:
    """Count one attempt and return 0, or the seconds until the next is let through.

    So many `attempts` are let through, each within `PAUSE_SECONDS` of the one before; then comes a pause.
    The attempt is counted before anything is checked, in one statement, so that a hundred at the same
    moment are no way round. `THROTTLE=off` counts nothing.

    Args:
        parts: whose attempts are counted together, e.g. account and network.
    """
    if not settings.THROTTLE:
        return 0
    moment = int(time.time() if now is None else now)
    values: dict[str, str | int] = {
        "key": _key(purpose, parts),
        "now": moment,
        "pause": PAUSE_SECONDS,
        "attempts": attempts,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        count, last = cursor.fetchone()
    return 0 if count <= attempts else max(1, last + PAUSE_SECONDS - moment)


def succeeded(purpose: str, *parts: str) -> None:
    """Forget the attempts that led to a success."""
    Throttle.objects.filter(key=_key(purpose, parts)).delete()


def forget(*, now: float | None = None) -> int:
    """Remove counters whose pause is over; return how many."""
    before = int(time.time() if now is None else now) - PAUSE_SECONDS
    count, _ = Throttle.objects.filter(key__startswith=_PREFIX, window__lt=before).delete()
    return count


def sentence(seconds: int) -> str:
    """Return what to tell somebody who has to wait."""
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many attempts. Please try again in %(count)s minute.",
        "Too many attempts. Please try again in %(count)s minutes.",
        minutes,
    ) % {"count": minutes}


def _key(purpose: str, parts: tuple[str, ...]) -> str:
    """Return the key of a counter: a digest, since it is made from names and networks."""
    spelt = "\0".join(unicodedata.normalize("NFKC", part).casefold() for part in parts)
    return f"{_PREFIX}{purpose}:{hashlib.sha256(spelt.encode()).hexdigest()}"


class SignInForm(AdminAuthenticationForm):
    """Django's own form; after five failures for one account from one address it asks to wait."""

    def clean(self) -> dict[str, Any]:
        """Check name and password, unless there were too many attempts."""
        username = self.cleaned_data.get("username")
        if not username or self.request is None:
            return super().clean()
        address = self.request.META.get("REMOTE_ADDR", "")
        whose = (username, address)
        wait = seconds_to_wait("sign-in", *whose) or seconds_to_wait(
            "sign-in-network", network_of(address), attempts=NETWORK_ATTEMPTS
        )
        if wait:
            raise ValidationError(sentence(wait), code="throttled")
        cleaned = super().clean()
        succeeded("sign-in", *whose)
        return cleaned
