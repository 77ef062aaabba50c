"""What a decision settles besides the state of a comment: the edit, the appeal and the reports that wait."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.refusal import Refused
from comments.models import Appeal, Comment, Edit
from comments.moderation.acting import Act
from comments.moderation.journal import Journal
from comments.rights import deciders

State = Comment.State

# Whether a verb says that those who reported were right. The others say nothing about that.
UPHELD: Mapping[str, bool] = {
    "approve": False,
    "dismiss_reports": False,
    "reject": True,
    "remove": True,
    "mark_spam": True,
}


def close_edit(comment: Comment, journal: Journal) -> None:
    """Refuse the edit that waits, if there is one: the comment it would change is not public any more."""
    waiting = waiting_edit(comment)
    if waiting:
        journal.change(waiting, state=Edit.State.REFUSED)


def waiting_edit(comment: Comment) -> Edit | None:
    """Return the edit that waits for a person. One query."""
    return comment.edits.waiting().first()


def waiting_appeal(comment: Comment) -> Appeal | None:
    """Return the appeal that waits for a person. One query."""
    return Appeal.objects.waiting().filter(comment=comment).first()


def settle_appeal(act: Act, target: str) -> None:
    """Close the appeal that waits, when a decision about a refused comment leads to `target`.

    Call it before the state changes.

    Raises:
        Refused: the same person says no twice, and somebody else could decide.
    """
    appeal = waiting_appeal(act.comment) if act.comment.is_refused else None
    if appeal is None:
        return
    is_granted = target in {State.APPROVED, State.PENDING}
    if target != State.APPROVED:
        require_another(act.comment, act.by)
    close_appeal(act, appeal, is_granted=is_granted)


def close_appeal(act: Act, appeal: Appeal, *, is_granted: bool) -> None:
    """Write what became of an appeal."""
    act.journal.change(
        appeal,
        state=Appeal.State.GRANTED if is_granted else Appeal.State.REFUSED,
        decided_at=timezone.now(),
        decided_by=act.by.pk,
    )


def require_another(comment: Comment, by: User) -> None:
    """Refuse when `by` would judge her own decision while another account could. One query at most."""
    if comment.decided_by != by.pk:
        return
    if deciders().exclude(pk=by.pk).exists():
        raise Refused(_("You decided about this comment. Somebody else decides about the appeal."))


def settle_reports(comment: Comment, verb: str, journal: Journal) -> int:
    """Answer the open reports of a locked comment by what `verb` says of them; return how many."""
    if verb not in UPHELD:
        return 0
    reports = list(comment.reports.open())
    now = timezone.now()
    for report in reports:
        journal.change(report, settled_at=now, was_upheld=UPHELD[verb])
    return len(reports)
