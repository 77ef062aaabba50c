"""Mail that is waiting to be sent: a row in the same transaction as what it tells."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Outbox(models.Model):
    """One message to one person.

    Sent at least once: the worker takes a lease, sends, and marks the row; after a crash in between
    the lease ends and the row is sent again under the same Message-ID.

    A row either holds its words, or names a `digest` whose words are written when it is sent, so
    that everything up to that moment goes into one message.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    reply_to = models.EmailField(blank=True)
    digest = models.CharField(max_length=80, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("outgoing mail")
        constraints = [
            models.UniqueConstraint(
                fields=["to", "digest"],
                condition=models.Q(sent_at__isnull=True) & ~models.Q(digest=""),
                name="one_waiting_digest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject or self.digest} → {self.to}"
