"""What became of a comment after it was sent: edits, an appeal, reports, drafts of an answer, wishes.

An export writes it into the line of the comment; an import of that export brings it back. Who reported
is left out: it is a keyed hash that means nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from comments import sanitize
from comments.models import AnswerDraft, Appeal, Comment, Edit, Report
from comments.spam.evidence import Evidence
from comments.text import clean_line, clean_text
from transfer.export_posts import moment as written
from transfer.fitting import moment as fitted_moment
from transfer.fitting import shortened
from transfer.items import Person
from transfer.moments import moment as read_moment
from transfer.site_facts import ordered

_MOMENTS = ("confirmed_at", "withdrawn_at", "consented_at")
_WISHES = ("wants_decision", "wants_answers")
MOST = 1000
"""Rows of one kind about one comment that are read."""


@dataclass(kw_only=True)
class Draft:
    """A draft of an answer, and under whose byline.

    `number` is that of the answer it became, if it did, in the export; `answer` the key of it.
    """

    row: AnswerDraft
    by: Person
    number: int | None = None
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """All of it about one comment: values of the comment itself, and rows that are not saved yet."""

    values: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Edit | Appeal | Report] = ()
    drafts: Sequence[Draft] = ()


def exported(comment: Comment, numbers: Mapping[int, int]) -> dict[str, Any]:
    """Return what the line of a comment says besides its words; `numbers` are those of the export."""
    appeal = getattr(comment, "appeal", None)
    return {
        **{name: written(getattr(comment, name)) for name in _MOMENTS},
        **{name: getattr(comment, name) or "" for name in _WISHES},
        "withdrawn_from": comment.withdrawn_from,
        "edits": [_edit(one) for one in comment.edits.all()],
        "appeal": _appeal(appeal) if appeal else "",
        "reports": [_report(one) for one in comment.reports.all()],
        "answer_drafts": [_draft(one, numbers) for one in comment.answer_drafts.all()],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "state": edit.state,
        "before": edit.before,
        "body": edit.body,
        "score": edit.score,
        "evidence": ordered(edit.evidence),
        "at": written(edit.made_at),
    }


def _appeal(appeal: Appeal) -> dict[str, Any]:
    return {
        "text": appeal.text,
        "state": appeal.state,
        "at": written(appeal.made_at),
        "decided_at": written(appeal.decided_at),
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "reason": report.reason,
        "note": report.note,
        "weight": report.weight,
        "at": written(report.made_at),
        "settled_at": written(report.settled_at),
        "was_upheld": report.was_upheld,
    }


def _draft(draft: AnswerDraft, numbers: Mapping[int, int]) -> dict[str, Any]:
    return {
        "author": draft.author.slug,
        "text": draft.text,
        "source": draft.source,
        "held_because": draft.held_because,
        "drafted_by": draft.drafted_label,
        "state": draft.state,
        "at": written(draft.made_at),
        "decided_at": written(draft.decided_at),
        "answer": numbers.get(draft.answer_id) if draft.answer_id else None,
    }


def read(values: Mapping[str, Any], people: Mapping[str, Person]) -> Aftermath:
    """Return what the line of a comment says; an older export says nothing of it.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is not as an export writes it.
    """
    edits = [_read_edit(one) for one in _list(values, "edits")]
    if sum(one.state == Edit.State.WAITING for one in edits) > 1:
        raise ValueError("edits")
    drafts = [_read_draft(one, people) for one in _list(values, "answer_drafts")]
    waiting = [one.by for one in drafts if one.row.state == AnswerDraft.State.WAITING]
    if len(waiting) != len(set(waiting)):
        raise ValueError("answer_drafts")
    appeal = [_read_appeal(values["appeal"])] if values.get("appeal") else []
    reports = [_read_report(one) for one in _list(values, "reports")]
    return Aftermath(
        values=_read_values(values), rows=(*edits, *appeal, *reports), drafts=tuple(drafts)
    )


def _read_values(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: _moment(values.get(name)) for name in _MOMENTS}
    found |= {name: values.get(name) is True for name in _WISHES}
    state = values.get("withdrawn_from") or ""
    if state:
        _one_of(state, Comment.State)
    is_withdrawn = values.get("state") == Comment.State.WITHDRAWN and found["withdrawn_at"]
    return {**found, "withdrawn_from": state if is_withdrawn else ""}


def _read_edit(values: Mapping[str, Any]) -> Edit:
    body = _text(values, "body", sanitize.LONGEST_IMPORTED)
    made = sanitize.render_stored(body)
    # Numbers of revisions begin anew with the import: nobody has seen an earlier one here.
    return Edit(
        state=_one_of(values["state"], Edit.State),
        revision=1,
        before=_text(values, "before", sanitize.LONGEST_IMPORTED),
        body=body,
        body_html=made.html,
        sanitizer=sanitize.VERSION,
        is_suspect=made.is_suspect,
        score=_number(values["score"]),
        evidence=[Evidence.from_dict(one).as_dict() for one in values["evidence"]],
        made_at=_needed(values["at"]),
    )


def _read_appeal(values: Mapping[str, Any]) -> Appeal:
    return Appeal(
        text=_text(values, "text", 1000),
        state=_one_of(values["state"], Appeal.State),
        made_at=_needed(values["at"]),
        decided_at=_moment(values["decided_at"]),
    )


def _read_report(values: Mapping[str, Any]) -> Report:
    was_upheld = values["was_upheld"]
    if was_upheld not in (None, True, False):
        raise ValueError("was_upheld")
    return Report(
        reason=_one_of(values["reason"], Report.Reason),
        note=_text(values, "note", 300),
        weight=_number(values["weight"]),
        made_at=_needed(values["at"]),
        settled_at=_moment(values["settled_at"]),
        was_upheld=was_upheld,
    )


def _read_draft(values: Mapping[str, Any], people: Mapping[str, Person]) -> Draft:
    row = AnswerDraft(
        text=_text(values, "text", sanitize.LONGEST_IMPORTED),
        source=_one_of(values["source"], AnswerDraft.Source),
        held_because=shortened(clean_line(values["held_because"]), 300),
        drafted_label=shortened(clean_line(values["drafted_by"]), 301),
        state=_one_of(values["state"], AnswerDraft.State),
        made_at=_needed(values["at"]),
        decided_at=_moment(values["decided_at"]),
    )
    number = values["answer"]
    if number is not None and type(number) is not int:
        raise ValueError("answer")
    return Draft(row=row, by=people[values["author"]], number=number)


def _list(values: Mapping[str, Any], name: str) -> list[Any]:
    found = values.get(name, [])
    if not isinstance(found, list) or len(found) > MOST:
        raise ValueError(name)
    return found


def _one_of(value: object, choices: type[models.TextChoices]) -> str:
    if value not in choices.values:
        raise ValueError(f"{value}"[:40])
    return str(value)


def _text(values: Mapping[str, Any], name: str, longest: int) -> str:
    text = clean_text(values[name])
    if len(text) > longest:
        raise ValueError(name)
    return text


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise ValueError("number")
    return float(value)


def _moment(value: object) -> datetime | None:
    return fitted_moment(read_moment(value)) if value else None


def _needed(value: object) -> datetime:
    found = _moment(value)
    if found is None:
        raise ValueError("at")
    return found
