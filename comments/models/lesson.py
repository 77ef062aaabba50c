"""What one decision of a person taught the spam filter."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone

from comments.models.comment import Comment

TOKEN_BITS = 40


def new_token() -> int:
    """Return a number at random that tells this lesson from every other."""
    return secrets.randbits(TOKEN_BITS)


class Lesson(models.Model):
    """The lesson of one comment that a person published or called spam; at most one for each.

    It holds numbers of hashed words and no word, so it stays when the words of spam are blanked after
    their time, but without what told of the sender. It goes when the decision is undone or no longer
    stands, when its writer is erased, when what she withdrew is blanked, and when newer ones have taken
    its place.
    """

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="lesson")
    is_spam = models.BooleanField()
    # What `comments.spam.learned.lessons.Lesson` holds: packed features, and the day as the proleptic
    # Gregorian ordinal in UTC.
    features = models.BinaryField()
    day = models.PositiveIntegerField()
    # By its token each process knows a lesson again: a database may use a number twice, after a
    # transaction that came to nothing.
    token = models.BigIntegerField(default=new_token, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["-made_at", "-id"], name="newest_lessons")]

    def __str__(self) -> str:
        return f"{'spam' if self.is_spam else 'genuine'} {self.comment_id}"
