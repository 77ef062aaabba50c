"""What a comment has in common with what stands above it: the post, and the comment it answers."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache
from typing import TYPE_CHECKING

from comments.spam.lexicon import common_words
from comments.spam.tokens import JUDGED_CHARACTERS, plain, words_of
from comments.spam.vocabulary import GENERIC_STEMS, content_stems

if TYPE_CHECKING:
    from comments.spam.facts import Submission

READ_CHARACTERS = 20_000
"""How much of a post is compared; longer ones repeat their words by then."""
_COMMON_WORD, _RARE_WORD = 0.4, 0.7


def shared_with_post(submission: Submission) -> dict[str, float]:
    """Returns the words that the post uses too, with the weight of each: rare ones count more.

    Words that stand under any post do not count.
    """
    return _shared(submission, stems_of_post(submission.post_title, submission.post_text))


def shared_with_answered(submission: Submission) -> dict[str, float]:
    """Returns the same for the comment that it answers, without the words of the post."""
    if not submission.answered_text:
        return {}
    answered = content_stems(words_of(plain(submission.answered_text[:JUDGED_CHARACTERS])))
    post = stems_of_post(submission.post_title, submission.post_text)
    return _shared(submission, answered.keys() - post)


def _shared(submission: Submission, above: Set[str]) -> dict[str, float]:
    common = common_words()
    return {
        word: _COMMON_WORD if word in common else _RARE_WORD
        for key, word in submission.stems.items()
        if key in above and key not in GENERIC_STEMS and len(key) > 2
    }


@lru_cache(maxsize=64)
def stems_of_post(title: str, text: str) -> frozenset[str]:
    """Returns the stems of a post's content words; kept for the posts under discussion."""
    return frozenset(content_stems(words_of(plain(f"{title} {text[:READ_CHARACTERS]}"))))
