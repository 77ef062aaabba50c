"""Who asked for the newsletter, and the marks of those who left it."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Correspondent


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Which addresses get mail; `Subscriber.standing` says the same of one row."""

    def waiting(self) -> Self:
        """Those who have not confirmed yet."""
        return self.filter(confirmed_at=None)

    def paused(self) -> Self:
        """Those whose mail server refused too often."""
        return self.filter(confirmed_at__isnull=False, paused_at__isnull=False)

    def confirmed(self) -> Self:
        """Those who confirmed, and whose mail server takes our mail."""
        return self.filter(confirmed_at__isnull=False, paused_at=None)

    def receiving(self) -> Self:
        """The confirmed, without those who wanted no mail at all from this site."""
        muted = Correspondent.objects.filter(email=models.OuterRef("email"))
        return self.confirmed().filter(~models.Exists(muted.filter(muted_at__isnull=False)))


class Subscriber(models.Model):
    """One address, in lower case. Leaving removes the row."""

    class Kind(models.TextChoices):
        """How often."""

        POST = "post", gettext_lazy("Each post")
        WEEKLY = "weekly", gettext_lazy("Once a week")

    class Source(models.TextChoices):
        """Where the address came from."""

        FORM = "form", gettext_lazy("Signed up here")
        FILE = "file", gettext_lazy("Brought in by a file")

    email = models.EmailField(gettext_lazy("address"), unique=True)
    kind = models.CharField(gettext_lazy("wants"), max_length=6, choices=Kind, default=Kind.POST)
    source = models.CharField(max_length=4, choices=Source, default=Source.FORM)
    # What its links are made from, so that no address stands in a link.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    # When it was last asked to confirm; empty while it waits for its turn after an import.
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(gettext_lazy("since"), null=True)
    # The days on which its mail server refused for good, one after the other.
    refused_days = models.PositiveSmallIntegerField(default=0)
    refused_on = models.DateField(null=True)
    paused_at = models.DateTimeField(null=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering = ["email"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")),
                name="subscribers_in_lower_case",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def standing(self) -> str:
        """Where it stands, in words."""
        if self.confirmed_at is None:
            return _("Not confirmed yet")
        return _("Paused: its mail server refuses") if self.paused_at else _("Gets mail")


class Departure(models.Model):
    """The keyed hash of an address that left, so that no file brings it back without its own yes."""

    mark = models.CharField(max_length=64, primary_key=True)
    left_at = models.DateTimeField(default=timezone.now)
    # How often it was asked that day: leaving takes the sent mails with it, from which that is counted.
    asked = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.mark
