"""Padding: a link so far behind that what stands before it would hide it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.addresses import Link
    from comments.spam.facts import History, Submission

FAR_CHARACTERS, FAR_WORDS = 1_200, 200
"""Behind so much, the learned part has read nearly all that it reads of a text."""
_WEIGHT = 0.0


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields links behind all that is read of a long text, and holds: 2 of 1,000 readers have one."""
    del history
    far = [link.host for link in submission.links if _is_far(link, submission.text)]
    if far:
        reason = _("A link stands far down in a long text: %(words)s.") % {"words": quoted(far)}
        yield Evidence("padding", _WEIGHT, reason, holds=True)


def _is_far(link: Link, text: str) -> bool:
    start, _end = link.span
    return start >= FAR_CHARACTERS or len(text[:start].split()) >= FAR_WORDS
