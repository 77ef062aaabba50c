"""Signs of a text that leads elsewhere without a link: an address spelled out, words to search for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comments.spam.facts import Submission

_HEAD, _TAIL = 500, 700
"""Characters of a long text that are read, of its beginning and of its end."""
_ENDINGS = "com|net|org|info|biz|online|shop|site|xyz|club|ru|in|io|co"
_SPELLED = re.compile(
    rf"[\[( ](?:dot|d0t)[\]) ]\s?(?:{_ENDINGS})\b|\w \. ?(?:{_ENDINGS})\b|\w ?\. (?:com|net|org)\b"
    r"|\bh ?t ?t ?p ?s? ?: ?/ /|\bhxxp|\bw w w\b",
    re.IGNORECASE,
)
_SOUGHT = re.compile(
    r"\b(?:search(?: google| online| youtube)?(?: for)?|google|look up|type(?: in)?|visit|"
    r"check out|go to)(?: the)? [\"'“‘]?[A-Z\d]"
)


def wording_signs(submission: Submission) -> Iterator[str]:
    """Yields the signs of a text; of a long one its beginning and its end are read."""
    text = submission.prose
    text = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    if _SPELLED.search(text):
        yield "address spelled"
    if _SOUGHT.search(text):
        yield f"to be sought {'links' if submission.links else 'none'}"
