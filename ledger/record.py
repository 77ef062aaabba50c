"""Writing the record: one call, last in the transaction of what it records."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connections, models, router, transaction
from django.utils import timezone

from ledger.canonical import plain, plain_text
from ledger.inserting import insert
from ledger.models import GENESIS, Channel, Entry, subject_of

ADVISORY_LOCK = 0x6C6564676572
"""The key of PostgreSQL's advisory lock on the head of the chain: "ledger" in ASCII."""


_ROWS = 1000
"""Rows of one insert; SQLite takes fewer where its limit of values asks for it."""


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


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, for `record_all`: what `record` takes, but for who and when."""

    verb: str
    subject: models.Model | str
    facts: Mapping[str, Any] = field(default_factory=dict)
    key: uuid.UUID | None = None


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
    return record_all([Happening(verb, subject, facts or {}, key)], by=by, at=at)[0]


def record_all(
    happenings: Sequence[Happening], *, by: Actor, at: datetime | None = None
) -> list[Entry]:
    """Append one entry for each happening, in their order, and return them.

    The entries are those that as many calls of `record` would make, for the price of one lock and
    of inserts of many rows each. All get the same moment. The rest is as `record` says.
    """
    using = router.db_for_write(Entry)
    if not connections[using].in_atomic_block:
        raise transaction.TransactionManagementError("record() must be called in a transaction.")
    moment = _moment(at)
    return _append([_entry(happening, by, moment) for happening in happenings], using)


def _entry(happening: Happening, by: Actor, at: datetime) -> Entry:
    subject = happening.subject
    return Entry(
        at=at,
        actor=by.id,
        actor_label=plain_text(by.label),
        channel=by.channel,
        verb=plain_text(happening.verb),
        subject=plain_text(subject if isinstance(subject, str) else subject_of(subject)),
        facts=plain(happening.facts),
        key=happening.key or uuid.uuid4(),
    )


def _append(entries: list[Entry], using: str) -> list[Entry]:
    """Give each entry its place after the head, which stays ours until the commit."""
    number, previous = _locked_head(using)
    for entry in entries:
        number += 1
        entry.sequence, entry.previous = number, previous
        entry.hash = previous = entry.compute_hash()
    if len(entries) == 1:
        insert(entries[0])
        return entries
    return Entry.objects.using(using).bulk_create(entries, batch_size=_ROWS)


def _locked_head(using: str) -> tuple[int, str]:
    """Return number and hash of the last entry, after which no other transaction can append now.

    On SQLite BEGIN IMMEDIATE has seen to that.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        # As a statement of its own: one that waited for the lock would not see what was appended.
        cursor.execute("SELECT sequence, hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1")
        head: tuple[int, str] | None = cursor.fetchone()
    return head or (0, GENESIS)


def _moment(at: datetime | None) -> datetime:
    if at is None:
        return timezone.now()
    if timezone.is_naive(at):
        raise ValueError("The moment of an entry needs a time zone.")
    return at.astimezone(UTC)
