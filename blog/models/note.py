"""What colleagues say to each other about a post; readers never see it."""

from __future__ import annotations

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
