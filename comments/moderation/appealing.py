"""Appealing: the one second look that a writer may ask for, by somebody else where there is one."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import User
from django.db import transaction

from blog.refusal import Refused
from comments import notices
from comments.models import Appeal, Comment
from comments.moderation.deciding import check_reason, move, record_decision, require
from comments.moderation.journal import Journal
from comments.moderation.locking import lock, locked, next_revision
from comments.moderation.settling import close_appeal, require_another, waiting_appeal
from comments.moderation.writers import record_step, require_a_readers
from comments.text import clean_line, clean_text
from ledger.canonical import digest

State = Comment.State

APPEAL_LENGTH = 1000
_REFUSED = frozenset({State.REJECTED, State.REMOVED})


def can_be_appealed(comment: Comment) -> bool:
    """Whether its writer may ask for a second look. One query at most."""
    return (
        comment.state in _REFUSED
        and not comment.is_private
        and not Appeal.objects.filter(comment=comment).exists()
    )


def appeal(comment: Comment, text: str) -> Comment:
    """Ask for a second look at a refused comment, once. The same words again change nothing.

    Raises:
        Refused: it is not refused, or was appealed before; or there is no text, or too much.
    """
    said = checked_appeal(text)
    with transaction.atomic():
        comment = lock(comment.pk)
        require_a_readers(comment)
        made = Appeal.objects.filter(comment=comment).first()
        if made and made.text == said:
            return comment
        if made:
            raise Refused("You asked for a second look before. There is one for each comment.")
        if comment.is_private or comment.state not in _REFUSED:
            raise Refused("There is no decision against it that could be looked at again.")
        comment.revision = next_revision(comment)
        comment.save(update_fields=["revision"])
        Appeal.objects.create(comment=comment, text=said)
        notices.somebody_is_needed(comment)
        record_step("appeal", comment, text=digest(said))
    return comment


def grant_appeal(
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    group: uuid.UUID | None = None,
) -> Comment:
    """Publish a refused comment after all.

    Raises:
        Conflict: when the comment has moved on since.
        Refused: the account may not decide, or decided before while another could; or no appeal waits.
    """
    require(by)
    with transaction.atomic():
        comment, journal = locked(comment, seen), Journal()
        _required(comment, by)
        facts = move(comment, "grant_appeal", by=by, journal=journal)
        journal.keep(comment, "grant_appeal", actor=by.pk, group=group)
        record_decision("grant_appeal", comment, by, channel, facts)
    return comment


def refuse_appeal(
    comment: Comment,
    *,
    by: User,
    seen: int,
    reason: str = "",
    channel: str = "admin",
    group: uuid.UUID | None = None,
) -> Comment:
    """Let a refused comment stay so; a new `reason` takes the place of the first.

    Raises as `grant_appeal` does, and when the reason is too long.
    """
    require(by)
    reason = check_reason(reason)
    with transaction.atomic():
        comment, journal = locked(comment, seen), Journal()
        waiting = _required(comment, by)
        journal.change(comment, reason=reason or comment.reason, revision=next_revision(comment))
        close_appeal(waiting, is_granted=False, by=by, journal=journal)
        facts = {"revision": comment.revision, "reason": digest(reason) if reason else ""}
        journal.keep(comment, "refuse_appeal", actor=by.pk, group=group)
        record_decision("refuse_appeal", comment, by, channel, facts)
    return comment


def checked_appeal(text: str) -> str:
    """Return the cleaned words of an appeal.

    Raises:
        Refused: nothing can be seen of them, or they are too many.
    """
    said = clean_text(text)
    if not clean_line(said):
        raise Refused("Tell us why we should look again.")
    if len(said) > APPEAL_LENGTH:
        raise Refused(f"This has {len(said):,} characters; at most {APPEAL_LENGTH:,} fit here.")
    return said


def _required(comment: Comment, by: User) -> Appeal:
    waiting = waiting_appeal(comment)
    if waiting is None or comment.state not in _REFUSED:
        raise Refused("No appeal waits for a decision here.")
    require_another(comment, by)
    return waiting
