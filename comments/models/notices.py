"""How often one of us wants mail about comments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeChoice(models.Model):
    """How often one of us wants mail about comments that wait."""

    class Mode(models.TextChoices):
        """At once for the first and then at most hourly, once a day or a week, or never."""

        HOURLY = "hourly", _("At once, then at most once an hour")
        DAILY = "daily", _("Once a day, at eight")
        WEEKLY = "weekly", _("Once a week, on Friday at eight")
        OFF = "off", _("Never")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comment_notices"
    )
    mode = models.CharField(
        _("mail about waiting comments"), max_length=8, choices=Mode, default=Mode.HOURLY
    )

    class Meta:
        verbose_name = _("mail about comments")
        verbose_name_plural = _("mail about comments")

    def __str__(self) -> str:
        return f"{self.user}: {self.get_mode_display()}"
