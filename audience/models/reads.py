"""How often a post was read on a day and from where; and who was counted already, for that day only."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.models import Post

SEE = "audience.view_numbers"
"""The right to see the numbers."""


class ReadsQuerySet(models.QuerySet["Reads"]):
    """Which counts."""

    def within(self, first: date, until: date) -> Self:
        """Those of the days from `first` on and before `until`."""
        return self.filter(day__gte=first, day__lt=until)

    def total(self) -> int:
        """Return how many reads they are together. One query."""
        return self.aggregate(sum=models.Sum("count"))["sum"] or 0


class Reads(models.Model):
    """The readers that one post had on one day from one source; each reader counts once.

    `source` is the host of the page that led here, or one of the names in `audience.referrers`. The day is
    one of the site's time zone. What is older than two years stands under the first day of its month.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reads")
    day = models.DateField()
    source = models.CharField(max_length=100, blank=True)
    count = models.PositiveIntegerField()

    objects = ReadsQuerySet.as_manager()

    class Meta:
        ordering = ["day", "post", "source"]
        verbose_name = _("numbers")
        verbose_name_plural = _("numbers")
        default_permissions = ()
        permissions = [("view_numbers", "Can see what is read, and from where")]
        constraints = [
            models.UniqueConstraint(fields=["day", "post", "source"], name="one_count_of_reads")
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"


class Mark(models.Model):
    """That somebody was counted at a post today: a keyed digest, whose key is in no database.

    Without the key, which is thrown away when the day ends, it says nothing about anybody.
    """

    mark = models.CharField(max_length=32, primary_key=True)
    day = models.DateField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"A reader on {self.day}"
