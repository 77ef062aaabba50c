"""What the newsletter holds under one address, for a person who asks for it or wants it erased."""

from __future__ import annotations

from typing import Any

from newsletter.addresses import mark_of
from newsletter.joining import erase as erase_row
from newsletter.models import Departure, Subscriber


def count(address: str) -> int:
    """Return how many rows name the address, or its mark."""
    left = Departure.objects.filter(mark=mark_of(address)).count()
    return Subscriber.objects.filter(email=address).count() + left


def export(address: str) -> list[dict[str, Any]]:
    """Return them as JSON knows it, with what was mailed lately."""
    rows = [_row(one) for one in Subscriber.objects.filter(email=address)]
    departures = Departure.objects.filter(mark=mark_of(address))
    return rows + [{"left_at": one.left_at.isoformat()} for one in departures]


def erase(address: str) -> int:
    """Remove them all, in the caller's transaction; return how many there were.

    The record keeps a mark of its own of whom it erased, and an import asks that too.
    """
    left, _ = Departure.objects.filter(mark=mark_of(address)).delete()
    return erase_row(address) + left


def _row(one: Subscriber) -> dict[str, Any]:
    deliveries = one.deliveries.select_related("edition__post__live_version").order_by("pk")
    return {
        "wants": one.kind,
        "source": one.source,
        "asked_at": one.asked_at and one.asked_at.isoformat(),
        "confirmed_at": one.confirmed_at and one.confirmed_at.isoformat(),
        "paused_at": one.paused_at and one.paused_at.isoformat(),
        "mailed": [
            {"what": str(sent.edition), "state": sent.state, "answer": sent.error}
            for sent in deliveries
        ],
    }
