"""Another wording of a comment, sent by its writer after the first."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models.comment import Comment


class EditQuerySet(models.QuerySet["Edit"]):
    """Which edits still ask."""

    def waiting(self) -> Self:
        """Those of public comments that nobody has decided: one for each comment at most."""
        return self.filter(state="waiting")


class Edit(models.Model):
    """What the writer wants her comment to say instead, and what it said before.

    The words of a comment that waits are replaced at once (`taken`): nobody has published them. Those
    of a public comment stay until a person accepts the edit (`waiting`).
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", gettext_lazy("Waiting")
        TAKEN = "taken", gettext_lazy("Taken over")
        REFUSED = "refused", gettext_lazy("Not taken over")
        REPLACED = "replaced", gettext_lazy("Replaced by a later one")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="edits")
    state = models.CharField(max_length=8, choices=State)
    # The revision of the comment that this edit made: who saw an earlier one has not seen it.
    revision = models.PositiveIntegerField()
    before = models.TextField()
    body = models.TextField()
    body_html = models.TextField()
    sanitizer = models.PositiveSmallIntegerField()
    is_suspect = models.BooleanField(default=False)
    score = models.FloatField(default=0)
    evidence = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)

    objects = EditQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment"],
                condition=models.Q(state="waiting"),
                name="one_waiting_edit",
            )
        ]

    def __str__(self) -> str:
        return _("%(comment_id)s, revision %(revision)s: %(state)s") % {
            "comment_id": self.comment_id,
            "revision": self.revision,
            "state": self.get_state_display(),
        }
