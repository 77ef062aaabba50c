"""Sending what is due: a lease on a row, the mail server outside any transaction, and a mark.

After a crash in between the lease runs out, and the row goes out again under the same Message-ID.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from blog.models import Outbox
from blog.outbox.queue import (
    MAX_ATTEMPTS,
    WRITTEN,
    Failure,
    NotYet,
    change,
    digest_named,
    digests,
)
from blog.outbox.words import SUBJECT_LENGTH, Words, checked, message, one_line

SENT_DAYS = 30
"""Days for which the row of a sent message (address and subject, no text) is kept."""

LEASE = timedelta(minutes=5)

_LONGEST_WAIT = timedelta(hours=6)
_ERROR_LENGTH = 300
NO_WORDS: Mapping[str, Any] = {"text": "", "html": "", "headers": {}}

logger = logging.getLogger(__name__)


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
        digest = "" if WRITTEN in row.digest else row.digest
        try:
            count += _deliver(row, moment)
        except Exception as error:  # noqa: BLE001 - one bad message must not hold up the others
            if not _is_given_up(row, error):
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


def _name_of(row: Outbox) -> str:
    """Return the name of the digest that a row is, whether its words are written or not."""
    return row.digest.partition(WRITTEN)[0]


def _deliver(row: Outbox, now: datetime) -> bool:
    """Send one claimed row and mark it; `False` when its digest has nothing to tell now."""
    is_written = not row.digest or WRITTEN in row.digest
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
        change(row, sent_at=now, digest=name, lease_until=None, last_error="", **NO_WORDS)
        digest = digests.get(name.partition(":")[0])
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
            made = digest_named(row.digest).build(row)
        except NotYet as early:
            change(row, due_at=early.until, lease_until=None, attempts=row.attempts - 1)
            return False
        if made is None:
            row.delete()
            return False
        words = made if isinstance(made, Words) else Words(*made)
        change(
            row,
            subject=one_line(words.subject)[:SUBJECT_LENGTH],
            text=words.text,
            html=words.html,
            headers=checked(words.headers),
            digest=f"{row.digest}{WRITTEN}{row.key.hex}",
        )
    return True


def _is_given_up(row: Outbox, error: Exception) -> bool:
    """End a digest that will not arrive, and tell whoever asked to be told; `False` when it goes on."""
    digest = digests.get(_name_of(row).partition(":")[0])
    is_for_good = _is_refused_for_good(error)
    if not (digest and digest.failed) or not (is_for_good or row.attempts >= MAX_ATTEMPTS):
        return False
    answer = answer_of(error)[:_ERROR_LENGTH]
    _log(row, error, answer, is_last=True)
    row.digest = _name_of(row)
    with transaction.atomic():
        # Whoever took the row over when our lease ended will tell.
        if Outbox.objects.filter(pk=row.pk, attempts=row.attempts).delete()[0]:
            digest.failed(row, Failure(answer, is_for_good))
    return True


def _is_refused_for_good(error: Exception) -> bool:
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _ in error.recipients.values())


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
    change(row, lease_until=None, last_error=answer, due_at=now + _wait(row.attempts))


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
            change(row, digest=digest, subject="", **NO_WORDS)
    except IntegrityError:
        return False
    return True


def _wait(attempts: int) -> timedelta:
    return min(timedelta(minutes=2 ** (attempts - 1)), _LONGEST_WAIT)


def _is_unreachable(error: Exception) -> bool:
    return isinstance(error, OSError) and not isinstance(
        error, smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException
    )
