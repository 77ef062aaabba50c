"""Appealing: the one second look that a writer may ask for, by somebody else where there is one."""

from __future__ import annotations

from typing import Unpack

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from blog.refusal import Refused
from comments import notices
from comments.models import Appeal, Comment
from comments.moderation.acting import Act, How, acting
from comments.moderation.deciding import check_reason, move
from comments.moderation.locking import lock, next_revision
from comments.moderation.settling import close_appeal, require_another, waiting_appeal
from comments.moderation.writers import record_step, require_a_readers
from comments.rights import require
from comments.text import clean_line, clean_text
from ledger.canonical import digest

APPEAL_LENGTH = 1000


def can_be_appealed(comment: Comment) -> bool:
    """Whether its writer may ask for a second look. One query at most."""
    return (
        comment.is_refused
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
            raise Refused(_("You asked for a second look before. There is one for each comment."))
        if comment.is_private or not comment.is_refused:
            raise Refused(_("There is no decision against it that could be looked at again."))
        comment.revision = next_revision(comment)
        comment.save(update_fields=["revision"])
        Appeal.objects.create(comment=comment, text=said)
        notices.somebody_is_needed(comment)
        record_step("appeal", comment, text=digest(said))
    return comment


def grant_appeal(comment: Comment, *, by: User, seen: int, **how: Unpack[How]) -> Comment:
    """Publish a refused comment after all.

    Raises:
        Conflict: when the comment has moved on since.
        Refused: the account may not decide, or decided before while another could; or no appeal waits.
    """
    require(by)
    with acting("grant_appeal", comment, by=by, seen=seen, **how) as act:
        _required(act)
        move(act, "grant_appeal")
    return act.comment


def refuse_appeal(
    comment: Comment, *, by: User, seen: int, reason: str = "", **how: Unpack[How]
) -> Comment:
    """Let a refused comment stay so; a new `reason` takes the place of the first.

    Raises as `grant_appeal` does, and when the reason is too long.
    """
    require(by)
    reason = check_reason(reason)
    with acting("refuse_appeal", comment, by=by, seen=seen, **how) as act:
        appeal, now = _required(act), act.comment
        act.journal.change(now, reason=reason or now.reason, revision=next_revision(now))
        close_appeal(act, appeal, is_granted=False)
        act.facts |= {"revision": now.revision, "reason": digest(reason) if reason else ""}
    return act.comment


def checked_appeal(text: str) -> str:
    """Return the cleaned words of an appeal.

    Raises:
        Refused: nothing can be seen of them, or they are too many.
    """
    said = clean_text(text)
    if not clean_line(said):
        raise Refused(_("Tell us why we should look again."))
    if len(said) > APPEAL_LENGTH:
        raise Refused(
            _("This has %(count)s characters; at most %(most)s fit here.")
            % {
                "count": number_format(len(said), force_grouping=True),
                "most": number_format(APPEAL_LENGTH, force_grouping=True),
            }
        )
    return said


def _required(act: Act) -> Appeal:
    waiting = waiting_appeal(act.comment)
    if waiting is None or not act.comment.is_refused:
        raise Refused(_("No appeal waits for a decision here."))
    require_another(act.comment, act.by)
    return waiting
