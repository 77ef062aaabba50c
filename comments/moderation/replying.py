"""Replying: the owner of a byline answers a comment by mail."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blog.incoming.letter import Letter
from blog.incoming.proof import LookUp, doubt_about, public_record
from blog.models import Author
from blog.refusal import Refused
from comments import reply_addresses
from comments.models import Comment
from comments.moderation.answering import answer, answer_privately, checked
from comments.moderation.drafting import hold_answer
from comments.moderation.locking import lock
from ledger.canonical import digest
from ledger.models import Entry

_SAID = ("answer", "answer_privately", "release_answer")
NOTHING = gettext_noop(
    "Nothing is answered by a mail to this address, or the notification is more than 30 days old."
)
NOT_NAMED = gettext_noop("The address it answers is only on its envelope, which nobody signs.")
CHANGED = gettext_noop("The comment was changed before it was public. Look at it again first.")


class Taken(StrEnum):
    """What became of a mail."""

    PUBLISHED = "published"
    HELD = "held"
    REPEAT = "repeat"


def take_reply(letter: Letter, *, look_up: LookUp = public_record) -> Taken:
    """Publish an answer that came by mail, once; hold it where nothing proves that she sent it.

    A private note is answered by mail. Nothing is stored of a mail that is refused.

    Raises:
        Refused: it is not from the person the address belongs to, from a program, or says nothing; or
            the comment cannot be answered.
        TryLater: who sent it cannot be found out now.
    """
    if letter.is_automatic:
        raise Refused(_("This was sent by a program. Only people answer here."))
    found = letter.meant(reply_addresses.read)
    if found is None:
        raise Refused(_(NOTHING))
    reply_to, is_named = found
    person = get_user_model().objects.filter(pk=reply_to.person, is_active=True).first()
    if person is None or person.email.lower() != letter.sender:
        raise Refused(_("This address takes mail only from the person it was made for."))
    said = checked(letter.words)
    because = _doubt(letter, look_up) if is_named else letter.oddity or _(NOT_NAMED)
    with transaction.atomic():
        comment = lock(_known(reply_to.comment))
        author = _byline_of(person, comment)
        if _is_taken(letter, said, comment):
            return Taken.REPEAT
        facts = {"message": _mark(letter, said), "body": letter.body}
        if not because and comment.state == Comment.State.PENDING and comment.edits.exists():
            because = _(CHANGED)
        if because:
            hold_answer(comment, said, author=author, because=because, facts=facts)
            return Taken.HELD
        verb = answer_privately if comment.is_private else answer
        verb(comment, said, by=person, seen=comment.revision, channel="mail", facts=facts)
        return Taken.PUBLISHED


def _doubt(letter: Letter, look_up: LookUp) -> str:
    if letter.oddity:
        return letter.oddity
    found = doubt_about(letter.raw, letter.sender, look_up=look_up)
    return _(found) if found else ""


def _known(number: int) -> int:
    if not Comment.objects.filter(pk=number).exists():
        raise Refused(_("The comment is not there any more."))
    return number


def _byline_of(person: User, comment: Comment) -> Author:
    version = comment.post.live_version
    if version is None or version.author.user_id != person.pk:
        raise Refused(_("The post is not under your name any more."))
    return version.author


def _is_taken(letter: Letter, said: str, comment: Comment) -> bool:
    """Whether this very mail came before, also when what it did was undone.

    Raises:
        Refused: another mail brings what she has said here already. Many servers sign neither the
            Message-ID nor Content-Type, so whoever got hold of a signed mail could send it again under
            another one, or have the same body read as other words.
    """
    entries = Entry.objects.about(comment)
    if entries.filter(facts__message=_mark(letter, said)).exists():
        return True
    same = Q(facts__text=digest(said)) | Q(facts__body=letter.body)
    if entries.filter(same, verb__in=_SAID).exists():
        raise Refused(_("These very words were your answer here before."))
    return False


def _mark(letter: Letter, said: str) -> str:
    return digest(letter.message_id or said)
