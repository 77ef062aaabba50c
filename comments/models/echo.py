"""By what a recent comment is found again when its words come back."""

from __future__ import annotations

from django.db import models

from comments.models.comment import Comment


class Echo(models.Model):
    """One key of a reader's comment; near copies have one in common (`comments.spam.minhash`).

    A key holds no word, but tells whether a text was said here: it goes with the words of its comment,
    and after thirty days.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="echoes")
    key = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["key", "comment"], name="echoes_by_key")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.key:x}"
