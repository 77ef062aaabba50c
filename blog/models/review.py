"""May this version go out? The signatures it needs, and the decisions made; rows that never change."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models.adoption import LABEL_LENGTH
from blog.models.version import Rendering, Version


class Decision(models.TextChoices):
    """What a person said about a version."""

    APPROVED = "approved", gettext_lazy("Approved")
    CHANGES = "changes", gettext_lazy("Changes requested")
    REVOKED = "revoked", gettext_lazy("Revoked")


class Review(models.Model):
    """The question whether a version in one rendering may go out, and whose signatures it needs.

    `needs` lists signatures: `user:<pk of the account>`, `role:CEO` or `role:Counsel`.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    rendering = models.ForeignKey(Rendering, on_delete=models.PROTECT, related_name="reviews")
    needs = models.JSONField()
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)
    opened_by_label = models.CharField(max_length=LABEL_LENGTH)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return _("Review of %(version)s") % {"version": self.version}

    def latest_decisions(self) -> dict[str, Approval]:
        """Return the newest decision for each signature. One query, none when prefetched."""
        return {
            approval.signature: approval
            for approval in sorted(self.approvals.all(), key=lambda a: a.pk)
        }

    def given(self) -> dict[str, int]:
        """Return the signatures that count, each with the account that gave it, in order of need.

        One account gives at most one: a second signature by the same hand is none.
        """
        latest = self.latest_decisions()
        found: dict[str, int] = {}
        for signature in self.needs:
            said = latest.get(signature)
            if said and said.decision == Decision.APPROVED and said.by not in found.values():
                found[signature] = said.by
        return found

    def missing(self) -> Sequence[str]:
        """Return the signatures still needed, in order."""
        given = self.given()
        return [signature for signature in self.needs if signature not in given]

    @property
    def is_complete(self) -> bool:
        """Whether every signature was given, each by another account; `blog/guards.py` asks the same."""
        return 0 < len(self.needs) == len(self.given())


class Approval(models.Model):
    """One decision of one person for one signature; the newest for a signature counts."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="approvals")
    signature = models.CharField(max_length=40)
    decision = models.CharField(max_length=10, choices=Decision)
    note = models.TextField(max_length=2000, blank=True)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    by_label = models.CharField(max_length=LABEL_LENGTH)
    # The key of the row in the record that this decision belongs to.
    record = models.UUIDField(default=uuid.uuid4, unique=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return _("%(decision)s by %(name)s") % {
            "decision": self.get_decision_display(),
            "name": self.by_label,
        }
