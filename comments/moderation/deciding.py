"""Deciding: approve, reject, call spam, remove, restore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.refusal import Refused
from comments import correspondence, finding
from comments.models import REFUSED, Comment
from comments.moderation.acting import Act, How, acting
from comments.moderation.locking import next_revision
from comments.moderation.settling import close_edit, settle_appeal, settle_reports
from comments.moderation.teaching import teach
from comments.rights import require
from ledger.canonical import digest

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
    "grant_appeal": (REFUSED, State.APPROVED),
}
REASON_LENGTH = 300


def approve(comment: Comment, *, by: User, seen: int, **how: Unpack[How]) -> Comment:
    """Make a comment public; or say of one that appeared by itself that it may stay.

    Args:
        seen: the revision of the comment that the person decided about.
        how: see `How`.

    Raises:
        Conflict: when the comment has moved on since.
        Refused: when the account may not decide, or the comment cannot be made public.
    """
    return _decide("approve", comment, by, seen, **how)


def reject(
    comment: Comment, *, by: User, seen: int, reason: str = "", **how: Unpack[How]
) -> Comment:
    """Keep a comment from the public; the writer finds `reason` on her private page.

    A private note is closed without an answer. Raises as `approve` does.
    """
    return _decide("reject", comment, by, seen, reason, **how)


def mark_spam(comment: Comment, *, by: User, seen: int, **how: Unpack[How]) -> Comment:
    """Call a comment spam. Raises as `approve` does."""
    return _decide("mark_spam", comment, by, seen, **how)


def remove(
    comment: Comment, *, by: User, seen: int, reason: str = "", **how: Unpack[How]
) -> Comment:
    """Take a public comment away; its answers stay, under a placeholder. Raises as `approve` does."""
    return _decide("remove", comment, by, seen, reason, **how)


def restore(comment: Comment, *, by: User, seen: int, **how: Unpack[How]) -> Comment:
    """Put a comment back among those that wait for a person. Raises as `approve` does."""
    return _decide("restore", comment, by, seen, **how)


def move(act: Act, verb: str, *, reason: str = "") -> None:
    """Change the state of the comment that `act` holds, and add the facts about that.

    Raises:
        Refused: when `verb` leads nowhere from the state the comment is in.
    """
    comment, journal = act.comment, act.journal
    sources, target = TRANSITIONS.get(verb) or _OTHER_STEPS[verb]
    reason = check_reason(reason)
    if not (verb == "approve" and comment.appeared_by_itself):
        _require_step(comment, sources, target)
    settle_appeal(act, target)
    before = comment.state
    journal.change(
        comment,
        state=target,
        reason=reason,
        revision=next_revision(comment),
        decided_at=None if target == State.PENDING else timezone.now(),
        decided_by=None if target == State.PENDING else act.by.pk,
    )
    if before == State.APPROVED != target:
        close_edit(comment, journal)
    settle_reports(comment, verb, journal)
    teach(act)
    if State.APPROVED in {before, target}:
        finding.refresh([comment])
    correspondence.decided(comment, before=before, journal=journal)
    act.facts |= {
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
            _("A reason has at most %(most)s characters; this one has %(count)s.")
            % {"most": REASON_LENGTH, "count": len(reason)}
        )
    return reason


def _require_step(comment: Comment, sources: frozenset[str], target: str) -> None:
    if not comment.body:
        raise Refused(
            _("This was spam for so long that its words are blanked. Nothing is left to decide.")
        )
    if comment.state not in sources:
        raise Refused(
            _("A comment that is “%(state)s” cannot take this step.")
            % {"state": comment.get_state_display().lower()}
        )
    if target == State.APPROVED and comment.is_private:
        raise Refused(
            _(
                "This note was written to the author alone."
                " It is never published unless its writer signs for it."
            )
        )


def _decide(
    verb: str, comment: Comment, by: User, seen: int, reason: str = "", **how: Unpack[How]
) -> Comment:
    require(by)
    with acting(verb, comment, by=by, seen=seen, **how) as act:
        move(act, verb, reason=reason)
    return act.comment
