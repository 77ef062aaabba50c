"""The draw for the random look: one in twenty of what was decided without a person.

A comment is drawn or not by its number alone, for ever; nothing is stored. What it says plays no part,
so the mistakes among those drawn tell how many there are among all.
"""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.lookups import LessThan

ONE_IN = 20
# A prime: multiplied by anything but itself, numbers fall into a new order without repeats.
_PRIME = 1_000_003
_FACTOR, _SHIFT = 618_035, 271_828
_BELOW = _PRIME // ONE_IN


def is_drawn(number: int) -> bool:
    """Return whether the comment with this number is drawn."""
    return (number * _FACTOR + _SHIFT) % _PRIME < _BELOW


def drawn() -> Q:
    """Return the same as a condition on comments, for every database."""
    return Q(LessThan((F("pk") * _FACTOR + _SHIFT) % _PRIME, _BELOW))
