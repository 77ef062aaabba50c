"""What readers say about a decision: reports of public comments, and appeals of refused ones."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment


class ReportQuerySet(models.QuerySet["Report"]):
    """Which reports still speak."""

    def open(self) -> Self:
        """Those that nobody has looked at."""
        return self.filter(settled_at=None)


class Report(models.Model):
    """One reader's word that a public comment should be looked at again.

    `reader` is the keyed hash of her network, kept as long as that of a comment; `weight` runs from 0
    to 1 and says how far her earlier reports were upheld.
    """

    class Reason(models.TextChoices):
        """Why, in words that both sides understand."""

        ABUSE = "abuse", _("It attacks somebody")
        PRIVATE = "private", _("It tells private details")
        SPAM = "spam", _("It is advertising")
        OFF_TOPIC = "off_topic", _("It has nothing to do with the post")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    reader = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.CharField(max_length=300, blank=True)
    weight = models.FloatField(default=1)
    made_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    was_upheld = models.BooleanField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "reader"],
                condition=~models.Q(reader=""),
                name="one_report_of_a_reader",
            )
        ]
        indexes = [
            models.Index(fields=["settled_at", "comment"], name="open_reports"),
            models.Index(fields=["reader"], name="reports_of_a_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_reason_display()}"


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Which appeals still ask."""

    def waiting(self) -> Self:
        """Those that nobody has decided."""
        return self.filter(state="waiting")


class Appeal(models.Model):
    """The one time that a writer asks for a second look at a refused comment."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        GRANTED = "granted", _("Published after all")
        REFUSED = "refused", _("Stays unpublished")

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="appeal")
    text = models.CharField(max_length=1000)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    # A plain number, as `Comment.decided_by`.
    decided_by = models.BigIntegerField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["state", "made_at"], name="waiting_appeals")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_state_display()}"
