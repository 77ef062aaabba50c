"""Origin: whether the browser said that the form came from this site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields a finding that holds when no header names where the form was sent from."""
    del history
    if not submission.origin_known:
        reason = _("The browser did not say which site the form came from; old browsers do not.")
        yield Evidence("origin", 0.4, reason, holds=True)
