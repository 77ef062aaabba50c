"""Addresses out and in as CSV. The record keeps how many, and a digest of the file; no address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.refusal import Refused
from comments.moderation.erasing import erasures
from comments.person import mark_of as mark_of_erased
from comments.text import clean_line
from ledger.record import Actor, record
from newsletter import csv_files
from newsletter.addresses import mark_of
from newsletter.csv_files import Fault, Row
from newsletter.models import Departure, Subscriber
from newsletter.rights import require

SUBJECT = "newsletter.subscriber"
SOURCE_LENGTH = 80
_AT_ONCE = 500


class BadFile(Refused):
    """A file of which nothing was taken; `faults` says which lines have to be mended."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            _("Nothing was brought in. Mend these lines first, and send the file again.")
        )
        self.faults = faults


@dataclass(frozen=True)
class Brought:
    """What became of the addresses of a file.

    `known` are on the list already; `left` left it, or were erased here, and are not brought back.
    """

    new: int
    known: int
    left: int


def take_out(*, by: User) -> str:
    """Return everybody who confirmed as CSV, by address, and record that it left.

    Raises:
        Refused: the account may not.
    """
    require(by)
    with transaction.atomic():
        rows = Subscriber.objects.exclude(confirmed_at=None).order_by("email")
        text = csv_files.write(
            Row(*one) for one in rows.values_list("email", "confirmed_at", "kind")
        )
        facts = {"count": text.count("\n") - 1, "file": _digest(text.encode())}
        record("export_subscribers", SUBJECT, by=Actor.of(by), facts=facts)
    return text


def bring_in(data: bytes, *, by: User, source: str = "", is_agreed: bool = False) -> Brought:
    """Take the addresses of a CSV file, all of them or none.

    Each gets the mail that asks, unless `by` states that they said yes elsewhere. That statement is
    recorded, with its source.

    Raises:
        BadFile: some lines cannot be read.
        Refused: the account may not, the file is empty, or a statement names no source.
    """
    require(by)
    source = _checked(source, is_agreed=is_agreed)
    sheet = csv_files.read(data, now=timezone.now())
    if sheet.faults:
        raise BadFile(sheet.faults)
    if not sheet.rows:
        raise Refused(_("There is no address in this file."))
    with transaction.atomic():
        brought = _add(sheet.rows, is_agreed=is_agreed)
        facts: dict[str, object] = {"file": _digest(data), "new": brought.new}
        facts |= {"known": brought.known, "left": brought.left, "agreed": is_agreed}
        record("import_subscribers", SUBJECT, by=Actor.of(by), facts=facts | {"source": source})
    return brought


def _checked(source: str, *, is_agreed: bool) -> str:
    said = clean_line(source)[:SOURCE_LENGTH]
    if "@" in said:
        raise Refused(_("Name the source without an address: the record keeps it for good."))
    if is_agreed and not said:
        raise Refused(_("Say where they said yes, for example: the newsletter we had before."))
    return said if is_agreed else ""


def _add(rows: Sequence[Row], *, is_agreed: bool) -> Brought:
    new, known, left = 0, 0, 0
    erased = erasures()
    for some in _parts(rows):
        emails = [row.email for row in some]
        there = set(Subscriber.objects.filter(email__in=emails).values_list("email", flat=True))
        marks = {mark_of(email): email for email in emails}
        found = Departure.objects.filter(mark__in=marks).values_list("mark", flat=True)
        gone = {marks[mark] for mark in found}
        gone |= {email for email in emails if mark_of_erased(email) in erased}
        wanted = [row for row in some if row.email not in there | gone]
        made = [_subscriber(row, is_agreed=is_agreed) for row in wanted]
        Subscriber.objects.bulk_create(made, ignore_conflicts=True)
        new, known = new + len(wanted), known + len(there)
        left += len(some) - len(wanted) - len(there)
    return Brought(new, known, left)


def _subscriber(row: Row, *, is_agreed: bool) -> Subscriber:
    since = (row.since or timezone.now()) if is_agreed else None
    source = Subscriber.Source.FILE
    return Subscriber(email=row.email, kind=row.kind, source=source, confirmed_at=since)


def _parts(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _digest(data: bytes) -> str:
    """Return what only this site can compute: a short file could be guessed from a plain digest."""
    return hmac.new(settings.LINK_KEY.encode(), data, hashlib.sha256).hexdigest()
