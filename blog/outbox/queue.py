"""Queueing mail in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from blog.models import Outbox
from blog.outbox.words import SUBJECT_LENGTH, Headers, Words, checked, one_line
from blog.prepared import Prepared

Build = Callable[[Outbox], Words | tuple[str, str] | None]
Sent = Callable[[Outbox], None]


@dataclass(frozen=True)
class Failure:
    """Why a message will not arrive.

    `is_for_good` when the mail server refused the address itself (5xx to RCPT, RFC 5321), else the last
    attempt failed for whatever reason.
    """

    answer: str
    is_for_good: bool


Failed = Callable[[Outbox, Failure], None]


class NotYet(Exception):
    """Raised by what writes the words of a digest when it should be written again at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until}")
        self.until = until


@dataclass(frozen=True)
class Digest:
    build: Build
    sent: Sent | None
    failed: Failed | None


MAX_ATTEMPTS = 13
"""With the waits between them, 13 attempts take about 26 hours."""

WRITTEN = "#"
"""What stands behind the name of a digest once its words are written."""

digests: dict[str, Digest] = {}


def send(
    to: str,
    subject: str,
    text: str,
    *,
    html: str = "",
    headers: Headers | None = None,
    reply_to: str = "",
    due_at: datetime | None = None,
) -> Outbox:
    """Queue one message, due now unless `due_at` says later, and return its row.

    A subject or header of several lines becomes one line, and a very long subject is shortened. An
    address that no mail can carry does not fail here, where it would undo what the message tells; its
    row does.

    Args:
        html: the same words for mail programs that show HTML.
        headers: of `HEADERS` only.

    Raises:
        ValueError: for any other header.
    """
    return Outbox.objects.create(
        to=to,
        subject=one_line(subject)[:SUBJECT_LENGTH],
        text=text,
        html=html,
        headers=checked(headers or {}),
        reply_to=reply_to,
        due_at=due_at or timezone.now(),
    )


def send_words(
    to: str, words: Words, *, reply_to: str = "", due_at: datetime | None = None
) -> Outbox:
    """Queue a message that is written already, as `send` does."""
    return send(
        to,
        words.subject,
        words.text,
        html=words.html,
        headers=words.headers,
        reply_to=reply_to,
        due_at=due_at,
    )


def send_digest(to: str, name: str, *, due_at: datetime) -> Outbox:
    """Queue the message `name`, whose words are written when it is sent, and return its row.

    While one waits for the same person, this is that one and `due_at` is not looked at. Its row stays
    locked until the caller's transaction ends, so that the words are never written without what the
    caller is about to commit. A caller with several addresses goes through them in sorted order.
    """
    # No savepoint: a row that is there already is no error, and any error is the caller's.
    with transaction.atomic(savepoint=False):
        while not (row := _waiting.first(to=to, digest=name)):
            new = Outbox(to=to, digest=name, due_at=due_at)
            Outbox.objects.bulk_create([new], ignore_conflicts=True)
        if row.attempts >= MAX_ATTEMPTS:
            # Its worker was killed in the last attempt; this is news, so it is worth new ones.
            change(row, attempts=0)
    return row


_waiting: Prepared[Outbox] = Prepared(
    lambda to, digest: (
        Outbox.objects.select_for_update().filter(to=to, digest=digest, sent_at=None).order_by("pk")
    ),
    to=str,
    digest=str,
)


def register_digest(
    name: str, build: Build, *, sent: Sent | None = None, failed: Failed | None = None
) -> None:
    """Name the function that writes the words of digest `name`; call it in AppConfig.ready().

    It also writes those of each `name:more`. `build(row)` returns the words of the message to `row.to`,
    or `None` when there is nothing left to tell: then the row is removed and nothing is sent. It runs
    inside a transaction, and may raise `NotYet`.

    Args:
        sent: called in the transaction that marks the row sent, to forget what it told.
        failed: called in the transaction that removes the row, after the last attempt or as soon as
            the mail server refuses the address for good. Without it such a refusal is tried again.
    """
    digests[name] = Digest(build, sent, failed)


def unfinished(keys: Collection[UUID]) -> set[UUID]:
    """Return which of these keys belong to messages that are written and on their way. One query.

    A worker that was killed sends them again, word for word, so nobody else needs to tell the same.
    """
    now = timezone.now()
    rows = Outbox.objects.filter(key__in=keys, sent_at=None, digest__contains=WRITTEN)
    alive = rows.filter(Q(attempts__lt=MAX_ATTEMPTS) | Q(lease_until__gt=now))
    return set(alive.values_list("key", flat=True))


def last_of(to: str | Q, names: Collection[str], *, since: datetime) -> datetime | None:
    """Return when the last digest of these names went to somebody: now, for one on its way. One query.

    Args:
        to: an address, or a condition for several that are one person's.
    """
    person = Q(to=to) if isinstance(to, str) else to
    written = Q()
    for name in names:
        written |= Q(digest__startswith=f"{name}{WRITTEN}")
    recent = Q(digest__in=names, sent_at__gte=since) | (written & Q(sent_at=None))
    moments = list(Outbox.objects.filter(recent & person).values_list("sent_at", flat=True))
    return max((moment or timezone.now() for moment in moments), default=None)


def number_of(row: Outbox) -> int:
    """Return the number after the colon in the name of a digest: of what it tells."""
    return int(row.digest.partition(":")[2])


def digest_named(name: str) -> Digest:
    """Return the digest a name belongs to; what follows a colon says which of them it is."""
    return digests[name.partition(":")[0]]


def change(row: Outbox, **values: object) -> None:
    """Write some columns; a row that somebody has removed meanwhile stays removed."""
    for name, value in values.items():
        setattr(row, name, value)
    Outbox.objects.filter(pk=row.pk).update(**values)
