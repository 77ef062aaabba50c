"""Mail, queued in the transaction of what it tells, and sent by the worker at least once.

A verb calls `send` or `send_digest` and nothing leaves the machine before its transaction has been
committed. The worker calls `send_due`: it takes a lease on a row, sends outside any transaction, and
marks the row. After a crash in between the lease runs out and the row goes out again under the same
Message-ID, by which a mail program knows it for the same message.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import formataddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from blog.models import Outbox, Site

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """What a message says: in text, and the same in HTML."""

    subject: str
    text: str
    html: str = ""
    headers: Headers = field(default_factory=dict)


Build = Callable[[Outbox], Words | tuple[str, str] | None]
Sent = Callable[[Outbox], None]


class NotYet(Exception):
    """Raised by what writes the words of a digest when it should be written again at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until}")
        self.until = until


@dataclass(frozen=True)
class _Digest:
    build: Build
    sent: Sent | None


HEADERS = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post", "In-Reply-To", "References"})
"""The headers that a message may bring; all others are made here."""

SENT_DAYS = 30
"""Days for which the row of a sent message (address and subject, no text) is kept."""

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 13
"""With the waits of `_wait` between them, 13 attempts take about 26 hours."""

_LONGEST_WAIT = timedelta(hours=6)
_SUBJECT_LENGTH = 200
_ERROR_LENGTH = 300
_WRITTEN = "#"
_NO_WORDS: Mapping[str, Any] = {"text": "", "html": "", "headers": {}}

logger = logging.getLogger(__name__)
_digests: dict[str, _Digest] = {}


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
        subject=one_line(subject)[:_SUBJECT_LENGTH],
        text=text,
        html=html,
        headers=_checked(headers or {}),
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


def write(
    template: str, subject: str, context: Mapping[str, Any], *, headers: Headers | None = None
) -> Words:
    """Write a message from `emails/<template>.txt` and `.html`, which also know `site` and `subject`."""
    site = Site.current()
    known = {"site": site, "subject": one_line(subject), **context}
    with timezone.override(site.zone):
        text = render_to_string(f"emails/{template}.txt", known)
        html = render_to_string(f"emails/{template}.html", known)
    return Words(subject, text, html, headers or {})


def send_digest(to: str, name: str, *, due_at: datetime) -> Outbox:
    """Queue the message `name`, whose words are written when it is sent, and return its row.

    While one waits for the same person, this is that one and `due_at` is not looked at. Its row stays
    locked until the caller's transaction ends, so that the words are never written without what the
    caller is about to commit. A caller with several addresses goes through them in sorted order.
    """
    waiting = Outbox.objects.select_for_update().filter(to=to, digest=name, sent_at=None)
    with transaction.atomic():
        while not (row := waiting.first()):
            new = Outbox(to=to, digest=name, due_at=due_at)
            Outbox.objects.bulk_create([new], ignore_conflicts=True)
        if row.attempts >= MAX_ATTEMPTS:
            # Its worker was killed in the last attempt; this is news, so it is worth new ones.
            _change(row, attempts=0)
    return row


def register_digest(name: str, build: Build, *, sent: Sent | None = None) -> None:
    """Name the function that writes the words of digest `name`; call it in AppConfig.ready().

    It also writes those of each `name:more`. `build(row)` returns the words of the message to `row.to`,
    or `None` when there is nothing left to tell: then the row is removed and nothing is sent. It runs
    inside a transaction, and may raise `NotYet`.

    Args:
        sent: called in the transaction that marks the row sent, to forget what it told.
    """
    _digests[name] = _Digest(build, sent)


def unfinished(keys: Collection[UUID]) -> set[UUID]:
    """Return which of these keys belong to messages that are written and on their way. One query.

    A worker that was killed sends them again, word for word, so nobody else needs to tell the same.
    """
    now = timezone.now()
    rows = Outbox.objects.filter(key__in=keys, sent_at=None, digest__contains=_WRITTEN)
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
        written |= Q(digest__startswith=f"{name}{_WRITTEN}")
    recent = Q(digest__in=names, sent_at__gte=since) | (written & Q(sent_at=None))
    moments = list(Outbox.objects.filter(recent & person).values_list("sent_at", flat=True))
    return max((moment or timezone.now() for moment in moments), default=None)


