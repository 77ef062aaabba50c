"""Answering: in the thread for all to read, or by mail to the one who wrote privately."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from blog import outbox
from blog.models import Author
from blog.refusal import Refused
from comments import correspondence, mail_choices, notices
from comments.models import Comment
from comments.moderation.deciding import Facts, move, require_speaker
from comments.moderation.journal import Journal
from comments.moderation.locking import locked, next_revision
from comments.moderation.submitting import Voice, store_own
from comments.moderation.undoing import MAIL_AFTER
from comments.sanitize import MAX_LENGTH
from comments.text import clean_text
from ledger.canonical import digest
from ledger.record import Actor, record


def answer(
    comment: Comment,
    text: str,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    at: datetime | None = None,
    facts: Facts | None = None,
) -> Comment:
    """Answer in the thread under one's own name, and return the answer.

    A comment that still waits is approved by the same act. Who owns a byline speaks under it; a
    colleague speaks under her own name, marked as one of the newsroom.

    Args:
        at: when it was said, for a demo or an import; now, unless given.
        facts: what the record says besides.

    Raises:
        Conflict, Refused: as `approve` does; and when there is no text or too much.
    """
    require_speaker(by, comment)
    said = checked(text)
    with transaction.atomic():
        comment = locked(comment, seen)
        journal = Journal()
        reply, told = say_in_thread(
            comment, said, by=by, voice=voice_of(by), journal=journal, at=at
        )
        journal.keep(comment, "answer", actor=by.pk, group=None)
        record(
            "answer",
            f"comments.comment:{comment.pk}",
            by=Actor.of(by, channel=channel),
            facts={**told, **(facts or {})},
        )
    return reply


def answer_privately(
    comment: Comment,
    text: str,
    *,
    by: User,
    seen: int,
    channel: str = "admin",
    facts: Facts | None = None,
) -> Comment:
    """Answer a private note: on its private page, and by mail if the writer left an address.

    Raises:
        Conflict, Refused: as `approve` does; when it is no private note, or is answered already.
    """
    require_speaker(by, comment)
    said = checked(text)
    with transaction.atomic():
        comment = locked(comment, seen)
        journal = Journal()
        told = say_by_mail(comment, said, voice=voice_of(by), journal=journal)
        journal.keep(comment, "answer_privately", actor=by.pk, group=None)
        record(
            "answer_privately",
            f"comments.comment:{comment.pk}",
            by=Actor.of(by, channel=channel),
            facts={**told, **(facts or {})},
        )
    return comment


def say_in_thread(
    comment: Comment,
    said: str,
    *,
    by: User,
    voice: Voice,
    journal: Journal,
    at: datetime | None = None,
) -> tuple[Comment, dict[str, object]]:
    """Answer a locked comment for all to read; return the answer, and the facts for the record.

    Raises:
        Refused: when it cannot be answered there.
    """
    if comment.is_private:
        raise Refused("This note is private. Answer it by mail.")
    if comment.is_mention:
        raise Refused("This is a mention on another site. It is answered there.")
    facts = _seen_through(comment, by, journal)
    reply = store_own(comment.post, comment, said, at=at, voice=voice)
    journal.created(reply)
    correspondence.answered(reply, journal)
    return reply, {**facts, "answer": reply.pk, "text": digest(said)}


def say_by_mail(
    comment: Comment, said: str, *, voice: Voice, journal: Journal
) -> dict[str, object]:
    """Answer a locked private note, and return the facts for the record.

    Raises:
        Refused: when it is no private note, or is answered already.
    """
    if not comment.is_private or comment.state != Comment.State.PENDING or comment.answered_at:
        raise Refused("Only a private note that waits can be answered this way.")
    journal.change(
        comment,
        answer=said,
        answered_at=timezone.now(),
        answered_by=voice.name,
        revision=next_revision(comment),
    )
    is_mailed = bool(comment.email) and not mail_choices.is_silent(comment.email)
    if is_mailed:
        due_at = timezone.now() + MAIL_AFTER
        words = notices.private_answer(comment)
        journal.created(outbox.send_words(comment.email, words, due_at=due_at))
    return {"text": digest(said), "mailed": is_mailed, "revision": comment.revision}


def _seen_through(comment: Comment, by: User, journal: Journal) -> dict[str, object]:
    """Approve a comment that waits, and in any case let it move on, so that a second click is a conflict."""
    if comment.state == Comment.State.PENDING:
        return move(comment, "approve", by=by, journal=journal)
    if not comment.is_visible:
        raise Refused("Only a comment that readers can see can be answered.")
    journal.change(comment, revision=next_revision(comment))
    return {"revision": comment.revision}


def checked(text: str) -> str:
    """Return the cleaned words of an answer.

    Raises:
        Refused: there are none, or too many.
    """
    said = clean_text(text)
    if not said:
        raise Refused("Write the answer first.")
    if len(said) > MAX_LENGTH:
        raise Refused(
            f"An answer has at most {MAX_LENGTH:,} characters; this one has {len(said):,}."
        )
    return said


def voice_of(user: User) -> Voice:
    """Return how `user` speaks: under a byline that is hers, else under her own name as a colleague."""
    author = Author.objects.filter(user=user).first()
    if author:
        return byline_voice(author)
    return Voice(user.get_full_name() or "A colleague", "Newsroom")


def byline_voice(author: Author) -> Voice:
    """Return how a byline speaks, with the badge that only its owner gives."""
    return Voice(author.name, author.role or "Author", author)
