"""Addresses that others link to and that lead elsewhere now."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.post import Post

LONGEST_PATH = 500


class OldAddress(models.Model):
    """A path that no page has any more, and where its readers are sent for good (301)."""

    path = models.CharField(
        _("old address"),
        max_length=LONGEST_PATH,
        unique=True,
        help_text=_("As in /2019/05/our-plan/ or /?p=12: what follows the name of the site."),
    )
    # One of the two: a post is found wherever it moves, anything else by its path.
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, blank=True, related_name="old_addresses"
    )
    target = models.CharField(
        _("leads to"),
        max_length=LONGEST_PATH,
        blank=True,
        help_text=_("A path of this site, such as /topics/safety/."),
    )
    origin = models.CharField(max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["path"]
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(post__isnull=False, target="")
                | (models.Q(post__isnull=True) & ~models.Q(target="")),
                name="an_old_address_leads_to_one_place",
                violation_error_message=_("Choose a post, or write a path: one of the two."),
            ),
        ]

    def __str__(self) -> str:
        return self.path
