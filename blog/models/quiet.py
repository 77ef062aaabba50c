"""Quiet periods: spans of time in which nothing new goes public, such as the weeks before results."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils import timezone

from blog.models.adoption import LABEL_LENGTH

REASON_LENGTH = 200


class QuietPeriodQuerySet(models.QuerySet["QuietPeriod"]):
    """Which periods there are, and which of them covers a moment."""

    def covering(self, moment: Any) -> Self:
        """Those that a moment, or an expression for one, falls into; the end is not quiet any more."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def not_over(self) -> Self:
        """Those that last, and those that come, the next first."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def last_to_end(self) -> QuietPeriod | None:
        """The one after which the others are over, too."""
        return self.order_by("-ends_at", "-pk").first()


class QuietPeriod(models.Model):
    """One span in which nothing new goes public. What is public stays, and can be corrected."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=REASON_LENGTH)
    # A plain number and a frozen name, so that an account can go.
    by = models.BigIntegerField()
    by_label = models.CharField(max_length=LABEL_LENGTH)
    made_at = models.DateTimeField(default=timezone.now)

    objects = QuietPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        default_permissions = ()
        permissions = [("plan_quiet_period", "Can plan and end quiet periods")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="quiet_periods_last"
            )
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def has_begun(self) -> bool:
        """Whether it is quiet now, or was."""
        return self.starts_at <= timezone.now()


def quiet_at(moment: datetime) -> QuietPeriod | None:
    """Return the period that `moment` falls into, of several the one that ends last. One query."""
    return QuietPeriod.objects.covering(moment).last_to_end()
