"""What the cards of a page show, read for all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from blog.differences import Piece, compared
from blog.models import Site
from comments.desk.choices import TAKES_AWAY, Choice, can_be_answered, choices_for
from comments.desk.explaining import Reason, counted_words, reasons_of
from comments.desk.hosts import Host, hosts_in
from comments.desk.hours import due_at
from comments.desk.similar import Similar, similar_to
from comments.desk.tabs import DECIDE, REPORTED, SPAM, TABS, holds
from comments.desk.writers import Writer, writers_of
from comments.models import AnswerDraft, Appeal, Comment, Edit, Report
from comments.rights import is_team, may_decide, readable
from comments.spam.policy import HOLD_AT, hold_at

_COMPARES = frozenset({DECIDE, REPORTED, SPAM})
_TOP_REASONS = 3


@dataclass
class Card:
    """One comment on the desk, with all that helps to decide about it."""

    comment: Comment
    choices: list[Choice] = field(default_factory=list)
    edit: Edit | None = None
    pieces: Sequence[Piece] = ()
    reports: list[Report] = field(default_factory=list)
    appeal: Appeal | None = None
    draft: AnswerDraft | None = None
    may_release: bool = False
    writer: Writer | None = None
    similar: Similar = field(default_factory=Similar)
    due_at: datetime | None = None
    may_decide: bool = True
    hold_at: float = HOLD_AT

    @property
    def is_late(self) -> bool:
        """Whether it should be decided by now."""
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def lacks_person(self) -> bool:
        """Whether it is public or called spam, and no person here has decided that.

        So stands what the filter decided alone, and what another site had decided before it came here.
        """
        comment = self.comment
        is_settled = comment.state in {Comment.State.APPROVED, Comment.State.SPAM}
        return is_settled and comment.decided_by is None and not comment.is_own

    @property
    def hosts(self) -> list[Host]:
        """Where its links lead, those of an edit as well."""
        text = f"{self.comment.body}\n{self.edit.body}" if self.edit else self.comment.body
        return hosts_in(text, self.comment.url)

    @property
    def other_names(self) -> list[str]:
        """The other names that were used with its address."""
        return self.writer.other_names(self.comment.name) if self.writer else []

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """Why its words, those of the edit if there is one, look like spam or do not."""
        found: list[dict[str, Any]] = (self.edit or self.comment).evidence
        return found

    @property
    def score(self) -> float:
        """How likely these words are spam, from 0 to 1."""
        return (self.edit or self.comment).score

    @property
    def reasons(self) -> list[Reason]:
        """Every finding with its share, heaviest first."""
        return reasons_of(self.evidence)

    @property
    def words(self) -> list[tuple[str, float]]:
        """The words that counted, heaviest first, with their log-odds."""
        return sorted(counted_words(self.evidence).items(), key=lambda one: -abs(one[1]))

    @property
    def top_reasons(self) -> list[Reason]:
        """The heaviest findings that speak for spam or ask for a person."""
        found = [one for one in self.reasons if one.weight > 0 or one.holds]
        return sorted(found, key=lambda one: -one.weight)[:_TOP_REASONS]

    @property
    def can_be_answered(self) -> bool:
        """Whether an answer makes sense."""
        return can_be_answered(self.comment)

    @property
    def answers_first(self) -> bool:
        """Whether an answer is what it waits for: no button of it leaves the comment to readers."""
        is_open = self.may_decide and self.can_be_answered and self.draft is None
        return is_open and not self.has_main_choice

    @property
    def has_main_choice(self) -> bool:
        """Whether its first button may be the one that stands out: nobody is led to take words away."""
        return bool(self.choices) and self.choices[0].verb not in TAKES_AWAY


def cards_of(comments: Sequence[Comment], *, user: User, site: Site, tab: str = "") -> list[Card]:
    """Return the cards for `comments`, as `user` sees them in a tab. Seven queries at most.

    What readers reported and appealed, and what is known of an address, is for those who decide.
    """
    decides = may_decide(user)
    at = hold_at(site.care)
    cards = {one.pk: Card(one, may_decide=decides, hold_at=at) for one in comments}
    _add_drafts(cards, user)
    if decides:
        _add_what_waits(cards)
        _add_writers(cards.values())
        _add_deadlines(cards.values(), site, tab)
        if tab in _COMPARES:
            alike = similar_to(comments, readable(user).filter(holds(tab, user)))
            for pk, card in cards.items():
                card.similar = alike[pk]
        for card in cards.values():
            card.choices = choices_for(card.comment, _asked(card), tab)
    return list(cards.values())


def _add_what_waits(cards: dict[int, Card]) -> None:
    for edit in Edit.objects.waiting().filter(comment__in=cards):
        card = cards[edit.comment_id]
        card.edit, card.pieces = edit, compared(card.comment.body, edit.body)
    for report in Report.objects.filter(settled_at=None, comment__in=cards):
        cards[report.comment_id].reports.append(report)
    for appeal in Appeal.objects.waiting().filter(comment__in=cards):
        cards[appeal.comment_id].appeal = appeal


def _add_drafts(cards: dict[int, Card], user: User) -> None:
    waiting = AnswerDraft.objects.waiting().filter(comment__in=cards)
    for draft in waiting.select_related("author"):
        is_hers = draft.author.user_id == user.pk
        if is_hers or may_decide(user):
            card = cards[draft.comment_id]
            card.draft, card.may_release = draft, is_hers


def _add_writers(cards: Iterable[Card]) -> None:
    writers = writers_of(card.comment for card in cards)
    for card in cards:
        if known := writers.get(card.comment.email.lower()):
            card.writer = known.besides(card.comment)


def _add_deadlines(cards: Iterable[Card], site: Site, tab: str) -> None:
    """Say until when a team decides; who is alone has no deadline."""
    if not (tab in TABS and TABS[tab].is_due and is_team()):
        return
    for card in cards:
        began = getattr(card.comment, "since", None) or card.comment.created_at
        card.due_at = due_at(began, site.decide_within, site.zone)


def _asked(card: Card) -> frozenset[str]:
    waits = {"edit": card.edit, "reports": card.reports, "appeal": card.appeal}
    return frozenset(name for name, what in waits.items() if what)
