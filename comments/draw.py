"""The draw for the random look: one in twenty of what was decided without a person.

A comment is drawn or not by its number alone, as long as the secret key of the site stays; nothing is
stored. Numbers are public, so without the key nobody can tell which are drawn. What a comment says plays
no part, so the mistakes among those drawn tell how many there are among all.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.lookups import LessThan
from django.utils.crypto import salted_hmac

ONE_IN = 20
PRIME = 1_000_003
"""Multiplied by anything but a multiple of it, numbers fall into a new order without repeats."""
# The golden section of the prime spreads the draws evenly (Knuth, The Art of Computer Programming 3,
# 6.4); a little beside it still does, and the shift may be any.
_GOLDEN, _BESIDE = 618_035, 32
_BELOW = PRIME // ONE_IN


def is_drawn(number: int) -> bool:
    """Return whether the comment with this number is drawn."""
    factor, shift = _secrets(settings.SECRET_KEY)
    return (number * factor + shift) % PRIME < _BELOW


def drawn() -> Q:
    """Return the same as a condition on comments, for every database."""
    return Q(LessThan(place(*_secrets(settings.SECRET_KEY)), _BELOW))


def place(factor: int, shift: int) -> Combinable:
    """Return where a comment stands, from 0 to `PRIME`, when all are shuffled; for every database."""
    return (F("pk") * factor + shift) % PRIME


@lru_cache(maxsize=2)
def _secrets(key: str) -> tuple[int, int]:
    """Return the factor and the shift, which nobody knows without the key."""
    mixed = salted_hmac("comments.draw", "one in twenty", secret=key, algorithm="sha256").digest()
    factor, shift = int.from_bytes(mixed[:16]), int.from_bytes(mixed[16:])
    return _GOLDEN - _BESIDE + factor % (2 * _BESIDE), shift % PRIME
