"""What the owner chose about the newsletter: one row, off until she switches it on."""

from __future__ import annotations

from typing import Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DOOR = "newsletter:subscribe"
"""The page with the form, which is open while the newsletter is on."""

MANAGE = "newsletter.manage_newsletter"
"""The right to read addresses, and to decide about the newsletter."""


class Newsletter(models.Model):
    """The one row. Posts that were public before `on_since` are never mailed."""

    class Weekday(models.IntegerChoices):
        """As `datetime.weekday()` counts."""

        MONDAY = 0, gettext_lazy("Monday")
        TUESDAY = 1, gettext_lazy("Tuesday")
        WEDNESDAY = 2, gettext_lazy("Wednesday")
        THURSDAY = 3, gettext_lazy("Thursday")
        FRIDAY = 4, gettext_lazy("Friday")
        SATURDAY = 5, gettext_lazy("Saturday")
        SUNDAY = 6, gettext_lazy("Sunday")

    on_since = models.DateTimeField(null=True)
    is_paused = models.BooleanField(default=False)
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(23)])
    # Up to which moment the weekly mail has told what was published.
    told_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = gettext_lazy("newsletter")
        verbose_name_plural = gettext_lazy("newsletter")
        default_permissions = ()
        permissions = [("manage_newsletter", "Can manage the newsletter and read its addresses")]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_newsletter")]

    def __str__(self) -> str:
        return _("The newsletter")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the one row."""
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> Self:
        """Return the row, or an unsaved one that is off. One query."""
        return cls.objects.first() or cls(pk=1)

    @classmethod
    def locked(cls) -> Self:
        """Return the row, made if it is missing, locked until the transaction ends."""
        cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)
        return cls.objects.select_for_update().get(pk=1)

    @classmethod
    def open(cls) -> models.QuerySet[Newsletter]:
        """Return its row while readers can join, else none."""
        return Newsletter.objects.filter(on_since__isnull=False)

    @property
    def is_on(self) -> bool:
        """Whether readers can join."""
        return self.on_since is not None
