"""Deciding: approve, reject, call spam, remove, restore."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from blog.refusal import Refused
from comments import finding
from comments.models import Comment
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


class Conflict(Refused):
    """The comment is no longer as the person saw it; `comment` is how it is now."""

    def __init__(self, comment: Comment) -> None:
        now = comment.get_state_display().lower()
        super().__init__(f"Somebody was faster: this comment of {comment.name} is now “{now}”.")
        self.comment = comment


def approve(comment: Comment, *, by: User, seen: int, channel: str = "admin") -> Comment:
    """Make a comment public.

    Args:
        seen: the revision of the comment that the person decided about.

    Raises:
        Conflict: when the comment has moved on since.
        Refused: when the account may not decide, or the comment cannot be made public.
    """
    return _decide("approve", comment, by=by, seen=seen, channel=channel)


def reject(
    comment: Comment, *, by: User, seen: int, reason: str = "", channel: str = "admin"
) -> Comment:
    """Keep a comment from the public; the writer finds `reason` on her private page.

    A private note is closed without an answer. Raises as `approve` does.
    """
    return _decide("reject", comment, by=by, seen=seen, reason=reason, channel=channel)


def mark_spam(comment: Comment, *, by: User, seen: int, channel: str = "admin") -> Comment:
    """Call a comment spam. Raises as `approve` does."""
    return _decide("mark_spam", comment, by=by, seen=seen, channel=channel)


def remove(
    comment: Comment, *, by: User, seen: int, reason: str = "", channel: str = "admin"
) -> Comment:
    """Take a public comment away; its answers stay, under a placeholder. Raises as `approve` does."""
    return _decide("remove", comment, by=by, seen=seen, reason=reason, channel=channel)


def restore(comment: Comment, *, by: User, seen: int, channel: str = "admin") -> Comment:
    """Put a comment back among those that wait for a person. Raises as `approve` does."""
    return _decide("restore", comment, by=by, seen=seen, channel=channel)


def require(user: User) -> None:
    """Refuse when an account may not decide about comments."""
    if not (user.is_active and user.has_perm("comments.moderate_comment")):
        raise Refused(
            "Your account may not decide about comments. Ask an administrator for the role."
        )


def locked(comment: Comment, seen: int) -> Comment:
    """Return the row, locked until the transaction ends.

    Raises:
        Conflict: when its revision is no longer `seen`.
    """
    now = (
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("post")
        .get(pk=comment.pk)
    )
    if now.revision != seen:
        raise Conflict(now)
    return now


def move(comment: Comment, verb: str, *, reason: str = "") -> dict[str, object]:
    """Change the state of a locked comment, and return the facts for the record.

    Raises:
        Refused: when `verb` leads nowhere from the state the comment is in.
    """
    sources, target = TRANSITIONS[verb]
    if not comment.body:
        raise Refused(
            "This was spam for so long that its words are blanked. Nothing is left to decide."
        )
    if len(reason.strip()) > REASON_LENGTH:
        raise Refused(
            f"A reason has at most {REASON_LENGTH} characters; this one has {len(reason.strip())}."
        )
    if comment.state not in sources:
        raise Refused(
            f"A comment that is “{comment.get_state_display().lower()}” cannot take this step."
        )
    if target == State.APPROVED and comment.is_private:
        raise Refused("This note was written to the author alone. It is answered, never published.")
    before, comment.state = comment.state, target
    comment.reason = reason.strip()
    comment.revision += 1
    comment.decided_at = None if target == State.PENDING else timezone.now()
    comment.save(update_fields=["state", "reason", "revision", "decided_at"])
    if State.APPROVED in {before, target}:
        finding.refresh([comment])
    return {
        "from": before,
        "to": target,
        "revision": comment.revision,
        "reason": digest(comment.reason) if comment.reason else "",
    }


def _decide(
    verb: str, comment: Comment, *, by: User, seen: int, channel: str, reason: str = ""
) -> Comment:
    require(by)
    with transaction.atomic():
        comment = locked(comment, seen)
        facts = move(comment, verb, reason=reason)
        record(
            verb, f"comments.comment:{comment.pk}", by=Actor.of(by, channel=channel), facts=facts
        )
    return comment
