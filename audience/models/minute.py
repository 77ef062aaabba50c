"""Which Monday minutes were mailed, and who wants them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Minute(models.Model):
    """The mail about one week; the database holds it once, so it is mailed once."""

    week = models.DateField(unique=True, help_text=_("The Monday that the week began with."))
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Monday minute")
        verbose_name_plural = _("Monday minute")
        default_permissions = ()

    def __str__(self) -> str:
        return f"The week of {self.week}"


class MinuteChoice(models.Model):
    """Whether one of us wants the mail; who never chose gets it as a chief executive, and else not."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="monday_minute"
    )
    is_wanted = models.BooleanField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {'yes' if self.is_wanted else 'no'}"
