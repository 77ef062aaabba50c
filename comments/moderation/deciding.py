"""Deciding: approve, reject, call spam, remove, restore."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from blog.refusal import Refused
from comments import correspondence, finding
from comments.models import Comment
from comments.moderation.journal import Journal
from comments.moderation.locking import locked, next_revision
from comments.moderation.settling import close_edit, settle_appeal, settle_reports
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
# What only a verb of its own may do: it knows what else must be true.
_OTHER_STEPS: Mapping[str, tuple[frozenset[str], str]] = {
    "grant_appeal": (frozenset({State.REJECTED, State.REMOVED}), State.APPROVED),
}
REASON_LENGTH = 300

Facts = Mapping[str, object]
"""What the record says about a decision, in JSON without personal data."""


def approve(
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    group: uuid.UUID | None = None,
    facts: Facts | None = None,
) -> Comment:
    """Make a comment public.

    Args:
        seen: the revision of the comment that the person decided about.
        group: the same for all that one key decides, so that it is taken back together.
        facts: what the record says besides, such as which link of a mail was used.

    Raises:
        Conflict: when the comment has moved on since.
        Refused: when the account may not decide, or the comment cannot be made public.
    """
    return _decide("approve", comment, by=by, seen=seen, channel=channel, group=group, facts=facts)


def reject(
    comment: Comment,
    *,
    by: User,
    seen: int,
    reason: str = "",
    channel: str = "admin",
    group: uuid.UUID | None = None,
    facts: Facts | None = None,
) -> Comment:
    """Keep a comment from the public; the writer finds `reason` on her private page.

    A private note is closed without an answer. Raises as `approve` does.
    """
    return _decide(
        "reject",
        comment,
        by=by,
        seen=seen,
        reason=reason,
        channel=channel,
        group=group,
        facts=facts,
    )


def mark_spam(
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    group: uuid.UUID | None = None,
    facts: Facts | None = None,
) -> Comment:
    """Call a comment spam. Raises as `approve` does."""
    return _decide(
        "mark_spam", comment, by=by, seen=seen, channel=channel, group=group, facts=facts
    )


def remove(
    comment: Comment,
    *,
    by: User,
    seen: int,
    reason: str = "",
    channel: str = "admin",
    group: uuid.UUID | None = None,
    facts: Facts | None = None,
) -> Comment:
    """Take a public comment away; its answers stay, under a placeholder. Raises as `approve` does."""
    return _decide(
        "remove",
        comment,
        by=by,
        seen=seen,
        reason=reason,
        channel=channel,
        group=group,
        facts=facts,
    )


def restore(
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    group: uuid.UUID | None = None,
    facts: Facts | None = None,
) -> Comment:
    """Put a comment back among those that wait for a person. Raises as `approve` does."""
    return _decide("restore", comment, by=by, seen=seen, channel=channel, group=group, facts=facts)


def require(user: User) -> None:
    """Refuse when an account may not decide about comments."""
    if not (user.is_active and user.has_perm("comments.moderate_comment")):
        raise Refused(
            "Your account may not decide about comments. Ask an administrator for the role."
        )


def require_speaker(user: User, comment: Comment) -> None:
    """Refuse all but moderators and whoever's byline the post of `comment` carries."""
    version = comment.post.live_version
    if user.is_active and version is not None and version.author.user_id == user.pk:
        return
    require(user)


def move(
    comment: Comment, verb: str, *, by: User, journal: Journal, reason: str = ""
) -> dict[str, object]:
    """Change the state of a locked comment, and return the facts for the record.

    Raises:
        Refused: when `verb` leads nowhere from the state the comment is in.
    """
    sources, target = TRANSITIONS.get(verb) or _OTHER_STEPS[verb]
    reason = check_reason(reason)
    _require_step(comment, sources, target)
    settle_appeal(comment, target, by=by, journal=journal)
    before = comment.state
    journal.change(
        comment,
        state=target,
        reason=reason,
        revision=next_revision(comment),
        decided_at=None if target == State.PENDING else timezone.now(),
        decided_by=None if target == State.PENDING else by.pk,
    )
    if before == State.APPROVED:
        close_edit(comment, journal)
    settle_reports(comment, verb, journal)
    if State.APPROVED in {before, target}:
        finding.refresh([comment])
    correspondence.decided(comment, before=before, journal=journal)
    return {
        "from": before,
        "to": target,
        "revision": comment.revision,
        "reason": digest(comment.reason) if comment.reason else "",
    }


def check_reason(reason: str) -> str:
    """Return a reason as it is stored; one that is too long is refused and never cut."""
    reason = reason.strip()
    if len(reason) > REASON_LENGTH:
        raise Refused(
            f"A reason has at most {REASON_LENGTH} characters; this one has {len(reason)}."
        )
    return reason


def _require_step(comment: Comment, sources: frozenset[str], target: str) -> None:
    if not comment.body:
        raise Refused(
            "This was spam for so long that its words are blanked. Nothing is left to decide."
        )
    if comment.state not in sources:
        raise Refused(
            f"A comment that is “{comment.get_state_display().lower()}” cannot take this step."
        )
    if target == State.APPROVED and comment.is_private:
        raise Refused(
            "This note was written to the author alone. It is never published unless its writer signs for it."
        )


def record_decision(verb: str, comment: Comment, by: User, channel: str, facts: Facts) -> None:
    """Make the entry about what a person decided; the last write of the decision."""
    record(verb, f"comments.comment:{comment.pk}", by=Actor.of(by, channel=channel), facts=facts)


def _decide(
    verb: str,
    comment: Comment,
    *,
    by: User,
    seen: int,
    channel: str,
    group: uuid.UUID | None,
    facts: Facts | None,
    reason: str = "",
) -> Comment:
    require(by)
    with transaction.atomic():
        comment = locked(comment, seen)
        journal = Journal()
        moved = move(comment, verb, by=by, journal=journal, reason=reason)
        journal.keep(comment, verb, actor=by.pk, group=group)
        record_decision(verb, comment, by, channel, {**moved, **(facts or {})})
    return comment
