"""The frame of every decision: one transaction that locks, compares, writes, and records last."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypedDict, Unpack

from django.contrib.auth.models import User
from django.db import transaction

from comments.models import Comment
from comments.moderation.journal import Journal
from comments.moderation.locking import locked
from ledger.record import Actor, record

Facts = Mapping[str, object]
"""What the record says about a decision, in JSON without personal data."""


class How(TypedDict, total=False):
    """How a decision came; every verb that decides takes these by keyword.

    Keys:
        channel: the way it came, `admin` unless told.
        group: the same for all that one key decides, so that it is taken back together.
        facts: what the record says besides, such as which link of a mail was used.
    """

    channel: str
    group: uuid.UUID | None
    facts: Facts | None


@dataclass
class Act:
    """A decision in the making: the locked comment, what changes, and what the record will say."""

    comment: Comment
    by: User
    journal: Journal = field(default_factory=Journal)
    facts: dict[str, object] = field(default_factory=dict)


@contextmanager
def acting(
    verb: str, comment: Comment, *, by: User, seen: int, **how: Unpack[How]
) -> Iterator[Act]:
    """Open the transaction of a decision; what the block has written is kept and recorded at its end.

    Args:
        verb: its name in the journal and in the record.
        seen: the revision of the comment that the person decided about.

    Raises:
        Conflict: when the comment has moved on since.
    """
    with transaction.atomic():
        act = Act(locked(comment, seen), by)
        yield act
        finish(verb, act, **how)


def finish(verb: str, act: Act, **how: Unpack[How]) -> None:
    """Keep the way back of an act, and make its entry in the record: its last writes."""
    act.journal.keep(act.comment, verb, actor=act.by.pk, group=how.get("group"))
    record(
        verb,
        f"comments.comment:{act.comment.pk}",
        by=Actor.of(act.by, channel=how.get("channel", "admin")),
        facts={**act.facts, **(how.get("facts") or {})},
    )
