"""What goes out: an edition once for each post and each week, and a delivery once for each address."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Post
from newsletter.models.subscriber import Subscriber


class Edition(models.Model):
    """One mailing: of a post, or of the posts between two moments.

    There is at most one for each post, so no post is ever mailed twice. The deliveries are made some
    at a time; `reached` is the number of the last subscriber who has one.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, null=True, related_name="edition")
    # Of a weekly one: it tells what was published after the one and up to the other.
    told_from = models.DateTimeField(null=True)
    told_until = models.DateTimeField(null=True, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    reached = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    # Somebody decided that this post is not mailed.
    is_skipped = models.BooleanField(default=False)
    # What became of deliveries whose rows are gone.
    past_sent = models.PositiveIntegerField(default=0)
    past_failed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-made_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    post__isnull=False, told_from__isnull=True, told_until__isnull=True
                )
                | models.Q(post__isnull=True, told_from__isnull=False, told_until__isnull=False),
                name="edition_of_a_post_or_a_week",
            )
        ]

    def __str__(self) -> str:
        if self.post:
            return self.post.title
        return _("The week until %(day)s") % {"day": f"{self.told_until:%Y-%m-%d}"}

    @property
    def kind(self) -> str:
        """Which subscribers it is for."""
        return Subscriber.Kind.POST if self.post_id else Subscriber.Kind.WEEKLY


class Delivery(models.Model):
    """One edition to one subscriber. The row outlives the address, to be counted."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", gettext_lazy("Waiting")
        SENT = "sent", gettext_lazy("Sent")
        FAILED = "failed", gettext_lazy("Failed")
        DROPPED = "dropped", gettext_lazy("Not sent: the post was taken away, or she left")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    # What the mail server answered; it may name the address, and goes with it.
    error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["edition", "subscriber"], name="one_delivery")
        ]
        indexes = [models.Index(fields=["state", "settled_at"], name="delivery_states")]

    def __str__(self) -> str:
        return _("Delivery %(pk)s: %(state)s") % {"pk": self.pk, "state": self.get_state_display()}
