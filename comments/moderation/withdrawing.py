"""Withdrawing: a writer takes her comment back, and may come back for a day."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Site
from blog.refusal import Refused
from comments import echoes, finding, notices, trust
from comments.models import Comment, Edit
from comments.moderation.locking import lock, next_revision
from comments.moderation.writers import record_step, require_a_readers

State = Comment.State

# Spam is taken back like what waits, so that its sender learns nothing.
_SOURCES = frozenset({State.PENDING, State.APPROVED, State.REJECTED, State.SPAM})
# A note whose answer was sent, or that was closed, is nobody's any more to take back.
_PRIVATE_SOURCES = frozenset({State.PENDING, State.SPAM})


def can_be_withdrawn(comment: Comment) -> bool:
    """Whether its writer may take it back. No query."""
    if comment.is_own or comment.is_mention:
        return False
    if comment.is_private:
        return comment.state in _PRIVATE_SOURCES and comment.answered_at is None
    return comment.state in _SOURCES


def withdraw(comment: Comment) -> Comment:
    """Let nobody but its writer read a comment any more; its answers stay, under a placeholder.

    A second time changes nothing.

    Raises:
        Refused: it is answered, closed or taken away.
    """
    with transaction.atomic():
        comment = lock(comment.pk)
        require_a_readers(comment)
        if comment.state == State.WITHDRAWN:
            return comment
        if not can_be_withdrawn(comment):
            raise Refused(_("It is closed already, so there is nothing to take back."))
        before = comment.state
        comment.edits.waiting().update(state=Edit.State.REPLACED)
        _move(comment, State.WITHDRAWN, withdrawn_from=before, withdrawn_at=timezone.now())
        echoes.forget([comment.pk])
        record_step("withdraw", comment, **{"from": before, "to": comment.state})
    return comment


def come_back(comment: Comment) -> Comment:
    """Let a withdrawn comment stand where it stood: public words are the ones that a person approved.

    For what is not withdrawn it changes nothing.

    Raises:
        Refused: it was withdrawn too long ago.
    """
    with transaction.atomic():
        comment = lock(comment.pk)
        require_a_readers(comment)
        if comment.state != State.WITHDRAWN:
            return comment
        if not comment.can_come_back:
            raise Refused(
                _(
                    "You took it back more than 24 hours ago. If you still want to say it, send it anew."
                )
            )
        _move(comment, _where_it_stands(comment), withdrawn_from="", withdrawn_at=None)
        echoes.remember([comment])
        if comment.state == State.PENDING:
            notices.somebody_is_needed(comment)
        record_step("come_back", comment, **{"from": State.WITHDRAWN, "to": comment.state})
    return comment


def _where_it_stands(comment: Comment) -> str:
    """Return the state to come back to: public only what a person read, or trust still makes public.

    What was reported waits, and so does everything while the crisis switch is on.

    The row of the site stays locked until the commit, so that nothing slips past the switch.
    """
    if comment.withdrawn_from != State.APPROVED:
        return comment.withdrawn_from
    site = Site.objects.select_for_update(no_key=True).first() or Site()
    was_read = comment.decided_by is not None or trust.may_appear(comment, site)
    is_free = was_read and not site.crisis and not comment.reports.open().exists()
    return State.APPROVED if is_free else State.PENDING


def _move(comment: Comment, state: str, **values: object) -> None:
    values |= {"state": state, "revision": next_revision(comment)}
    was_visible = comment.is_visible
    for name, value in values.items():
        setattr(comment, name, value)
    comment.save(update_fields=list(values))
    if was_visible or comment.is_visible:
        finding.refresh([comment])
