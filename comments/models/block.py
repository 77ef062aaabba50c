"""What the owner of the site does not want to see unread: addresses, networks, words."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BlockQuerySet(models.QuerySet["Block"]):
    """Which blocks count."""

    def in_force(self, at: datetime | None = None) -> Self:
        """Those that have not expired at a moment; now, unless given."""
        now = at or timezone.now()
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=now))


class Block(models.Model):
    """One rule of the blocklist. What it catches waits for a person, or lies among the spam, and says why.

    `value` is normalised by `comments.blocklist`: lower case, a network in CIDR notation.
    """

    class Kind(models.TextChoices):
        """What `value` is."""

        ADDRESS = "address", _("E-mail address")
        DOMAIN = "domain", _("Domain of an address or a link")
        NETWORK = "network", _("IP address or network")
        WORD = "word", _("Word or phrase")
        PATTERN = "pattern", _("Pattern (regular expression)")

    class Effect(models.TextChoices):
        """What becomes of a comment it catches."""

        HOLD = "hold", _("A person decides")
        SPAM = "spam", _("It goes to the spam")

    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=300)
    effect = models.CharField(max_length=4, choices=Effect, default=Effect.HOLD)
    note = models.CharField(
        max_length=200, blank=True, help_text=_("Why, for colleagues. Readers never see it.")
    )
    expires_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty for ever.")
    )
    hits = models.PositiveIntegerField(default=0, editable=False)
    last_hit_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "value"]
        verbose_name = _("block")
        verbose_name_plural = _("blocklist")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                name="one_block",
                violation_error_message=_("This is on the list already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"
