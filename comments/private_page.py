"""What the private page of a comment shows and offers.

Spam is shown and offered like what waits, in every particular, so that its sender learns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from comments import sanitize
from comments.models import COME_BACK_WITHIN, Appeal, Comment, Edit
from comments.moderation.consenting import can_be_published, sentence, signature
from comments.moderation.editing import EDIT_WITHIN, why_not_editable
from comments.moderation.withdrawing import can_be_withdrawn
from comments.private_links import STEPS, step_path

State = Comment.State

SECOND_LOOK = timedelta(minutes=2)
"""For how long after sending the page says thank you."""

_WAITING = frozenset({State.PENDING, State.SPAM})


@dataclass(frozen=True)
class Answer:
    """What the author answered privately."""

    text_html: str
    by: str
    at: datetime


@dataclass(frozen=True)
class PrivatePage:
    """Where a comment stands, beyond its state, and which steps its writer may take."""

    comment: Comment
    is_new: bool
    answer: Answer | None
    words: str
    # The last edit; and the appeal, while the comment is refused or public.
    edit: Edit | None
    appeal: Appeal | None
    minutes_to_edit: int
    hours_to_come_back: int
    can_withdraw: bool
    can_appeal: bool
    can_consent: bool

    sentence: str = field(default_factory=sentence)
    signature: str = field(default_factory=signature)

    @property
    def paths(self) -> dict[str, str]:
        """The address of each step."""
        return {step: step_path(self.comment, step) for step in STEPS}

    @property
    def waiting(self) -> Edit | None:
        """The new words of a public comment, while a person has to accept them."""
        return self.edit if self.edit and self.edit.state == Edit.State.WAITING else None


def page_of(comment: Comment) -> PrivatePage:
    """Read what the private page of `comment` says. Three queries at most."""
    edit = comment.edits.order_by("-revision").first()
    waiting = edit if edit and edit.state == Edit.State.WAITING else None
    appeal = Appeal.objects.filter(comment=comment).first()
    is_refused = comment.is_refused and not comment.is_private
    return PrivatePage(
        comment=comment,
        is_new=_is_new(comment),
        answer=_answer(comment),
        words=waiting.body if waiting else comment.body,
        edit=edit,
        appeal=appeal if is_refused or comment.is_visible else None,
        minutes_to_edit=_minutes_to_edit(comment),
        hours_to_come_back=_hours_to_come_back(comment),
        can_withdraw=can_be_withdrawn(comment),
        can_appeal=is_refused and appeal is None,
        can_consent=can_be_published(comment),
    )


def _is_new(comment: Comment) -> bool:
    is_recent = timezone.now() - comment.created_at < SECOND_LOOK
    return is_recent and comment.state in _WAITING and not comment.answered_at


def _answer(comment: Comment) -> Answer | None:
    if not comment.answered_at:
        return None
    html = sanitize.render_stored(comment.answer).html
    return Answer(html, comment.answered_by, comment.answered_at)


def _minutes_to_edit(comment: Comment) -> int:
    """Return the minutes that are left, begun ones counted; 0 when the words stay as they are."""
    if comment.is_own or comment.is_mention or why_not_editable(comment):
        return 0
    return _begun(comment.created_at + EDIT_WITHIN - timezone.now(), timedelta(minutes=1))


def _hours_to_come_back(comment: Comment) -> int:
    if not comment.can_come_back or comment.withdrawn_at is None:
        return 0
    return _begun(comment.withdrawn_at + COME_BACK_WITHIN - timezone.now(), timedelta(hours=1))


def _begun(left: timedelta, unit: timedelta) -> int:
    return max(0, -(-left // unit))
