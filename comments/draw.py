"""The draw for the random look: one in twenty of what was decided without a person.

A comment is drawn or not by its number alone, for ever; nothing is stored. What it says plays no part,
so the mistakes among those drawn tell how many there are among all.
"""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.lookups import LessThan

ONE_IN = 20
PRIME = 1_000_003
"""Multiplied by anything but a multiple of it, numbers fall into a new order without repeats."""
_FACTOR, _SHIFT = 618_035, 271_828
_BELOW = PRIME // ONE_IN


def is_drawn(number: int) -> bool:
    """Return whether the comment with this number is drawn."""
    return (number * _FACTOR + _SHIFT) % PRIME < _BELOW


def drawn() -> Q:
    """Return the same as a condition on comments, for every database."""
    return Q(LessThan(place(_FACTOR, _SHIFT), _BELOW))


def place(factor: int, shift: int) -> Combinable:
    """Return where a comment stands, from 0 to `PRIME`, when all are shuffled; for every database."""
    return (F("pk") * factor + shift) % PRIME
