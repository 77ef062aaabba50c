"""A decision that can still be taken back."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from comments.models.comment import Comment

UNDO_WITHIN = timedelta(seconds=30)
"""How long a decision can be taken back."""

MAIL_AFTER = UNDO_WITHIN + timedelta(seconds=5)
"""How long mail about a decision waits: a little longer, so that none leaves while somebody undoes."""


class Decision(models.Model):
    """What one decision changed, row by row, kept for as long as it can be undone and then removed.

    `steps` is written and read by `comments.moderation.journal`. What was decided is in the record;
    this is only the way back.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="decisions")
    verb = models.CharField(max_length=30)
    # The number of the account that decided: only she takes it back.
    actor = models.BigIntegerField()
    # The revision that the decision made: nothing has happened since while the comment has it.
    revision = models.PositiveIntegerField()
    # Decisions made with one key about many comments are taken back together.
    group = models.UUIDField(default=uuid.uuid4, db_index=True)
    steps: models.JSONField[Any, Any] = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.comment_id}"
