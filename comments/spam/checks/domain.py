"""Earlier decisions about other addresses of the same domain: who sends spam has as many as she likes.

Anybody can type an address, so a domain gives no trust; where many people have their mail it says
nothing. Which address of a domain is real, nobody knows, so it weighs half of what counts say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.addresses import registered
from comments.spam.checks.history import smoothed_log_odds
from comments.spam.evidence import Evidence
from comments.spam.lexicon import vocabulary
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

FEWEST = 3
"""Comments called spam from which a domain is spoken of: two may be one person who erred."""
_BELIEF, _MOST = 0.5, 1.5
_MAIL_OF_MANY = vocabulary("mail_of_many")


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields one finding where most of what came from other addresses of the domain was spam."""
    counts = history.domain
    domain = submission.mail_domain
    weight = round(min(_BELIEF * smoothed_log_odds(counts), _MOST), 2)
    if not domain or counts.spam < FEWEST or weight <= 0 or registered(domain) in _MAIL_OF_MANY:
        return
    reason = _("Other addresses of %(words)s: %(approved)s approved, %(spam)s spam.")
    said = {"words": quoted([domain]), "approved": counts.approved, "spam": counts.spam}
    yield Evidence("domain", weight, reason % said)
