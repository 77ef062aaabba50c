"""What colleagues say to each other about a post; readers never see it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from blog.models.adoption import LABEL_LENGTH
from blog.models.post import Post

NOTE_LENGTH = 2000


class Note(models.Model):
    """One note. Decisions are sealed, notes are not: whoever wrote one may change it, or delete it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(max_length=NOTE_LENGTH)
    # A plain number and a frozen name, so that an account can go.
    by = models.BigIntegerField()
    by_label = models.CharField(max_length=LABEL_LENGTH)
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.by_label}: {self.text[:60]}"


class UnreadNote(models.Model):
    """That a colleague has not opened the notes since one was left; gone once she does.

    `told_in` is the key of the mail that tells her of it, and `is_told` says whether that mail has left.
    """

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="unread")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    told_in = models.UUIDField(null=True, blank=True)
    is_told = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        ordering = ["note", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["note", "person"], name="one_unread_note_a_person")
        ]

    def __str__(self) -> str:
        return f"Note {self.note_id}, unread by {self.person_id}"
