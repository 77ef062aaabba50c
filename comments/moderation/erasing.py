"""Erasing: everything the site holds under an address goes; numbers and threads stay.

The rows of her comments stay, empty, so that answers keep their place under a placeholder. The record
holds digests and no words: it still verifies. What other readers wrote is theirs and stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from blog.models import Outbox
from blog.search_index import forget_for_good
from comments import echoes, finding, person
from comments.models import (
    AnswerDraft,
    Appeal,
    Comment,
    Decision,
    Edit,
    Lesson,
    Notice,
    Report,
)
from comments.moderation.teaching import forget_senders
from comments.rights import require
from ledger.models import Entry
from ledger.record import Actor, record

VERB = "erase"
SUBJECT = "comments.person"

_TEXTS = (
    *("name", "email", "url", "body", "body_html", "network", "reason"),
    *("answer", "answered_by", "withdrawn_from"),
)
Forget = Callable[[Sequence[int]], None]
_elsewhere: list[Forget] = []


@dataclass(frozen=True)
class Erased:
    """What went, as numbers."""

    comments: list[int] = field(default_factory=list)
    mails: int = 0
    notices: int = 0
    wishes: int = 0
    blocks: int = 0
    # Rows of other apps, by the name of what they are.
    elsewhere: dict[str, int] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to erase."""
        here = (self.comments, self.mails, self.notices, self.wishes, self.blocks)
        return not any((*here, *self.elsewhere.values()))


def register_forgetting(forget: Forget) -> None:
    """Name what removes traces of comments in another app; call it in AppConfig.ready().

    `forget(numbers)` runs in the transaction that blanks the words of these comments.
    """
    _elsewhere.append(forget)


def erase_person(email: str, *, by: User, channel: str = "admin") -> Erased:
    """Erase everything that is held under an address, and return how much that was.

    All of it goes in one transaction, or none. A comment that is sent meanwhile stays, and so does
    what she writes later. Mail that has just been handed over cannot be called back.

    Raises:
        Refused: the account may not decide, or it is no address.
    """
    require(by)
    address = person.address_of(email)
    with transaction.atomic():
        traces = _Traces(address)
        comments = _blank_all(address, traces)
        if comments:
            forget_for_good()
        erased = Erased(
            comments=comments,
            mails=_erase_mail(address, traces),
            notices=_count(person.notices_to(address)),
            wishes=_count(person.wishes_of(address)),
            blocks=_count(person.blocks_of(address)),
            elsewhere={one.name: one.erase(address) for one in person.elsewhere},
        )
        person.logged(address).update(object_repr="", change_message="")
        if not erased.is_nothing:
            facts: dict[str, object] = {"person": person.mark_of(address), "comments": comments}
            facts |= {"mails": erased.mails, "blocks": erased.blocks, **erased.elsewhere}
            record(VERB, SUBJECT, by=Actor.of(by, channel=channel), facts=facts)
    return erased


def blank(comments: Sequence[Comment], *, keeps_lessons: bool = False) -> None:
    """Blank locked comments and all that was said about them, in the caller's transaction.

    Their numbers, places and states stay. One entry of the record, which the caller makes, may tell
    of many.

    Args:
        keeps_lessons: whether the spam filter goes on knowing what their words taught it, in numbers that
            hold none, and nothing of who sent them.
    """
    numbers = [comment.pk for comment in comments]
    Comment.objects.filter(pk__in=numbers).update(
        digest=None,
        evidence=[],
        score=0,
        is_suspect=False,
        confirmed_at=None,
        wants_decision=False,
        wants_answers=False,
        consented_at=None,
        **dict.fromkeys(_TEXTS, ""),
    )
    entries = _entries_by_comment(numbers)
    for comment in comments:
        comment.revision = max(comment.revision, entries.get(comment.pk, 0)) + 1
    Comment.objects.bulk_update(comments, ["revision"])
    Report.objects.filter(comment__in=numbers).update(note="", reader="")
    for kind in (Edit, Appeal, AnswerDraft, Decision, *(() if keeps_lessons else (Lesson,))):
        kind._default_manager.filter(comment__in=numbers).delete()
    if keeps_lessons:
        forget_senders(numbers)
    echoes.forget(numbers)
    for forget in _elsewhere:
        forget(numbers)


