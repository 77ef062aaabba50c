"""Praise that would fit under any post: kind words, nothing from the post itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from comments.spam.evidence import Evidence
from comments.spam.lexicon import stock_praise
from comments.spam.subject import shared_with_post
from comments.spam.tokens import quoted
from comments.spam.vocabulary import GENERIC_STEMS, PRAISE_STEMS

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_LONGEST = 120
_HOLDS = 2.2
"""Weight from which a person looks, whatever the rest says: 5 of 10,000 comments of readers."""
_ABOUT_THE_POST = 0.7
"""Weight of shared words from which praise is about this post: one rare word, two common."""


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields praise that shares next to nothing with the post, above all in pasted phrases.

    Several of these, and nothing else, hold.
    """
    del history
    if len(submission.words) > _LONGEST:
        return
    if sum(shared_with_post(submission).values()) >= _ABOUT_THE_POST:
        return
    stock = list(dict.fromkeys(words for _, words in stock_praise().find(submission.words)))
    generic = [word for key, word in submission.stems.items() if key in GENERIC_STEMS]
    weight = _weigh(submission, len(stock), len(generic))
    if weight:
        reason = gettext(
            "Praise that would fit under any post and says hardly anything about this one: %(words)s."
        )
        said = reason % {"words": quoted([*stock, *generic])}
        yield Evidence("praise", weight, said, holds=weight >= _HOLDS)


def _weigh(submission: Submission, stock: int, generic: int) -> float:
    praised = any(key in PRAISE_STEMS for key in submission.stems)
    share = generic / len(submission.stems) if submission.stems else 0.0
    if not stock and not (praised and share >= 0.5):
        return 0.0
    weight = min(1.2 * stock, 2.2) + (0.7 if praised and share >= 0.5 else 0.3)
    return round(weight / 2 if submission.is_reply else weight, 2)
