"""An answer that is written for somebody and not yet hers."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Author
from comments.models.comment import Comment


class AnswerDraftQuerySet(models.QuerySet["AnswerDraft"]):
    """Which drafts still wait."""

    def waiting(self) -> Self:
        """Those that she has neither released nor dropped."""
        return self.filter(state="waiting")


class AnswerDraft(models.Model):
    """Words that the owner of a byline may release under her name, and that nobody sees before.

    A moderator drafted them, or they came by mail without proof of who sent it (`held_because`).
    """

    class Source(models.TextChoices):
        """Where the words came from."""

        NEWSROOM = "newsroom", gettext_lazy("Written in the newsroom")
        MAIL = "mail", gettext_lazy("Came by mail")

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", gettext_lazy("Waiting for her")
        RELEASED = "released", gettext_lazy("Released")
        DROPPED = "dropped", gettext_lazy("Dropped")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="answer_drafts")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    source = models.CharField(max_length=8, choices=Source, default=Source.NEWSROOM)
    held_because = models.CharField(max_length=300, blank=True)
    # Who drafted it: a plain number and a frozen name, as in the record.
    drafted_by = models.BigIntegerField(null=True, blank=True)
    drafted_label = models.CharField(max_length=301, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.ForeignKey(
        Comment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = AnswerDraftQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "author"],
                condition=models.Q(state="waiting"),
                name="one_waiting_answer_draft",
            )
        ]

    def __str__(self) -> str:
        return _("For %(author)s: an answer to %(comment_id)s") % {
            "author": self.author,
            "comment_id": self.comment_id,
        }
