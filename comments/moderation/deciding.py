"""Deciding: approve, reject, call spam, remove, restore."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from blog.refusal import Refused
from comments import finding
from comments.models import Comment
from comments.moderation.journal import Journal
from comments.moderation.locking import locked, next_revision
from comments.moderation.settling import settle_reports
from ledger.canonical import digest
from ledger.record import Actor, record

State = Comment.State

# From which states each verb leads on, and where to. Calling spam what is spam already confirms it:
# only what a person has called spam is blanked in the end.
TRANSITIONS: Mapping[str, tuple[frozenset[str], str]] = {
    "approve": (frozenset({State.PENDING, State.REJECTED, State.SPAM}), State.APPROVED),
    "reject": (frozenset({State.PENDING, State.SPAM}), State.REJECTED),
    "mark_spam": (frozenset(set(State) - {State.WITHDRAWN, State.REMOVED}), State.SPAM),
    "remove": (frozenset({State.APPROVED}), State.REMOVED),
    "restore": (frozenset({State.REJECTED, State.SPAM, State.REMOVED}), State.PENDING),
}
REASON_LENGTH = 300


def approve(
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    group: uuid.UUID | None = None,
) -> Comment:
    """Make a comment public.

    Args:
        seen: the revision of the comment that the person decided about.
        group: the same for all that one key decides, so that it is taken back together.

    Raises:
        Conflict: when the comment has moved on since.
        Refused: when the account may not decide, or the comment cannot be made public.
    """
    return _decide("approve", comment, by=by, seen=seen, channel=channel, group=group)


def reject(
    comment: Comment,
    *,
    by: User,
    seen: int,
    reason: str = "",
    channel: str = "admin",
    group: uuid.UUID | None = None,
) -> Comment:
    """Keep a comment from the public; the writer finds `reason` on her private page.

    A private note is closed without an answer. Raises as `approve` does.
    """
    return _decide("reject", comment, by=by, seen=seen, reason=reason, channel=channel, group=group)


def mark_spam(
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    group: uuid.UUID | None = None,
) -> Comment:
    """Call a comment spam. Raises as `approve` does."""
    return _decide("mark_spam", comment, by=by, seen=seen, channel=channel, group=group)


def remove(
    comment: Comment,
    *,
    by: User,
    seen: int,
    reason: str = "",
    channel: str = "admin",
    group: uuid.UUID | None = None,
) -> Comment:
    """Take a public comment away; its answers stay, under a placeholder. Raises as `approve` does."""
    return _decide("remove", comment, by=by, seen=seen, reason=reason, channel=channel, group=group)


def restore(
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    group: uuid.UUID | None = None,
) -> Comment:
    """Put a comment back among those that wait for a person. Raises as `approve` does."""
    return _decide("restore", comment, by=by, seen=seen, channel=channel, group=group)


def require(user: User) -> None:
    """Refuse when an account may not decide about comments."""
    if not (user.is_active and user.has_perm("comments.moderate_comment")):
        raise Refused(
            "Your account may not decide about comments. Ask an administrator for the role."
        )


def move(
    comment: Comment, verb: str, *, by: User, journal: Journal, reason: str = ""
) -> dict[str, object]:
    """Change the state of a locked comment, and return the facts for the record.

    Raises:
        Refused: when `verb` leads nowhere from the state the comment is in.
    """
    sources, target = TRANSITIONS[verb]
    _require_step(comment, sources, target, reason.strip())
    before = comment.state
    journal.change(
        comment,
        state=target,
        reason=reason.strip(),
        revision=next_revision(comment),
        decided_at=None if target == State.PENDING else timezone.now(),
        decided_by=None if target == State.PENDING else by.pk,
    )
    settle_reports(comment, verb, journal)
    if State.APPROVED in {before, target}:
        finding.refresh([comment])
    return {
        "from": before,
        "to": target,
        "revision": comment.revision,
        "reason": digest(comment.reason) if comment.reason else "",
    }


def _require_step(comment: Comment, sources: frozenset[str], target: str, reason: str) -> None:
    if not comment.body:
        raise Refused(
            "This was spam for so long that its words are blanked. Nothing is left to decide."
        )
    if len(reason) > REASON_LENGTH:
        raise Refused(
            f"A reason has at most {REASON_LENGTH} characters; this one has {len(reason)}."
        )
    if comment.state not in sources:
        raise Refused(
            f"A comment that is “{comment.get_state_display().lower()}” cannot take this step."
        )
    if target == State.APPROVED and comment.is_private:
        raise Refused("This note was written to the author alone. It is answered, never published.")


def _decide(
    verb: str,
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str,
    group: uuid.UUID | None,
    reason: str = "",
) -> Comment:
    require(by)
    with transaction.atomic():
        comment = locked(comment, seen)
        journal = Journal()
        facts = move(comment, verb, by=by, journal=journal, reason=reason)
        journal.keep(comment, verb, actor=by.pk, group=group)
        record(
            verb, f"comments.comment:{comment.pk}", by=Actor.of(by, channel=channel), facts=facts
        )
    return comment
