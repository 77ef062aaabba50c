"""The address that a reply to a notification goes to: it names a comment and the person who may answer.

The local part has at most 64 characters and only small letters and digits, since mail servers on the way
may change the case. It gives no right by itself: `blog.incoming.proof` asks who really sent the mail.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from blog.incoming import addresses
from comments.models import Comment

VALID_FOR = timedelta(days=30)
"""How long a notification can be answered by mail."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"([0-9a-z]{1,10})-([0-9a-z]{1,7})-([0-9a-z]{1,4})-([a-z2-7]{20})")


class ReplyTo(NamedTuple):
    """What an address stands for: numbers of a comment and of an account."""

    comment: int
    person: int


def address_for(comment: Comment, person: User) -> str:
    """Return the address for the answer of `person` to `comment`; nothing when mail cannot be taken in."""
    parts = [_spelt(number) for number in (comment.pk, person.pk, _last_day())]
    return addresses.with_detail("-".join([*parts, _mac(parts)]))


def read(address: str) -> ReplyTo | None:
    """Return what an address stands for, or `None` when it is none of ours or too old."""
    match = _TOKEN.fullmatch(addresses.detail_of(address))
    if match is None or not hmac.compare_digest(_mac(match.groups()[:3]), match[4]):
        return None
    comment, person, day = (int(part, 36) for part in match.groups()[:3])
    return ReplyTo(comment, person) if day >= _today() else None


def _mac(parts: Sequence[str]) -> str:
    return addresses.code(f"comments.reply:{':'.join(parts)}")


def _today() -> int:
    return int(timezone.now().timestamp()) // 86_400


def _last_day() -> int:
    return _today() + VALID_FOR.days


def _spelt(number: int) -> str:
    """Return a number with the digits 0 to z, as `int(text, 36)` reads it."""
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
    return text or "0"
