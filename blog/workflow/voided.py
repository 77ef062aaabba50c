"""Signatures that a later text has made void, in words for whoever tries to publish that text."""

from __future__ import annotations

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Review, Version


def voided(version: Version, review: Review | None = None) -> str:
    """Return who signed an earlier text and not this one, as a sentence; nothing when nobody did.

    The latest earlier text counts, since only that can be thought of as signed.

    Args:
        review: of `version`; whoever has signed there is not named.
    """
    names = _signed_before(version, review.given() if review else {})
    if not names:
        return ""
    said = ngettext(
        "%(names)s signed the text before this change, and not this one.",
        "%(names)s signed the text before this change, and not this one.",
        len(names),
    )
    return said % {"names": get_text_list(names, _("and"))}


def _signed_before(version: Version, given: dict[str, int]) -> list[str]:
    earlier = Review.objects.filter(
        version__post=version.post_id, version__number__lt=version.number
    )
    for review in earlier.order_by("-version__number", "-pk").prefetch_related("approvals"):
        decisions, signed = review.latest_decisions(), review.given()
        if signed:
            return [decisions[need].by_label for need in signed if need not in given]
    return []
