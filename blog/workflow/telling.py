"""Telling colleagues by mail that a text waits for them; the words are written when the mail leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from blog import outbox
from blog.models import Review

WAITING = "blog.waiting"
"""The mail about all texts that wait for one person; `blog.letters` writes it."""

TOGETHER = timedelta(minutes=2)
"""How long the mail waits, so that what happens together is told together, or not at all if taken back."""


def ask(review: Review, *, but: int | None) -> None:
    """Queue mail to everybody who can give a signature that `review` lacks.

    Args:
        but: the account that asks, which need not be told.
    """
    _tell(_who_can_give(review.missing()), but)


def turn_down(review: Review, *, but: int | None) -> None:
    """Queue mail to whoever wrote a text that was sent back, or whose signature was taken back."""
    _tell(_account(review.version.saved_by), but)


def complete(review: Review, *, but: int | None) -> None:
    """Queue mail to whoever asked for the signatures, now that all are there."""
    _tell(_account(review.opened_by), but)


def _account(number: int | None) -> Q:
    return Q(pk__in=[number] if number else [])


def _who_can_give(signatures: Iterable[str]) -> Q:
    kinds = [signature.partition(":")[::2] for signature in signatures]
    accounts = [int(value) for kind, value in kinds if kind == "user"]
    roles = [value for kind, value in kinds if kind == "role"]
    return Q(pk__in=accounts) | Q(groups__name__in=roles)


def _tell(people: Q, but: int | None) -> None:
    """Queue one mail for each address, in their order, as whoever queues several must."""
    found = get_user_model().objects.filter(people, is_active=True).exclude(email="")
    addresses = {email for pk, email in found.values_list("pk", "email") if pk != but}
    for address in sorted(addresses):
        outbox.send_digest(address, WAITING, due_at=timezone.now() + TOGETHER)
