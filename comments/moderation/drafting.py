"""Answers drafted for the owner of a byline: nobody but she lets them out under her name.

What a moderator writes for her, and what came by mail without proof that she sent it, waits here. The
public never sees it before she releases it.
"""

from __future__ import annotations

from typing import Unpack

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Author
from blog.refusal import Refused
from comments import notices
from comments.models import AnswerDraft, Comment
from comments.moderation.acting import Act, Facts, How, acting, finish
from comments.moderation.answering import byline_voice, checked, say_by_mail, say_in_thread
from comments.moderation.journal import Journal
from comments.moderation.locking import lock, locked, next_revision
from comments.rights import require
from ledger.canonical import digest
from ledger.models import Channel, Entry
from ledger.record import Actor, record

State = AnswerDraft.State
Source = AnswerDraft.Source
HOLDS = ("draft_answer", "hold_answer")


def draft_answer(
    comment: Comment, text: str, *, by: User, seen: int, **how: Unpack[How]
) -> AnswerDraft:
    """Draft the answer of whoever owns the post's byline, for her to release.

    A draft that already waits for her is dropped by the same act.

    Raises:
        Conflict, Refused: as `approve` does; when nobody can release it, or there is no text.
    """
    require(by)
    said = checked(text)
    with acting("draft_answer", comment, by=by, seen=seen, **how) as act:
        author = _speaker_of(act.comment)
        if author.user_id == by.pk:
            raise Refused(_("This byline is yours: answer, and it is public under your name."))
        _require_answerable(act.comment)
        draft = AnswerDraft(
            comment=act.comment,
            author=author,
            text=said,
            drafted_by=by.pk,
            drafted_label=Actor.of(by).label,
        )
        act.facts |= _store(draft, act.comment, act.journal)
    return draft


def hold_answer(
    comment: Comment, text: str, *, author: Author, because: str, facts: Facts
) -> AnswerDraft:
    """Keep an answer that came by mail until its author says that it is hers.

    Call it inside a transaction that holds the lock of `comment`.

    Raises:
        Refused: a draft of the newsroom waits for her, which no unproven mail may displace; or the
            comment cannot be answered.
    """
    _require_answerable(comment)
    if comment.answer_drafts.waiting().filter(author=author, source=Source.NEWSROOM).exists():
        raise Refused(
            _("A draft from the newsroom waits for you at this comment. Release or drop it first.")
        )
    draft = AnswerDraft(
        comment=comment, author=author, text=text, source=Source.MAIL, held_because=because
    )
    told = _store(draft, comment, Journal())
    actor = Actor(None, "A mail that proves no sender", Channel.MAIL)
    record("hold_answer", f"comments.comment:{comment.pk}", by=actor, facts={**told, **facts})
    return draft


def release_answer(
    draft: AnswerDraft, *, by: User, seen: int | None = None, **how: Unpack[How]
) -> Comment:
    """Publish a draft under its author's name, and return the answer.

    A comment that still waits is approved by the same act; a private note is answered by mail, and is
    itself what comes back.

    Args:
        seen: the revision of the comment that she saw, where a page told.

    Raises:
        Conflict: the comment has moved on since `seen`.
        Refused: it is not hers, waits no longer, or answers words that are not there any more.
    """
    with transaction.atomic():
        draft, act = _opened(draft, by, seen)
        if not _is_hers(draft, by):
            raise Refused(
                _("Only %(name)s can release what goes out under that name.")
                % {"name": draft.author.name}
            )
        _require_waiting(draft)
        stale = why_stale(draft, act.comment)
        if stale:
            raise Refused(stale)
        voice = byline_voice(draft.author)
        reply: Comment | None = None
        if act.comment.is_private:
            say_by_mail(act, draft.text, voice=voice)
        else:
            reply = say_in_thread(act, draft.text, voice=voice)
        act.journal.change(draft, state=State.RELEASED, decided_at=timezone.now(), answer=reply)
        act.facts |= {"draft": draft.pk, "drafted_by": draft.drafted_by}
        finish("release_answer", act, **how)
    return reply or act.comment


