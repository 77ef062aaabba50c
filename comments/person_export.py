"""Everything the site holds about a person, as JSON: her right of access."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone

from blog.models import Outbox
from comments import person
from comments.models import Appeal, Comment, Edit, Lesson, Report
from ledger.models import Entry

_PER_COMMENT = "comments.comment:"


def export(email: str) -> dict[str, Any]:
    """Return everything that is held under an address, as JSON knows it.

    Who of the newsroom decided is left out, and what other readers wrote: those are other people's
    data. What we answered her is in it, and our drafts of answers.

    Raises:
        Refused: it is no address.
    """
    address = person.address_of(email)
    comments = list(person.comments_of(address).select_related("post"))
    numbers = [comment.pk for comment in comments]
    return {
        "address": address,
        "site": settings.SITE_URL,
        "at": timezone.now().isoformat(),
        "comments": [_comment(comment) for comment in _with_all(comments)],
        "mail_wishes": [
            {"mode": one.mode, "muted_at": _moment(one.muted_at), "since": _moment(one.made_at)}
            for one in person.wishes_of(address)
        ],
        "still_to_be_told": [
            {"what": one.what, "comment": one.comment_id, "since": _moment(one.made_at)}
            for one in person.notices_to(address)
        ],
        "mail": [_mail(row) for row in person.mails_to(address).order_by("pk")],
        "blocklist": [
            {"kind": one.kind, "value": one.value, "effect": one.effect, "note": one.note}
            for one in person.blocks_of(address)
        ],
        "record": [_entry(entry) for entry in entries_about(numbers)],
        **{one.name: one.export(address) for one in person.elsewhere},
    }


def entries_about(numbers: list[int]) -> Iterable[Entry]:
    """Yield the entries of the record about comments; they hold digests and no words."""
    for some in person.in_parts(numbers):
        subjects = [f"{_PER_COMMENT}{number}" for number in some]
        yield from Entry.objects.filter(subject__in=subjects).order_by("sequence")


def _with_all(comments: list[Comment]) -> Iterable[Comment]:
    """Yield the comments with what belongs to them already read."""
    for start in range(0, len(comments), person.AT_ONCE):
        some = comments[start : start + person.AT_ONCE]
        prefetch_related_objects(
            some, "edits", "reports", "answer_drafts", "replies", "appeal", "lesson", "echoes"
        )
        yield from some


def _comment(comment: Comment) -> dict[str, Any]:
    appeal: Appeal | None = getattr(comment, "appeal", None)
    lesson: Lesson | None = getattr(comment, "lesson", None)
    return {
        "number": comment.pk,
        "post": comment.post.get_absolute_url(),
        "public_address": comment.get_absolute_url() if comment.is_visible else "",
        "answers_comment": comment.parent_id,
        "state": comment.state,
        "visibility": comment.visibility,
        "name": comment.name,
        "email": comment.email,
        "url": comment.url,
        "body": comment.body,
        "sent_at": _moment(comment.created_at),
        "decided_at": _moment(comment.decided_at),
        "reason": comment.reason,
        "score": comment.score,
        "evidence": comment.evidence,
        "network_fingerprint": comment.network,
        "address_confirmed_at": _moment(comment.confirmed_at),
        "wants_mail_about_decision": comment.wants_decision,
        "wants_mail_about_answers": comment.wants_answers,
        "consented_to_publication_at": _moment(comment.consented_at),
        "withdrawn_at": _moment(comment.withdrawn_at),
        "answer": comment.answer,
        "answered_at": _moment(comment.answered_at),
        "answers": [_answer(reply) for reply in comment.replies.all() if reply.is_own],
        "drafts_of_answers": [
            {"text": one.text, "state": one.state, "at": _moment(one.made_at)}
            for one in comment.answer_drafts.all()
        ],
        "edits": [_edit(edit) for edit in comment.edits.all()],
        "reports_by_others": [_report(report) for report in comment.reports.all()],
        "appeal": {
            "text": appeal.text,
            "state": appeal.state,
            "at": _moment(appeal.made_at),
            "decided_at": _moment(appeal.decided_at),
        }
        if appeal
        else None,
        "taught_the_spam_filter": {"is_spam": lesson.is_spam, "at": _moment(lesson.made_at)}
        if lesson
        else None,
        # As text: JSON's readers may round numbers of 64 bits.
        "known_again_by": sorted(str(echo.key) for echo in comment.echoes.all()),
    }


def _answer(reply: Comment) -> dict[str, Any]:
    return {
        "number": reply.pk,
        "by": reply.name,
        "body": reply.body,
        "state": reply.state,
        "at": _moment(reply.created_at),
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "state": edit.state,
        "before": edit.before,
        "body": edit.body,
        "score": edit.score,
        "evidence": edit.evidence,
        "at": _moment(edit.made_at),
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "reason": report.reason,
        "at": _moment(report.made_at),
        "settled_at": _moment(report.settled_at),
        "was_upheld": report.was_upheld,
    }


def _mail(row: Outbox) -> dict[str, Any]:
    return {
        "to": row.to,
        "subject": row.subject,
        "text": row.text,
        "html": row.html,
        "written_at": _moment(row.created_at),
        "sent_at": _moment(row.sent_at),
        "last_error": row.last_error,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.sequence,
        "at": _moment(entry.at),
        "verb": entry.verb,
        "comment": entry.subject.removeprefix(_PER_COMMENT),
        "facts": entry.facts,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
