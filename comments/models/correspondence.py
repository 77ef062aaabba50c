"""What readers asked to hear by mail: how often, and what there is to tell."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from comments.models.comment import Comment


class Correspondent(models.Model):
    """How often one address wants mail; without a row, one by one.

    `email` is in lower case.
    """

    class Mode(models.TextChoices):
        """One by one, though at most every 15 minutes about one conversation, or collected."""

        SINGLE = "single", _("When it happens")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")

    email = models.EmailField(unique=True)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.SINGLE)
    # When she asked for no mail at all.
    muted_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.email}: {self.get_mode_display()}"


class Notice(models.Model):
    """One thing to tell one address; removed once the mail that tells it has left.

    `comment` is hers, `answer` what somebody said to it.
    """

    class What(models.TextChoices):
        """What happened."""

        APPROVED = "approved", _("Your comment is public")
        REFUSED = "refused", _("Your comment is not published")
        ANSWERED = "answered", _("Somebody answered")
        EDIT_TAKEN = "edit_taken", _("Your new wording is public")
        EDIT_REFUSED = "edit_refused", _("Your new wording is not published")

    # In lower case.
    email = models.EmailField(db_index=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="notices")
    answer = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    what = models.CharField(max_length=12, choices=What)
    made_at = models.DateTimeField(default=timezone.now)
    # The key of the mail that tells it, from when its words are written until it has left.
    told_in = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_what_display()}"
