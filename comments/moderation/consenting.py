"""Consenting: the writer of a private note signs that it may be published."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blog.refusal import Refused
from comments import notices
from comments.models import Comment
from comments.moderation.locking import lock, next_revision
from comments.moderation.writers import record_step, require_a_readers
from ledger.canonical import digest

State = Comment.State

CONSENT = gettext_noop(
    "I wrote this note. It may be published under the post with the name I gave, "
    "if whoever reads comments here decides so."
)
"""What the writer signs, in English."""

# Spam is signed like what waits, so that its sender learns nothing, and stays spam.
_OPEN = frozenset({State.PENDING, State.SPAM})


def sentence() -> str:
    """Return what the writer signs as she reads it; the record holds the digest of these very words."""
    return _(CONSENT)


def signature() -> str:
    """Return what a ticked box sends back: that it stood beside this sentence and no other."""
    return digest(sentence())


def can_be_published(comment: Comment) -> bool:
    """Whether its writer may sign that this private note is published. No query."""
    return comment.is_private and comment.state in _OPEN


def consent(comment: Comment) -> Comment:
    """Let a private note wait to be published. An answer that it got stays private.

    A second time changes nothing.

    Raises:
        Refused: it is no private note, or is closed or withdrawn.
    """
    with transaction.atomic():
        comment = lock(comment.pk)
        require_a_readers(comment)
        if comment.consented_at and not comment.is_private:
            return comment
        if not can_be_published(comment):
            raise Refused(_("Only a private note that is not closed can be published this way."))
        comment.visibility = Comment.Visibility.PUBLIC
        comment.consented_at = timezone.now()
        comment.revision = next_revision(comment)
        comment.save(update_fields=["visibility", "consented_at", "revision"])
        if comment.state == State.PENDING:
            notices.somebody_is_needed(comment)
        record_step("consent", comment, sentence=signature(), text=digest(comment.body))
    return comment


def checked_signature(sent: str) -> str:
    """Return what was signed.

    Raises:
        Refused: nothing, or another sentence than the one of today.
    """
    if not sent:
        raise Refused(_("Tick the box beside the sentence: the tick is your signature."))
    if sent != signature():
        raise Refused(
            _("The sentence has changed meanwhile. Please read it and tick the box again.")
        )
    return sent
