"""The way back from a publication, kept for the minute in which it can be undone."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models.post import Post
from blog.models.public_change import PublicChange

UNDO_WITHIN = timedelta(seconds=60)
"""How long a page offers to undo a publication."""


class WayBack(models.Model):
    """What a post was before its last publication, and what that made of it."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="way_back")
    # A plain number, so that an account can go.
    by = models.BigIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    before = models.JSONField()
    after = models.JSONField()
    change = models.ForeignKey(PublicChange, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return _("The way back of %(post)s") % {"post": self.post}

    @property
    def mark(self) -> str:
        """What tells this publication from the one before it, for the form that undoes it."""
        return self.made_at.isoformat()

    @property
    def is_of_a_schedule(self) -> bool:
        """Whether it chose a moment, and readers saw nothing of it yet."""
        return bool(self.after["state"] == Post.State.SCHEDULED)

    @property
    def seconds_left(self) -> int:
        """For how long the page still offers it, in whole seconds."""
        return max(0, int((self.made_at + UNDO_WITHIN - timezone.now()).total_seconds()))
