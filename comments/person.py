"""What the site holds about a person: all that stands under one e-mail address.

Reports that somebody sent cannot be found like this: they carry the fingerprint of a network, which
neighbours share, and no address.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from blog.models import Outbox
from blog.refusal import Refused
from comments.models import (
    Appeal,
    Block,
    Comment,
    CommentQuerySet,
    Correspondent,
    Edit,
    Notice,
    Report,
)
from ledger.models import Entry

_AT_ONCE = 500
_PER_COMMENT = "comments.comment:"

_SHORTEST_QUOTE = 20
"""Letters that a line has at least, to be known again where somebody else repeats it."""

_LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Holdings:
    """How much there is under an address, for the page that asks before it is erased."""

    comments: int
    public: int
    mails: int
    notices: int
    wishes: int
    blocks: int
    # Comments of other people that repeat a line of hers, or her address.
    quoted_in: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is held."""
        return not any((self.comments, self.mails, self.notices, self.wishes, self.blocks))


LONGEST_ADDRESS = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1.3)."""


def address_of(text: str) -> str:
    """Return an address as people are looked up by it: without spaces around, in lower case.

    Raises:
        Refused: it is no address, or that of an account: mail to colleagues holds links that are rights.
    """
    address = text.strip().lower()
    is_odd = any(sign.isspace() or not sign.isprintable() for sign in address)
    if is_odd or "@" not in address.strip("@") or len(address) > LONGEST_ADDRESS:
        raise Refused("Enter one e-mail address, such as name@example.com.")
    if get_user_model().objects.filter(email__iexact=address).exists():
        raise Refused("This address belongs to an account here. Close the account first.")
    return address


def mark_of(address: str) -> str:
    """Return the keyed hash by which the record, and a later import, know an erased address."""
    message = f"comments.erased:{address.strip().lower()}".encode()
    return hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).hexdigest()


def comments_of(address: str) -> CommentQuerySet:
    """Return the comments and notes sent under an address, in the order of their numbers."""
    return Comment.objects.filter(email__iexact=address).order_by("pk")


def mails_to(address: str) -> QuerySet[Outbox]:
    """Return the mail to an address, sent or not."""
    return Outbox.objects.filter(to__iexact=address)


def wishes_of(address: str) -> QuerySet[Correspondent]:
    """Return what she chose about mail."""
    return Correspondent.objects.filter(email__iexact=address)


def notices_to(address: str) -> QuerySet[Notice]:
    """Return what is still to be told her."""
    return Notice.objects.filter(email__iexact=address)


def blocks_of(address: str) -> QuerySet[Block]:
    """Return the lines of the blocklist that name the address."""
    return Block.objects.filter(Q(value__iexact=address) | Q(note__icontains=address))


def logged(address: str) -> QuerySet[LogEntry]:
    """Return lines of Django's own log of the admin that name the address."""
    return LogEntry.objects.filter(
        Q(object_repr__icontains=address) | Q(change_message__icontains=address),
        content_type__app_label__in=("comments", "blog"),
    )


def holdings(address: str) -> Holdings:
    """Count what is held under an address."""
    comments = comments_of(address)
    return Holdings(
        comments=comments.count(),
        public=comments.visible().count(),
        mails=mails_to(address).count(),
        notices=notices_to(address).count(),
        wishes=wishes_of(address).count(),
        blocks=blocks_of(address).count(),
        quoted_in=tuple(_quoted_in(address)),
    )


def quotes_of(comment: Comment) -> set[str]:
    """Return how the lines of a comment begin, plain, as far as they are long enough to be known."""
    lines = map(plain, comment.body.splitlines())
    return {line[:_LONGEST_QUOTE] for line in lines if len(line) >= _SHORTEST_QUOTE}


def plain(text: str) -> str:
    """Return a text for comparison: on one line, and without capitals."""
    return " ".join(text.casefold().split())


def _quoted_in(address: str) -> Iterable[int]:
    """Yield the numbers of what others said under the same posts and that repeats her."""
    hers = comments_of(address)
    quotes = {quote for comment in hers.iterator() for quote in quotes_of(comment)} | {address}
    others = Comment.objects.kept().filter(post__in=hers.order_by().values("post"))
    others = others.exclude(pk__in=hers.order_by().values("pk")).order_by("pk")
    for number, body in others.values_list("pk", "body").iterator():
        said = plain(body)
        if any(quote in said for quote in quotes):
            yield number


def export(email: str) -> dict[str, Any]:
    """Return everything that is held under an address, as JSON knows it.

    Who of the newsroom decided is left out, and what other readers wrote: those are other people's
    data. What we answered her is in it, and our drafts of answers.

    Raises:
        Refused: it is no address.
    """
    address = address_of(email)
    comments = list(comments_of(address).select_related("post"))
    numbers = [comment.pk for comment in comments]
    return {
        "address": address,
        "site": settings.SITE_URL,
        "at": timezone.now().isoformat(),
        "comments": [_comment(comment) for comment in _with_all(comments)],
        "mail_wishes": [
            {"mode": one.mode, "muted_at": _moment(one.muted_at), "since": _moment(one.made_at)}
            for one in wishes_of(address)
        ],
        "still_to_be_told": [
            {"what": one.what, "comment": one.comment_id, "since": _moment(one.made_at)}
            for one in notices_to(address)
        ],
        "mail": [_mail(row) for row in mails_to(address).order_by("pk")],
        "blocklist": [
            {"kind": one.kind, "value": one.value, "effect": one.effect, "note": one.note}
            for one in blocks_of(address)
        ],
        "record": [_entry(entry) for entry in entries_about(numbers)],
    }


def entries_about(numbers: list[int]) -> Iterable[Entry]:
    """Yield the entries of the record about comments; they hold digests and no words."""
    for some in in_parts(numbers):
        subjects = [f"{_PER_COMMENT}{number}" for number in some]
        yield from Entry.objects.filter(subject__in=subjects).order_by("sequence")


def in_parts(numbers: list[int]) -> Iterable[list[int]]:
    """Yield numbers some at a time; a database takes so many values in one question."""
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def _with_all(comments: list[Comment]) -> Iterable[Comment]:
    """Yield the comments with what belongs to them already read."""
    for start in range(0, len(comments), _AT_ONCE):
        some = comments[start : start + _AT_ONCE]
        prefetch_related_objects(some, "edits", "reports", "answer_drafts", "replies", "appeal")
        yield from some


def _comment(comment: Comment) -> dict[str, Any]:
    appeal: Appeal | None = getattr(comment, "appeal", None)
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
