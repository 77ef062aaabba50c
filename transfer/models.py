"""What came from where, so that a second import adds nothing and a changed source is noticed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.models import Batch, Image, Post
from comments.models import Comment

LONGEST_KEY = 300


class Imported(models.Model):
    """One thing of a source, and what became of it here; the unique key makes an import repeatable."""

    class Kind(models.TextChoices):
        """What it was."""

        POST = "post", _("Post or page")
        COMMENT = "comment", _("Comment")
        IMAGE = "image", _("Picture")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="imported")
    source = models.CharField(max_length=20)
    # The site the key belongs to: two blogs may both have a post 1.
    origin = models.CharField(max_length=LONGEST_KEY)
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=LONGEST_KEY)
    # SHA-256 (hex) of what the source said, to see that it says something else now.
    digest = models.CharField(max_length=64)
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, blank=True, related_name="imported"
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="imported"
    )
    image = models.ForeignKey(
        Image, on_delete=models.CASCADE, null=True, blank=True, related_name="imported"
    )

    class Meta:
        verbose_name = _("imported thing")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "origin", "kind", "key"], name="imported_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind} {self.key}"
