"""What changed in words that readers could see: rows that never change."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple, Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.models.version import Rendering

REMOVED = _("These words were removed.")
UNTOLD = _("The text was changed.")
"""Of corrections that are older than the rule that each has a sentence."""


class CorrectionNotice(NamedTuple):
    """What readers are told about one correction; no moment while it is not public."""

    sentence: str
    at: datetime | None


class PublicChangeQuerySet(models.QuerySet["PublicChange"]):
    """Changes, asked for by what readers are told of them."""

    def with_standing(self) -> Self:
        """Give each `is_withdrawn`: whether its words were taken away from readers afterwards."""
        return self.annotate(is_withdrawn=models.Exists(_later_withdrawals()))

    def of_shown_words(self) -> Self:
        """Without the changes of words that were taken away from readers afterwards."""
        return self.filter(~models.Exists(_later_withdrawals()))

    def that_stood(self) -> Self:
        """Without those that were undone within a minute, and without the undoing."""
        return self.filter(undone_by__isnull=True, undoes__isnull=True)

    def corrections(self) -> Self:
        """Those with a sentence for readers that stood."""
        return self.that_stood().filter(kind=PublicChange.Kind.CORRECTION)

    def newest_first(self) -> Self:
        """In the order of every list of changes."""
        return self.order_by("-pk")


def _later_withdrawals() -> PublicChangeQuerySet:
    same = PublicChange.objects.filter(post=models.OuterRef("post"), after__isnull=True)
    return same.filter(pk__gt=models.OuterRef("pk")).order_by()


class PublicChange(models.Model):
    """One moment at which words that readers could see became others, or went.

    It names HTML and not only words, for that is what readers had in front of them. The verb that
    changes a public post writes it; what was never public is in none.
    """

    class Kind(models.TextChoices):
        """What a change is to readers."""

        TYPO = "typo", _("A typo")
        CORRECTION = "correction", _("Correction")
        RETRACTION = "retraction", _("Retraction")
        TAKEN_BACK = "taken_back", _("Taken back")
        UNDONE = "undone", _("Undone")

    post = models.ForeignKey("blog.Post", on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    before = models.ForeignKey(Rendering, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Rendering, on_delete=models.PROTECT, null=True, related_name="+")
    notice = models.TextField(max_length=1000, blank=True)
    # The change that this one undid, at once.
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )
    at = models.DateTimeField()
    # The key of the entry in the record that this belongs to.
    record = models.UUIDField(default=uuid.uuid4, unique=True)

    objects = PublicChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["typo", "correction", "undone"], after__isnull=False)
                | models.Q(kind__in=["retraction", "taken_back"], after__isnull=True),
                name="withdrawn_words_have_none_after",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="undone", undoes__isnull=False)
                | models.Q(~models.Q(kind="undone"), undoes__isnull=True),
                name="undoing_names_what_it_undid",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(kind)s of %(version)s") % {
            "kind": self.get_kind_display(),
            "version": self.before.version,
        }

    @property
    def reason(self) -> str:
        """The sentence for readers: what was corrected, or the notice in place of the words."""
        if self.after is None or self.is_typo:
            return self.notice
        if self.after.version.redacted_at:
            return str(REMOVED)
        return self.after.version.correction or str(UNTOLD)

    @property
    def is_typo(self) -> bool:
        """Whether readers are told of it in the history alone."""
        return self.kind == self.Kind.TYPO
