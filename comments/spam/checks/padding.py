"""Padding: a link so far behind that what stands before it would hide it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

FAR_CHARACTERS, FAR_WORDS = 1_200, 200
"""Behind so much, the learned part has read nearly all that it reads of a text."""
_WORD = re.compile(r"\S+")


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields links behind all that is read of a long text, and holds: 2 of 1,000 readers have one."""
    del history
    if not submission.links:
        return
    end = _end_of_what_is_read(submission.text)
    far = [link.host for link in submission.links if link.span[0] >= end]
    if far:
        reason = _("A link stands far down in a long text: %(words)s.") % {"words": quoted(far)}
        yield Evidence("padding", 0.0, reason, holds=True)


def _end_of_what_is_read(text: str) -> int:
    words = _WORD.finditer(text[:FAR_CHARACTERS])
    after = next(islice(words, FAR_WORDS, None), None)
    return after.start() if after else FAR_CHARACTERS
