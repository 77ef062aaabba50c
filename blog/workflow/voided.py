"""Signatures that a later text has made void, in words for whoever tries to publish that text."""

from __future__ import annotations

from django.utils.translation import gettext as _

from blog.models import Review, Version


def voided(version: Version, review: Review | None = None) -> str:
    """Return who signed an earlier text and not this one, as a sentence; nothing when nobody did.

    The latest earlier text counts, since only that can be thought of as signed.

    Args:
        review: of `version`; whoever has signed there is not named.
    """
    names = " and ".join(_signed_before(version, review.given() if review else {}))
    return (
        _("%(names)s signed the text before this change, and not this one.") % {"names": names}
        if names
        else ""
    )


def _signed_before(version: Version, given: dict[str, int]) -> list[str]:
    earlier = Review.objects.filter(
        version__post=version.post_id, version__number__lt=version.number
    )
    for review in earlier.order_by("-version__number", "-pk").prefetch_related("approvals"):
        decisions, signed = review.latest_decisions(), review.given()
        if signed:
            return [decisions[need].by_label for need in signed if need not in given]
    return []
