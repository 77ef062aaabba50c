"""Writing the record: one function, called last in the transaction of what it records."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connections, models, router, transaction
from django.utils import timezone

from ledger.canonical import plain, plain_text
from ledger.models import GENESIS, Channel, Entry, subject_of

ADVISORY_LOCK = 0x6C6564676572
"""The key of PostgreSQL's advisory lock on the head of the chain: "ledger" in ASCII."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: the number of an account (None for nobody), a name to freeze, a `Channel`."""

    id: int | None
    label: str
    channel: str

    def __post_init__(self) -> None:
        if self.channel not in Channel.values:
            raise ValueError(f"“{self.channel}” is no channel of the record.")

    @classmethod
    def of(cls, user: AbstractBaseUser | AnonymousUser, channel: str = Channel.ADMIN) -> Self:
        """Return the actor for an account: full name, or the user name where that is empty.

        Raises:
            ValueError: nobody is signed in, or the account is not saved.
        """
        if user.pk is None:
            raise ValueError("Only a saved account can act; use Actor(None, …) for a reader.")
        full_name: str = getattr(user, "get_full_name", str)()
        return cls(user.pk, full_name or user.get_username(), channel)

    @classmethod
    def system(cls, channel: str = Channel.WORKER) -> Self:
        """Return the actor for what the machine does by itself."""
        return cls(None, "The system", channel)


def record(
    verb: str,
    subject: models.Model | str,
    *,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
    key: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Entry:
    """Append one entry to the record and return it. Two queries, three on PostgreSQL.

    Call it as the last write of the transaction. From here to the commit every other writer of
    the record waits, so a lock on another row taken after it can end in a deadlock.

    Args:
        verb: what was done, e.g. `approve`.
        subject: the row it was done to, or its name, e.g. `blog.post:12`.
        by: who did it.
        facts: JSON without personal data, e.g. digests and old and new states.
        key: the entry's own identifier, for a row that names its entry before the entry exists.
        at: when it happened (any time zone); now, unless given.

    Raises:
        TransactionManagementError: there is no transaction to share with what is recorded.
        TypeError, ValueError: `facts` has no canonical spelling, the subject is unsaved, or `at`
            has no time zone.
        IntegrityError: `key` is taken.
    """
    using = router.db_for_write(Entry)
    if not connections[using].in_atomic_block:
        raise transaction.TransactionManagementError("record() must be called in a transaction.")
    entry = Entry(
        at=_moment(at),
        actor=by.id,
        actor_label=plain_text(by.label),
        channel=by.channel,
        verb=plain_text(verb),
        subject=plain_text(subject if isinstance(subject, str) else subject_of(subject)),
        facts=plain(facts or {}),
        key=key or uuid.uuid4(),
    )
    _append(entry, using)
    return entry


def _append(entry: Entry, using: str) -> None:
    """Give `entry` its place after the head, which stays ours until the commit."""
    _lock_head(using)
    head = Entry.objects.using(using).order_by("-sequence").values_list("sequence", "hash").first()
    number, entry.previous = head or (0, GENESIS)
    entry.sequence = number + 1
    entry.hash = entry.compute_hash()
    entry.save(using=using)


def _lock_head(using: str) -> None:
    """Wait until no other transaction can append; on SQLite BEGIN IMMEDIATE has seen to that."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def _moment(at: datetime | None) -> datetime:
    if at is None:
        return timezone.now()
    if timezone.is_naive(at):
        raise ValueError("The moment of an entry needs a time zone.")
    return at.astimezone(UTC)
