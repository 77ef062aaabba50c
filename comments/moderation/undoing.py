"""Taking a decision back: everything it changed is as it was, and its mail is never sent."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from blog.refusal import Refused
from comments import correspondence, echoes, finding
from comments.models import Comment, Decision
from comments.models.decision import MAIL_AFTER, UNDO_WITHIN
from comments.moderation.acting import Facts
from comments.moderation.journal import comments_made, take_back
from comments.moderation.locking import locked
from comments.rights import require, require_speaker
from ledger.record import Actor, record

__all__ = ["MAIL_AFTER", "UNDO_WITHIN", "forget_decisions", "undo", "undo_group"]

_ON_ITS_WAY = timedelta(seconds=2)
"""What a press of the key at the last moment takes to arrive."""

TOO_LATE = gettext_lazy(
    "It is too late to undo this. “Put back” lets the comment wait for a decision again."
)


def undo(
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    facts: Facts | None = None,
) -> Comment:
    """Take back the last decision about `comment`, within `UNDO_WITHIN` of it.

    State, counts, trust, reports and answers are as they were before; what filters learn is read from
    those. Only the record keeps that something was decided and undone.

    Args:
        seen: the revision that the decision made.
        facts: what the record says besides.

    Raises:
        Conflict: the comment has moved on since.
        Refused: it is too late, or somebody else decided.
    """
    require_speaker(by, comment)
    with transaction.atomic():
        comment = locked(comment, seen)
        return _undo(comment, _last(comment, by), by=by, channel=channel, more=facts)


def undo_group(group: uuid.UUID, *, by: User, channel: str = "admin") -> list[Comment]:
    """Take back what one key decided about many comments, as `undo` does: all of it, or nothing.

    Raises:
        Conflict, Refused: as `undo` does; nothing is taken back then.
    """
    require(by)
    with transaction.atomic():
        decisions = list(Decision.objects.filter(group=group).order_by("comment_id"))
        if not decisions:
            raise Refused(TOO_LATE)
        undone = []
        for decision in decisions:
            comment = locked(decision.comment, decision.revision)
            undone.append((comment, _last(comment, by)))
        return [_undo(comment, last, by=by, channel=channel) for comment, last in undone]


def forget_decisions() -> int:
    """Remove the ways back that have ended; return how many."""
    ended = timezone.now() - UNDO_WITHIN - timedelta(minutes=1)
    count, _ = Decision.objects.filter(made_at__lt=ended).delete()
    return count


def _last(comment: Comment, by: User) -> Decision:
    decision = comment.decisions.filter(revision=comment.revision).first()
    if decision is None or timezone.now() > decision.made_at + UNDO_WITHIN + _ON_ITS_WAY:
        raise Refused(TOO_LATE)
    if decision.actor != by.pk:
        raise Refused(
            gettext("Somebody else decided this. “Put back” lets the comment wait again.")
        )
    return decision


def _require_unanswered(decision: Decision) -> None:
    """Refuse when somebody has answered what the decision put into the thread; nobody can any more."""
    made = list(Comment.objects.filter(pk__in=comments_made(decision)).select_for_update())
    if Comment.objects.filter(parent__in=made).exists():
        raise Refused(
            gettext("Somebody has answered this answer already. Remove it instead, if it must go.")
        )


def _undo(
    comment: Comment,
    decision: Decision,
    *,
    by: User,
    channel: str,
    more: Facts | None = None,
) -> Comment:
    before, words = comment.state, comment.body
    _require_unanswered(decision)
    gone = take_back(decision)
    decision.delete()
    comment.refresh_from_db()
    finding.refresh([comment])
    finding.forget(gone)
    if comment.body != words:
        echoes.remember([comment])
    correspondence.taken_back(comment)
    facts = {
        "verb": decision.verb,
        "from": before,
        "to": comment.state,
        "undone": decision.revision,
        "revision": comment.revision,
        **(more or {}),
    }
    record("undo", f"comments.comment:{comment.pk}", by=Actor.of(by, channel=channel), facts=facts)
    return comment