def send_due(*, now: datetime | None = None, limit: int = 50) -> int:
    """Send up to `limit` messages whose moment has come, oldest first; return how many left.

    What fails is tried again after 1, 2, 4, … minutes, at most 6 hours apart, for about a day.
    When the mail server cannot be reached at all, the round ends: the others would wait in vain.
    """
    count = 0
    for _ in range(limit):
        # Read for each row: a lease counted from the start of a slow round would be over at once.
        moment = now or timezone.now()
        row = _claim(moment)
        if row is None:
            break
        # What was written before a crash may have arrived, so it goes out again word for word.
        digest = "" if _WRITTEN in row.digest else row.digest
        try:
            count += _deliver(row, moment)
        except Exception as error:  # noqa: BLE001 - one bad message must not hold up the others
            _put_back(row, digest, error, moment)
            if _is_unreachable(error):
                break
    return count


def try_again(rows: QuerySet[Outbox]) -> int:
    """Make those of `rows` that were not sent due now, with all attempts before them; return how many."""
    return rows.filter(sent_at=None).update(attempts=0, lease_until=None, due_at=timezone.now())


def purge(*, now: datetime | None = None) -> int:
    """Remove rows that were sent, or last tried and given up, `SENT_DAYS` days ago; return how many."""
    before = (now or timezone.now()) - timedelta(days=SENT_DAYS)
    given_up = Q(sent_at=None, attempts__gte=MAX_ATTEMPTS, due_at__lt=before)
    count, _ = Outbox.objects.filter(Q(sent_at__lt=before) | given_up).delete()
    return count


def message(
    to: str,
    subject: str,
    text: str,
    *,
    html: str = "",
    headers: Headers | None = None,
    reply_to: str = "",
    key: str = "",
) -> EmailMultiAlternatives:
    """Build a message from this site: under its name, from its own address.

    Args:
        html, headers: as in `send`.
        key: makes the Message-ID; the same key is the same message to the reader's mail program.

    An address with a line break in it makes `send()` raise `BadHeaderError`.
    """
    site = Site.current()
    all_headers = {**_checked(headers or {}), "Auto-Submitted": "auto-generated"}
    if key:
        all_headers["Message-ID"] = f"<{key}@{settings.SITE_HOST}>"
    sender = site.sender_email or f"noreply@{settings.SITE_HOST}"
    built = EmailMultiAlternatives(
        subject=one_line(subject),
        body=text,
        from_email=formataddr((one_line(site.name), sender)),
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers=all_headers,
    )
    if html:
        built.attach_alternative(html, "text/html")
    return built


def one_line(text: str) -> str:
    """Return `text` on one line, so that it can be a header."""
    return " ".join(text.split())


def answer_of(error: Exception) -> str:
    """Return what the mail server, or the way to it, answered: one line for people."""
    answer: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
        case smtplib.SMTPResponseException():
            code, answer = error.smtp_code, error.smtp_error
        case _:
            return one_line(f"{error}") or type(error).__name__
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {said}")


def _due(now: datetime) -> QuerySet[Outbox]:
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    return Outbox.objects.filter(free, sent_at=None, due_at__lte=now, attempts__lt=MAX_ATTEMPTS)


def _claim(now: datetime) -> Outbox | None:
    """Take the lease on the next due row.

    The conditional UPDATE decides between two workers on both databases: whoever is second finds the
    lease taken and looks at the next row. A quiet round costs one SELECT and no write lock.
    """
    due = _due(now)
    while pk := due.order_by("due_at", "pk").values_list("pk", flat=True).first():
        if due.filter(pk=pk).update(lease_until=now + LEASE, attempts=F("attempts") + 1):
            return Outbox.objects.get(pk=pk)
    return None


def _checked(headers: Headers) -> dict[str, str]:
    """Return the headers, each on one line, so that none can bring another."""
    unknown = headers.keys() - HEADERS
    if unknown:
        raise ValueError(f"A message brings no header {', '.join(sorted(unknown))}.")
    return {name: one_line(value) for name, value in headers.items()}


