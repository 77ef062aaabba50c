"""Words shared with the post or the comment above: whoever answers what was written has read it.

They can be copied from it. So they speak for nobody who brings a link, or words that sell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.checks import words
from comments.spam.evidence import Evidence
from comments.spam.subject import shared_with_answered, shared_with_post
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_MOST = -1.6


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields evidence for the reader, the more the rarer the shared words are."""
    answered = shared_with_answered(submission)
    shared = shared_with_post(submission) | answered
    if not shared or submission.links or any(words.check(submission, history)):
        return
    share = len(shared) / len(submission.stems)
    weight = -sum(shared.values()) * (1.0 if share >= 0.08 else 0.5)
    reason = (
        _("Speaks of what stands above it: %(words)s.")
        if answered
        else _("Speaks of what the post is about: %(words)s.")
    )
    yield Evidence("overlap", round(max(weight, _MOST), 2), reason % {"words": quoted(shared)})
