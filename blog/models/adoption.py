"""Posts that came from elsewhere, and the one signature that takes a batch of them over."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LABEL_LENGTH = 301
"""The longest name of an account: a first and a last name of 150 characters, and a space."""


class Batch(models.Model):
    """One file, or folder, that was imported. Its public posts wait as drafts to be adopted together."""

    source = models.CharField(max_length=20, help_text=gettext_lazy("For example: wordpress."))
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.BigIntegerField(null=True)
    begun_by_label = models.CharField(max_length=LABEL_LENGTH)
    # Unset while an import runs, or after one that broke off: such a batch cannot be adopted.
    finished_at = models.DateTimeField(null=True, blank=True)
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["-begun_at", "-pk"]
        verbose_name = gettext_lazy("import")
        permissions = [("adopt_batch", "Can adopt an import")]

    def __str__(self) -> str:
        return self.file_name


class Adoption(models.Model):
    """The signature over a batch: these posts, in these words, were public before the record began."""

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, related_name="adoption")
    # Over the file's hash and the hashes of the words and HTML of each post, in order.
    list_hash = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.BigIntegerField()
    by_label = models.CharField(max_length=LABEL_LENGTH)
    # The key of the row in the record that this signature belongs to.
    record = models.UUIDField(default=uuid.uuid4, unique=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return _("%(batch)s, adopted by %(by_label)s") % {
            "batch": self.batch,
            "by_label": self.by_label,
        }