def drop_answer(
    draft: AnswerDraft, *, by: User, seen: int | None = None, **how: Unpack[How]
) -> AnswerDraft:
    """Let a draft go unpublished; its author may, and moderators. Arguments as `release_answer`.

    Raises:
        Conflict: the comment has moved on since `seen`.
        Refused: the account may not, or the draft waits no longer.
    """
    with transaction.atomic():
        draft, act = _opened(draft, by, seen)
        if not _is_hers(draft, by):
            require(by)
        _require_waiting(draft)
        act.journal.change(act.comment, revision=next_revision(act.comment))
        act.journal.change(draft, state=State.DROPPED, decided_at=timezone.now())
        act.facts |= {"draft": draft.pk, "revision": act.comment.revision}
        finish("drop_answer", act, **how)
    return draft


def why_stale(draft: AnswerDraft, comment: Comment) -> str:
    """Return a sentence when `comment` says something else than when the draft was made, or nothing."""
    entries = Entry.objects.about(comment).filter(verb__in=HOLDS, facts__draft=draft.pk)
    made = entries.last()
    # One that came along from elsewhere has no entry here; its words and those it answers came together.
    if made is None or made.facts["answers"] == digest(comment.body):
        return ""
    return _(
        "%(name)s changed the comment after this was drafted. Please answer what it says now."
    ) % {"name": comment.name}


def _store(draft: AnswerDraft, comment: Comment, journal: Journal) -> dict[str, object]:
    """Store a new draft in place of the one that waits, and return the facts for the record."""
    dropped = comment.answer_drafts.waiting().filter(author=draft.author).first()
    journal.change(comment, revision=next_revision(comment))
    if dropped:
        journal.change(dropped, state=State.DROPPED, decided_at=timezone.now())
    journal.create(draft)
    mail = notices.draft_waits(draft)
    if mail:
        journal.created(mail)
    return {
        "draft": draft.pk,
        "for": draft.author_id,
        "text": digest(draft.text),
        "answers": digest(comment.body),
        "dropped": dropped.pk if dropped else None,
        "revision": comment.revision,
    }


def _opened(draft: AnswerDraft, by: User, seen: int | None) -> tuple[AnswerDraft, Act]:
    """Lock the comment, and return the draft as it is now with the act that decides about it."""
    comment = lock(draft.comment_id) if seen is None else locked(draft.comment, seen)
    found = AnswerDraft.objects.select_related("author").filter(pk=draft.pk).first()
    if found is None:
        raise Refused(_("This draft was taken back meanwhile."))
    found.comment = comment
    return found, Act(comment, by)


def _speaker_of(comment: Comment) -> Author:
    version = comment.post.live_version
    author = version.author if version else None
    if author is None or author.user is None or not author.user.is_active:
        raise Refused(
            _(
                "Nobody could release this: no account owns the name on this post."
                " Answer under your own name."
            )
        )
    return author


def _is_hers(draft: AnswerDraft, user: User) -> bool:
    """Whether `user` owns the byline, and the post still carries it. No other right counts."""
    version = draft.comment.post.live_version
    return (
        user.is_active
        and draft.author.user_id == user.pk
        and version is not None
        and version.author_id == draft.author_id
    )


def _require_waiting(draft: AnswerDraft) -> None:
    if draft.state != State.WAITING:
        raise Refused(
            _("This draft is “%(state)s” already.") % {"state": draft.get_state_display().lower()}
        )


def _require_answerable(comment: Comment) -> None:
    if comment.is_mention:
        raise Refused(_("This is a mention on another site. It is answered there."))
    if comment.is_private and comment.answered_at:
        raise Refused(_("This note is answered already."))
    if comment.state != Comment.State.PENDING and not comment.is_visible:
        raise Refused(_("Only a comment that waits, or that readers can see, can be answered."))
