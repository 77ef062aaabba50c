"""Answering: in the thread for all to read, or by mail to the one who wrote privately."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from blog.models import Author
from blog.refusal import Refused
from comments import correspondence
from comments.models import Comment
from comments.moderation.acting import Act, How, acting
from comments.moderation.deciding import move
from comments.moderation.locking import next_revision
from comments.moderation.submitting import Voice, store_own
from comments.rights import require_speaker
from comments.sanitize import MAX_LENGTH
from comments.text import clean_text
from ledger.canonical import digest


def answer(
    comment: Comment,
    text: str,
    *,
    by: User,
    seen: int,
    at: datetime | None = None,
    **how: Unpack[How],
) -> Comment:
    """Answer in the thread under one's own name, and return the answer.

    A comment that still waits is approved by the same act. Who owns a byline speaks under it; a
    colleague speaks under her own name, marked as one of the newsroom.

    Args:
        at: when it was said, for a demo or an import; now, unless given.

    Raises:
        Conflict, Refused: as `approve` does; and when there is no text or too much.
    """
    require_speaker(by, comment)
    said = checked(text)
    with acting("answer", comment, by=by, seen=seen, **how) as act:
        return say_in_thread(act, said, voice=voice_of(by), at=at)


def answer_privately(
    comment: Comment, text: str, *, by: User, seen: int, **how: Unpack[How]
) -> Comment:
    """Answer a private note: on its private page, and by mail if the writer left an address.

    Raises:
        Conflict, Refused: as `approve` does; when it is no private note, or is answered already.
    """
    require_speaker(by, comment)
    said = checked(text)
    with acting("answer_privately", comment, by=by, seen=seen, **how) as act:
        say_by_mail(act, said, voice=voice_of(by))
    return act.comment


def say_in_thread(act: Act, said: str, *, voice: Voice, at: datetime | None = None) -> Comment:
    """Answer the comment that `act` holds for all to read, and return the answer.

    Raises:
        Refused: when it cannot be answered there.
    """
    comment = act.comment
    if comment.is_private:
        raise Refused(_("This note is private. Answer it by mail."))
    if comment.is_mention:
        raise Refused(_("This is a mention on another site. It is answered there."))
    _see_through(act)
    reply = store_own(comment.post, comment, said, at=at, voice=voice)
    act.journal.created(reply)
    correspondence.answered(reply, act.journal)
    act.facts |= {"answer": reply.pk, "text": digest(said)}
    return reply


def say_by_mail(act: Act, said: str, *, voice: Voice) -> None:
    """Answer the private note that `act` holds.

    Raises:
        Refused: when it is no private note, or is answered already.
    """
    comment = act.comment
    if not comment.is_private or comment.state != Comment.State.PENDING or comment.answered_at:
        raise Refused(_("Only a private note that waits can be answered this way."))
    act.journal.change(
        comment,
        answer=said,
        answered_at=timezone.now(),
        answered_by=voice.name,
        revision=next_revision(comment),
    )
    is_mailed = correspondence.answered_privately(comment, act.journal)
    act.facts |= {"text": digest(said), "mailed": is_mailed, "revision": comment.revision}


def _see_through(act: Act) -> None:
    """Approve a comment that waits, and in any case let it move on, so that a second click is a conflict."""
    comment = act.comment
    if comment.state == Comment.State.PENDING:
        move(act, "approve")
        return
    if not comment.is_visible:
        raise Refused(_("Only a comment that readers can see can be answered."))
    act.journal.change(comment, revision=next_revision(comment))
    act.facts |= {"revision": comment.revision}


def checked(text: str) -> str:
    """Return the cleaned words of an answer.

    Raises:
        Refused: there are none, or too many.
    """
    said = clean_text(text)
    if not said:
        raise Refused(_("Write the answer first."))
    if len(said) > MAX_LENGTH:
        raise Refused(
            _("An answer has at most %(most)s characters; this one has %(count)s.")
            % {
                "most": number_format(MAX_LENGTH, force_grouping=True),
                "count": number_format(len(said), force_grouping=True),
            }
        )
    return said


def voice_of(user: User) -> Voice:
    """Return how `user` speaks: under a byline that is hers, else under her own name as a colleague."""
    author = Author.objects.filter(user=user).first()
    if author:
        return byline_voice(author)
    return Voice(user.get_full_name() or _("A colleague"), _("Newsroom"))


def byline_voice(author: Author) -> Voice:
    """Return how a byline speaks, with the badge that only its owner gives."""
    return Voice(author.name, author.role or _("Author"), author)
