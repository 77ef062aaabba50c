"""Writing by mail: a private address for each writer, and the drafts that come to it.

Nothing is published by mail. A forger who knows the address and imitates the sender gets no draft made;
the one who is imitated hears of it, at most once a day.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blog import outbox, slugs, writing_addresses
from blog.bylines import NO_BYLINE, default_author
from blog.incoming import pictures, replies
from blog.incoming.draft import Draft, draft_of
from blog.incoming.letter import Letter
from blog.incoming.proof import LookUp, doubt_about, public_record
from blog.models import Image, Post, WritingAddress
from blog.models.version import Markup
from blog.models.writing_address import new_seed
from blog.refusal import Refused
from blog.snippets import snippet
from blog.words import Words
from blog.workflow.writing import begin_post, check_words, require
from ledger.canonical import digest
from ledger.models import Channel, Entry
from ledger.record import Actor, Happening, record, record_all

WARNED_APART = timedelta(days=1)
SWITCHED_OFF = gettext_noop("This site takes no mail in. Whoever runs it can set REPLY_ADDRESS.")
NOT_TAKEN = gettext_noop(
    "This address takes mail only from the person it was made for,"
    " with a signature (DKIM) of her own mail server."
)
BY_PROGRAM = gettext_noop("This was sent by a program. Only people write here.")
ALREADY = gettext_noop("This is a draft in the newsroom already.")
NOT_NAMED = gettext_noop("Your address is not in its line “To”, and nobody signs an envelope.")

Marks = dict[str, str]
"""Digests by which the same mail, or the same words in another one, are known again."""


class Came(StrEnum):
    """What became of a mail."""

    DRAFTED = "drafted"
    REPEAT = "repeat"


def renew_writing_address(*, by: User) -> WritingAddress:
    """Give a writer her private address, or another one; the one before ends at once.

    Raises:
        Refused: the account may not write, or no mail is taken in.
    """
    require(
        by, "add_post", _("Your account may not write posts. Ask an administrator for the role.")
    )
    if not writing_addresses.is_switched_on():
        raise Refused(_(SWITCHED_OFF))
    with transaction.atomic():
        row, is_new = WritingAddress.objects.select_for_update().get_or_create(user=by)
        if not is_new:
            row.seed, row.made_at, row.warned_at = new_seed(), timezone.now(), None
            row.save(update_fields=["seed", "made_at", "warned_at"])
        record("make_writing_address", row, by=Actor.of(by), facts={"first": is_new})
    return row


def take_letter(letter: Letter, *, look_up: LookUp = public_record) -> Came:
    """Make a draft of a mail to a private address, once, and queue the answer to its writer.

    Two posts of one title at once can be in each other's way: the database says so, and the mail
    server brings the mail again.

    Raises:
        Refused: nothing proves that it is from the person the address belongs to; it is from a program;
            it says nothing; or it is a draft already, by another mail.
        TryLater: who sent it cannot be found out now.
    """
    row = _owned(letter)
    doubt = _doubt(letter, look_up)
    if doubt:
        _warn(row, doubt)
        raise Refused(_(NOT_TAKEN))
    draft = draft_of(letter)
    marks = _marks(letter, draft)
    if _is_known(row, marks):
        return Came.REPEAT
    by = Actor.of(row.user, channel=Channel.MAIL)
    may_add = row.user.has_perm("blog.add_image")
    kept, refused = pictures.keep(draft.pictures, by=by, may_add=may_add)
    words = _words(draft, kept, row.user, refused)
    check_words(words)
    left_out = (*refused, *draft.left_out)
    with transaction.atomic():
        _lock(row)
        if _is_known(row, marks):
            return Came.REPEAT
        slug = slugs.free_slug(words.title, Post.Kind.POST)
        post, saved = begin_post(words, by=by, slug=slug, kind=Post.Kind.POST)
        answer = replies.drafted(
            post, letter, title=words.title, left_out=left_out, has_pictures=bool(kept)
        )
        outbox.send_words(row.user.email, answer)
        record_all([saved, Happening("take_draft", row, {**marks, "post": post.pk})], by=by)
    return Came.DRAFTED


def _owned(letter: Letter) -> WritingAddress:
    """Return the address of the one who says that she sent a mail. One sentence refuses all others."""
    # First, and so the same for everybody: no answer tells whose address it is.
    if letter.is_automatic:
        raise Refused(_(BY_PROGRAM))
    found = letter.meant(writing_addresses.read)
    row = found[0] if found else None
    user = row.user if row else None
    may_write = user and user.is_active and user.has_perm("blog.add_post")
    if row is None or user is None or not may_write or user.email.lower() != letter.sender:
        raise Refused(_(NOT_TAKEN))
    return row


def _doubt(letter: Letter, look_up: LookUp) -> str:
    """Return why nothing proves who sent it; a subject must be signed as well, since it is words."""
    if letter.oddity:
        return letter.oddity
    found = letter.meant(writing_addresses.read)
    if found is None or not found[1]:
        return _(NOT_NAMED)
    signed = {"subject"} if "subject" in letter.message else set()
    doubt = doubt_about(letter.raw, letter.sender, look_up=look_up, signed=signed)
    return _(doubt) if doubt else ""


def _lock(row: WritingAddress) -> None:
    """Let the mails to one address wait for each other.

    Refuse those to one that was renewed meanwhile, or whose owner may not write any more.
    """
    rows = WritingAddress.objects.select_related("user").select_for_update(of=("self",))
    now = rows.get(pk=row.pk)
    may_write = now.user.is_active and now.user.has_perm("blog.add_post")
    if now.seed != row.seed or not may_write:
        raise Refused(_(NOT_TAKEN))


def _warn(row: WritingAddress, doubt: str) -> None:
    """Tell the owner that a mail in her name was not taken, unless she heard so within a day."""
    with transaction.atomic():
        row = WritingAddress.objects.select_for_update().get(pk=row.pk)
        if row.warned_at and row.warned_at > timezone.now() - WARNED_APART:
            return
        row.warned_at = timezone.now()
        row.save(update_fields=["warned_at"])
        outbox.send_words(row.user.email, replies.unproven(doubt))


def _marks(letter: Letter, draft: Draft) -> Marks:
    files = [sha256(picture.data).hexdigest() for picture in draft.pictures.values()]
    return {
        "message": digest(letter.message_id),
        "words": digest([draft.title, draft.text, files]),
        "body": digest([letter.subject, letter.body]),
    }


def _is_known(row: WritingAddress, marks: Marks) -> bool:
    """Whether this very mail came before, also when its draft was changed since.

    Raises:
        Refused: another mail brought the same words, or this Message-ID brought other ones. Whoever
            got hold of a signed mail could send it again, and must not make a second draft with it.
    """
    same = Q(facts__message=marks["message"]) | Q(facts__words=marks["words"])
    entries = Entry.objects.about(row).filter(
        same | Q(facts__body=marks["body"]), verb="take_draft"
    )
    known = list(entries.values_list("facts", flat=True))
    if known and not any(marks.items() <= facts.items() for facts in known):
        raise Refused(_(ALREADY))
    return bool(known)


def _words(draft: Draft, kept: dict[int, Image], user: User, refused: list[str]) -> Words:
    author = default_author(user)
    if author is None:
        raise Refused(NO_BYLINE)
    shown = {
        number: snippet(image.address, alt=image.alt, caption=image.caption, markup=Markup.MARKDOWN)
        for number, image in kept.items()
    }
    try:
        body = draft.body(shown)
    except Refused as refusal:
        raise Refused(" ".join([str(refusal), *refused])) from refusal
    return Words(title=draft.title, body=body, author=author)
