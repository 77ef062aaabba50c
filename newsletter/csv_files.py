"""Addresses as CSV: what leaves, and what comes from elsewhere. No database.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, so such a cell gets an
apostrophe in front, which reading takes away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from newsletter.addresses import address_of
from newsletter.models import Subscriber

COLUMNS = ("email", "since", "kind")
MOST_ROWS = 100_000

_NAMES = {
    **dict.fromkeys(("email", "e-mail", "email address", "e-mail address", "address"), "email"),
    "since": "since",
    "kind": "kind",
}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Row:
    """One address: since when it is on the list, where a file says so, and how often it wants mail."""

    email: str
    since: datetime | None = None
    kind: str = Subscriber.Kind.POST


@dataclass(frozen=True)
class Fault:
    """What is wrong in one line."""

    line: int
    why: str


@dataclass
class Sheet:
    """What a file holds: each address once, and every line that cannot be read."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def write(rows: Iterable[Row]) -> str:
    """Return a CSV file with a head."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        since = row.since.astimezone(UTC).isoformat() if row.since else ""
        writer.writerow([_guarded(row.email), since, row.kind])
    return out.getvalue()


def read(data: bytes, *, now: datetime) -> Sheet:
    """Read a CSV file in UTF-8, with commas, semicolons or tabs, with or without a head.

    Other columns than `COLUMNS` are left aside. Without a head the first column holds the addresses.
    """
    sheet = Sheet()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        sheet.faults.append(Fault(1, _("This file is not in UTF-8. Save it as “CSV UTF-8”.")))
        return sheet
    lines = _lines(text, sheet)
    first = next(lines, None)
    if first is None:
        return sheet
    places = _places(first[1])
    if places is None:
        sheet.faults.append(Fault(first[0], _("No column is called “email”.")))
        return sheet
    body = lines if "head" in places else _with(first, lines)
    _take(body, places, sheet, now)
    return sheet


def _lines(text: str, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that is not empty, with its number."""
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [_bare(cell) for cell in cells]
    except csv.Error:
        sheet.faults.append(Fault(reader.line_num, _("This line cannot be read as CSV.")))


def _places(cells: Sequence[str]) -> dict[str, int] | None:
    """Return where each column stands, and that there is a head; `None` when no column has addresses."""
    named = [_NAMES.get(cell.strip().lower()) for cell in cells]
    found = {name: named.index(name) for name in COLUMNS if name in named}
    if "email" in found:
        return {**found, "head": 0}
    return {"email": 0} if "@" in cells[0] else None


def _take(
    lines: Iterable[tuple[int, list[str]]], places: dict[str, int], sheet: Sheet, now: datetime
) -> None:
    seen: set[str] = set()
    for number, (line, cells) in enumerate(lines):
        if number >= MOST_ROWS:
            sheet.faults.append(
                Fault(
                    line,
                    _("At most %(count)s addresses fit into one file.")
                    % {"count": number_format(MOST_ROWS, force_grouping=True)},
                )
            )
            return
        said = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        try:
            row = _row(said, now)
        except ValueError as error:
            sheet.faults.append(Fault(line, str(error)))
            continue
        if row.email not in seen:
            seen.add(row.email)
            sheet.rows.append(row)


def _row(said: dict[str, str], now: datetime) -> Row:
    try:
        email = address_of(said["email"])
    except ValueError as error:
        raise ValueError(_("This is no email address.")) from error
    kind = said.get("kind") or Subscriber.Kind.POST
    if kind not in Subscriber.Kind.values:
        raise ValueError(_("The kind is “post” or “weekly”."))
    return Row(email, _since(said.get("since", ""), now), kind)


def _since(text: str, now: datetime) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        if _EARLIEST <= found <= now:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(_("Write the day since when like 2025-05-31, and not one ahead."))


def _with(
    first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
