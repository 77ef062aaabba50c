"""The words of mail to colleagues about notes at a post, written when it is sent."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from blog import outbox
from blog.letters import post_for
from blog.models import Note, Outbox, Post, UnreadNote


def noted_letter(row: Outbox) -> outbox.Words | None:
    """Write the mail about the notes that `row.to` has neither read nor been told of; `None` without any."""
    post = post_for(row, Post.objects.all())
    untold = _untold(row)
    if post is None or not untold:
        return None
    UnreadNote.objects.filter(pk__in=[one.pk for one in untold]).update(told_in=row.key)
    # Two accounts may share one address; each note stands in the mail once.
    notes = list({one.note_id: one.note for one in untold}.values())
    link = settings.SITE_URL + reverse("admin:blog_post_notes", args=[post.pk])
    said = ngettext(
        "%(writers)s left a note on “%(title)s”",
        "%(writers)s left %(count)s notes on “%(title)s”",
        len(notes),
    )
    subject = said % {"writers": _writers(notes), "count": len(notes), "title": post.title}
    return outbox.write("notes_left", subject, {"post": post, "notes": notes, "link": link})


def told(row: Outbox) -> None:
    """Remember that the mail has left, so that its notes are in no other."""
    UnreadNote.objects.filter(told_in=row.key).update(is_told=True)


def _untold(row: Outbox) -> list[UnreadNote]:
    """Return what stands in no mail that has left to this address, or is on its way there."""
    unread = _of(row).filter(is_told=False)
    keys = {key for key in unread.values_list("told_in", flat=True) if key and key != row.key}
    elsewhere = outbox.unfinished(keys) if keys else set()
    found = unread.exclude(told_in__in=elsewhere) if elsewhere else unread
    return list(found.select_related("note").order_by("note", "pk"))


def _of(row: Outbox) -> QuerySet[UnreadNote]:
    hers = {"person__email": row.to, "person__is_active": True}
    return UnreadNote.objects.filter(note__post=outbox.number_of(row), **hers)


def _writers(notes: Iterable[Note]) -> str:
    names = list(dict.fromkeys(note.by_label for note in notes))
    return names[0] if len(names) == 1 else gettext("Colleagues")