def _name_of(row: Outbox) -> str:
    """Return the name of the digest that a row is, whether its words are written or not."""
    return row.digest.partition(_WRITTEN)[0]


def _digest_named(name: str) -> _Digest:
    """Return the digest a name belongs to; what follows a colon says which of them it is."""
    return _digests[name.partition(":")[0]]


def _deliver(row: Outbox, now: datetime) -> bool:
    """Send one claimed row and mark it; `False` when its digest has nothing to tell now."""
    is_written = not row.digest or _WRITTEN in row.digest
    if not is_written and not _compose(row):
        return False
    message(
        row.to,
        row.subject,
        row.text,
        html=row.html,
        headers=row.headers,
        reply_to=row.reply_to,
        key=str(row.key),
    ).send()
    _mark_sent(row, now)
    return True


def _mark_sent(row: Outbox, now: datetime) -> None:
    name = _name_of(row)
    with transaction.atomic():
        # The words may hold a link that is itself a right; nobody needs them any longer.
        _change(row, sent_at=now, digest=name, lease_until=None, last_error="", **_NO_WORDS)
        digest = _digests.get(name.partition(":")[0])
        if digest and digest.sent:
            digest.sent(row)


def _compose(row: Outbox) -> bool:
    """Write the words of a digest and free its name: what happens from now on is the next message's.

    The lock waits for everyone who has just counted on this row (`send_digest`), so `build` sees it.
    The row then has a name of its own, by which a worker that finds it after a crash knows what it was.
    """
    with transaction.atomic():
        Outbox.objects.select_for_update().get(pk=row.pk)
        try:
            made = _digest_named(row.digest).build(row)
        except NotYet as early:
            _change(row, due_at=early.until, lease_until=None, attempts=row.attempts - 1)
            return False
        if made is None:
            row.delete()
            return False
        words = made if isinstance(made, Words) else Words(*made)
        _change(
            row,
            subject=one_line(words.subject)[:_SUBJECT_LENGTH],
            text=words.text,
            html=words.html,
            headers=_checked(words.headers),
            digest=f"{row.digest}{_WRITTEN}{row.key.hex}",
        )
    return True


def _put_back(row: Outbox, digest: str, error: Exception, now: datetime) -> None:
    """Note what went wrong, and when to try again."""
    answer = answer_of(error)[:_ERROR_LENGTH]
    is_last = row.attempts >= MAX_ATTEMPTS
    _log(row, error, answer, is_last=is_last)
    if digest and (is_last or not _take_name_back(row, digest)):
        # Were it kept, its name would stay taken and nobody would be told anything again; one whose
        # attempts `send_digest` has set back meanwhile goes on when its lease ends.
        Outbox.objects.filter(pk=row.pk, attempts=row.attempts).delete()
        return
    _change(row, lease_until=None, last_error=answer, due_at=now + _wait(row.attempts))


def _log(row: Outbox, error: Exception, answer: str, *, is_last: bool) -> None:
    level = logging.ERROR if is_last else logging.WARNING
    trace = None if isinstance(error, OSError) else error
    sentence = "Mail %s failed, attempt %s of %s: %s"
    logger.log(level, sentence, row.key, row.attempts, MAX_ATTEMPTS, answer, exc_info=trace)


def _take_name_back(row: Outbox, digest: str) -> bool:
    """Make `row` a digest without words again; its next attempt tells what is true by then.

    Returns `False` when a newer one waits under that name and will tell it all.
    """
    try:
        with transaction.atomic():
            _change(row, digest=digest, subject="", **_NO_WORDS)
    except IntegrityError:
        return False
    return True


def _wait(attempts: int) -> timedelta:
    return min(timedelta(minutes=2 ** (attempts - 1)), _LONGEST_WAIT)


def _is_unreachable(error: Exception) -> bool:
    return isinstance(error, OSError) and not isinstance(
        error, smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException
    )


def _change(row: Outbox, **values: object) -> None:
    """Write some columns; a row that somebody has removed meanwhile stays removed."""
    for name, value in values.items():
        setattr(row, name, value)
    Outbox.objects.filter(pk=row.pk).update(**values)
