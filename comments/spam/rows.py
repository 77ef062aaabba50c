"""Judged comments in a file, one JSON object a line: what `train_spam` and `evaluate_spam` read.

    {"text": "…", "author": "…", "email_domain": "…", "url": "…", "label": 1, "source": "…"}

`label` is 1 for spam and 0 for a reader's words. The other fields may be missing, null, a number or
of a wrong form that can be read; a line that cannot be read is refused by its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.spam.facts import Submission

_LABELS = {"1": True, "true": True, "spam": True, "0": False, "false": False, "ham": False}
_MOST_NAMED = 5


class UnreadableRowsError(Exception):
    """A file of judged comments that cannot be used, with a sentence that names the lines."""


@dataclass(frozen=True)
class Row:
    """One judged comment. `source` is where it was found, or the kind it was written for."""

    text: str
    author: str
    email_domain: str
    url: str
    is_spam: bool
    source: str
    licence: str = ""

    @property
    def submission(self) -> Submission:
        """What a filter knows of it: text, name, address domain and link, and nothing of the form."""
        return bare_submission(self.text, self.author, self.email_domain, self.url)


def bare_submission(text: str, name: str, email_domain: str, url: str) -> Submission:
    """Returns a submission of which nothing else is known, so that nothing else can count."""
    return Submission(
        text=text,
        name=name,
        email_domain=email_domain,
        url=url,
        post_title="",
        post_text="",
        network=None,
        elapsed_ms=None,
        stamp_state="fresh",
        is_trap_filled=False,
        is_reply=False,
        origin_known=True,
    )


def read_rows(file: Path) -> list[Row]:
    """Returns the rows of a file in order; blank lines do not count.

    Raises:
        UnreadableRowsError: the file cannot be opened, holds no row, or has lines that are none.
    """
    try:
        lines = file.read_bytes().decode("utf-8-sig", "replace").split("\n")
    except OSError as error:
        raise UnreadableRowsError(
            _("%(file)s cannot be read: %(error)s.") % {"file": file, "error": error.strerror}
        ) from error
    rows: list[Row] = []
    broken = list(_read_into(rows, lines, file.stem))
    if broken:
        raise UnreadableRowsError(_named(file, broken))
    if not rows:
        raise UnreadableRowsError(_("%(file)s holds no comment.") % {"file": file})
    return rows


def _read_into(rows: list[Row], lines: list[str], source: str) -> Iterator[str]:
    """Appends the rows; yields a sentence for each line that is none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rows.append(_row(line, source))
            except ValueError as error:
                yield _("Line %(number)s: %(why)s") % {"number": number, "why": error}


def _named(file: Path, broken: list[str]) -> str:
    shown = [str(file), *broken[:_MOST_NAMED]]
    if len(broken) > _MOST_NAMED:
        shown.append(_in_all(len(broken)))
    return "\n".join(shown)


def _in_all(count: int) -> str:
    return ngettext(
        "%(count)s line cannot be used in all.", "%(count)s lines cannot be used in all.", count
    ) % {"count": count}


def _row(line: str, source: str) -> Row:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("this is not JSON.")) from error
    if not isinstance(fields, dict):
        raise ValueError(_("this is not an object with fields."))
    label = _LABELS.get(str(fields.get("label")).strip().lower().removesuffix(".0"))
    if label is None:
        raise ValueError(_("the label must be 1 for spam or 0 for a reader's words."))
    return Row(
        text=_text(fields, "text"),
        author=_text(fields, "author"),
        email_domain=_text(fields, "email_domain").rpartition("@")[2].strip(),
        url=_text(fields, "url"),
        is_spam=label,
        source=_text(fields, "source") or _text(fields, "kind") or source,
        licence=_text(fields, "licence"),
    )


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise ValueError(_("“%(field)s” must be text.") % {"field": name})
    return str(value)
