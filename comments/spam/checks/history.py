"""Earlier decisions about the same address, name, network and linked host."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence

if TYPE_CHECKING:
    from comments.spam.facts import Counts, History, Submission

_MOST_TRUST, _MOST_DISTRUST = -1.5, 2.5
_SOURCES = (("address", 1.0), ("host", 1.2), ("network", 0.6), ("name", 0.5))
"""What is counted and how much of its smoothed log-odds is believed."""
_TYPED = frozenset({"host", "name"})


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields one finding for each source that was decided before.

    What anybody can type gives no trust: a name, a link, an address that nothing shows to be hers.
    """
    del submission
    for source, belief in _SOURCES:
        counts: Counts = getattr(history, source)
        weight = round(belief * smoothed_log_odds(counts), 2)
        if source in _TYPED or (source == "address" and not history.is_recognised):
            weight = max(weight, 0.0)
        if weight:
            bounded = min(max(weight, _MOST_TRUST), _MOST_DISTRUST)
            yield Evidence("history", bounded, _reason(source, counts))


def smoothed_log_odds(counts: Counts) -> float:
    """Returns log-odds of bad to good with one of each added (Laplace); a rejection is half bad."""
    return math.log((counts.spam + counts.rejected / 2 + 1) / (counts.approved + 1))


def _reason(source: str, counts: Counts) -> str:
    told = _("%(approved)s approved, %(rejected)s rejected, %(spam)s spam") % {
        "approved": counts.approved,
        "rejected": counts.rejected,
        "spam": counts.spam,
    }
    sentence = {
        "address": _("Earlier comments with this e-mail address: %(told)s."),
        "host": _("Earlier comments with this link: %(told)s."),
        "network": _("Earlier comments with this network: %(told)s."),
        "name": _("Earlier comments with this name: %(told)s."),
    }[source]
    return sentence % {"told": told}
