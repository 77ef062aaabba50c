"""How often readers want mail, and who wants none: the file of an export that says so, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError

from comments.models import Correspondent
from comments.moderation.erasing import erasures
from comments.person import mark_of
from transfer.export_posts import moment as written
from transfer.fitting import moment as fitted_moment
from transfer.folders import Found
from transfer.items import SourceError
from transfer.moments import moment

FILE = "correspondents.jsonl"
LONGEST_LINE = 4096
_AT_ONCE = 500


def lines() -> Iterator[str]:
    """Yield a line for each address that chose something, by address."""
    for one in Correspondent.objects.order_by("email").iterator():
        values = {
            "email": one.email,
            "mode": one.mode,
            "muted_at": written(one.muted_at),
            "since": written(one.made_at),
        }
        yield f"{json.dumps(values, ensure_ascii=False)}\n"


def check(found: Found) -> None:
    """Read every line once.

    Raises:
        SourceError: a line is not as an export writes it.
    """
    for _ in _rows(found):
        pass


def restore(found: Found) -> None:
    """Keep the choices of addresses that have none here; of who was erased here since, none."""
    erased = erasures()
    waiting: list[Correspondent] = []
    for row in _rows(found):
        until = erased.get(mark_of(row.email))
        if until is None or row.made_at > until:
            waiting.append(row)
        if len(waiting) >= _AT_ONCE:
            Correspondent.objects.bulk_create(waiting, ignore_conflicts=True)
            waiting = []
    Correspondent.objects.bulk_create(waiting, ignore_conflicts=True)


def _rows(found: Found) -> Iterator[Correspondent]:
    with found.path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            try:
                yield _row(json.loads(line) if len(line) <= LONGEST_LINE else None)
            except (AttributeError, KeyError, TypeError, ValueError, ValidationError) as error:
                raise SourceError(
                    f"Line {number:,} of {FILE} is not as an export writes it."
                ) from error


def _row(values: Any) -> Correspondent:
    since = fitted_moment(moment(values["since"]))
    if since is None:
        raise ValueError("since")
    row = Correspondent(
        email=values["email"].lower(),
        mode=values["mode"],
        muted_at=fitted_moment(moment(values["muted_at"])) if values["muted_at"] else None,
        made_at=since,
    )
    row.clean_fields()
    return row