def erasures() -> dict[str, datetime]:
    """Return when people were last erased, by their marks (`comments.person.mark_of`)."""
    entries = Entry.objects.about(SUBJECT).filter(verb=VERB)
    return {facts["person"]: at for facts, at in entries.values_list("facts", "at")}


class _Traces:
    """By what mail to other people shows that it tells of her."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._names: set[str] = set()
        self.numbers: list[int] = []
        self._quotes: set[str] = set()

    def add(self, comments: Iterable[Comment]) -> None:
        """Look for these comments too."""
        for comment in comments:
            self.numbers.append(comment.pk)
            self._names.add(person.plain(comment.name))
            self._quotes |= person.quotes_of(comment)

    def are_in(self, row: Outbox) -> bool:
        """Whether a message holds her address, a link to a comment of hers, or a line of it."""
        text = person.plain(f"{row.subject}\n{row.text}\n{row.html}\n{row.headers}\n{row.reply_to}")
        linked = {int(number) for number in _LINK.findall(text)}
        return (
            person.names_address(text, self._address)
            or not linked.isdisjoint(self.numbers)
            or any(quote in text for quote in self._quotes)
        )

    def are_named(self, row: Outbox) -> bool:
        """Whether the subject of a message names her."""
        subject = person.plain(row.subject)
        return person.names_address(subject, self._address) or any(
            re.search(rf"\b{re.escape(name)}\b", subject) for name in self._names if name
        )


# A comment in an address: its permanent one, the private one, and those of the newsroom.
_LINK = re.compile(r"(?:/comments?/(?:mine/)?|#c)(\d{1,18})\b")


def _blank_all(address: str, traces: _Traces) -> list[int]:
    """Lock her comments in the order of their numbers, blank them, and return the numbers."""
    numbers = list(person.comments_of(address).values_list("pk", flat=True))
    blanked: list[int] = []
    for some in person.in_parts(numbers):
        rows = person.comments_of(address).filter(pk__in=some)
        # Whoever erases the same person at the same moment finds nothing here once she has waited.
        comments = list(rows.select_for_update(of=("self",), no_key=True))
        traces.add(comments)
        blank(comments)
        found = Comment.objects.filter(pk__in=[comment.pk for comment in comments])
        found.update(state=Comment.State.WITHDRAWN, withdrawn_at=timezone.now())
        finding.refresh(list(found))
        blanked += [comment.pk for comment in comments]
    return blanked


def _erase_mail(address: str, traces: _Traces) -> int:
    """Remove mail to her, and mail that waits to tell others of her; return how much went to her."""
    count = _count(person.mails_to(address))
    others = Outbox.objects.order_by("pk")
    waiting = [row.pk for row in others.filter(sent_at=None) if traces.are_in(row)]
    named = [row.pk for row in others.exclude(sent_at=None).iterator() if traces.are_named(row)]
    for some in person.in_parts(waiting):
        Outbox.objects.filter(pk__in=some).delete()
    for some in person.in_parts(named):
        Outbox.objects.filter(pk__in=some).update(subject="")
    # After the mail, as whoever sends it does.
    for some in person.in_parts(traces.numbers):
        Notice.objects.filter(comment__in=some).delete()
        Notice.objects.filter(answer__in=some).delete()
    return count


def _entries_by_comment(numbers: Sequence[int]) -> dict[int, int]:
    subjects = [f"comments.comment:{number}" for number in numbers]
    counted = Entry.objects.filter(subject__in=subjects).values_list("subject")
    return {
        int(subject.rpartition(":")[2]): count
        for subject, count in counted.annotate(count=Count("pk")).order_by()
    }


def _count(rows: QuerySet) -> int:
    """Remove rows and return how many of them there were, without what went along."""
    _, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)
