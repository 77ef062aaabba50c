"""Notes of colleagues to each other. They are no decisions, so the record does not keep them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from blog.models import Note, Post, UnreadNote
from blog.models.note import NOTE_LENGTH
from blog.refusal import Refused
from blog.workflow import telling
from blog.workflow.writing import require
from ledger.record import Actor


def add_note(post: Post, text: str, *, by: User) -> Note:
    """Leave a note at a post, for all who see it in the newsroom; who works on it hears of it by mail.

    Raises:
        Refused: the account sees no posts, or there is no text, or too much.
    """
    require(
        by, "view_post", _("Your account may not leave notes. Ask an administrator for the role.")
    )
    said = _checked(text)
    with transaction.atomic():
        note = Note.objects.create(post=post, text=said, by=by.pk, by_label=Actor.of(by).label)
        telling.noted(note)
    return note


def read_notes(post: Post, *, by: User) -> None:
    """Remember that somebody has opened the notes of a post; nothing while the site is read-only.

    Whoever has none unread writes nothing by looking.
    """
    unread = UnreadNote.objects.filter(note__post=post, person=by)
    if not settings.READ_ONLY and unread.exists():
        unread.delete()


def change_note(note: Note, text: str, *, by: User) -> Note:
    """Say it otherwise. The same words again change nothing. Raises as `add_note`; and as `remove_note`."""
    said = _checked(text)
    _require_own(note, by)
    if said != note.text:
        Note.objects.filter(pk=note.pk).update(text=said, changed_at=timezone.now())
    return note


def remove_note(note: Note, *, by: User) -> None:
    """Delete a note for good; twice is fine.

    Raises:
        Refused: somebody else wrote it.
    """
    _require_own(note, by)
    Note.objects.filter(pk=note.pk).delete()


def _checked(text: str) -> str:
    said = text.strip()
    if not said:
        raise Refused(_("Write the note first."))
    if len(said) > NOTE_LENGTH:
        raise Refused(
            _("A note has at most %(most)s characters; this one has %(count)s.")
            % {
                "most": number_format(NOTE_LENGTH, force_grouping=True),
                "count": number_format(len(said), force_grouping=True),
            }
        )
    return said


def _require_own(note: Note, by: User) -> None:
    require(
        by, "view_post", _("Your account may not leave notes. Ask an administrator for the role.")
    )
    if note.by != by.pk:
        raise Refused(_("Only %(by_label)s can change this note.") % {"by_label": note.by_label})
