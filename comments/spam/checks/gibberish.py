"""Keyboard gibberish: Latin letters in an order that no language we know uses.

Judges only words of Latin letters; other scripts, addresses and pieces of code are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence
from comments.spam.letters import letter_model, surprise
from comments.spam.tokens import quoted, words_of

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

SHORTEST_WORD, LONGEST_WORD = 5, 60
JUDGED_WORDS = 45
"""As many words at either end show what a text is made of; more would only cost time."""
IMPLAUSIBLE_BITS = 5.1
"""Bits per letter from which a word is hard to believe; 1 in 60 rare words of readers get there."""
IMPLAUSIBLE_NAME_BITS = 5.5
"""The same for names, which are stranger than other words."""
_HOLDS = 2.8
"""Weight from which a person looks, whatever the rest says: 5 of 10,000 comments of readers."""
_CODE = frozenset("_=/\\{}<>$`@#|~^")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields findings about text and name; a single odd word in a long text is nothing.

    A text that is mashed for the most part holds.
    """
    del history
    words = [word for word in _readable(submission.prose) if len(word) > 1]
    odd = {word for word in set(words) if is_mashed(word)}
    mashed = [word for word in words if word in odd]
    weight = _weigh(words, mashed)
    if weight:
        reason = _("Letters in no known order, as if typed by chance: %(words)s.") % {
            "words": quoted(mashed)
        }
        yield Evidence("gibberish", weight, reason, holds=weight >= _HOLDS)
    name = words_of(submission.shown_name)
    named = [word for word in name if is_mashed(word, IMPLAUSIBLE_NAME_BITS)]
    if named:
        yield Evidence(
            "gibberish",
            1.2,
            _("The name looks typed by chance: %(words)s.") % {"words": quoted(named)},
        )


def _readable(prose: str) -> tuple[str, ...]:
    pieces = prose.split()
    if len(pieces) > 2 * JUDGED_WORDS:
        pieces = [*pieces[:JUDGED_WORDS], *pieces[-JUDGED_WORDS:]]
    return words_of(" ".join(piece for piece in pieces if _CODE.isdisjoint(piece)))


def is_mashed(word: str, limit: float = IMPLAUSIBLE_BITS) -> bool:
    """Tells whether a lower-case word is of Latin letters in an implausible order."""
    if not SHORTEST_WORD <= len(word) <= LONGEST_WORD or word in letter_model().words:
        return False
    bits = surprise(_DRAWN_OUT.sub(r"\1", word))
    return bits is not None and bits >= limit


def _weigh(words: list[str], mashed: list[str]) -> float:
    if not mashed:
        return 0.0
    share = sum(map(len, mashed)) / sum(map(len, words))
    if share >= 0.6:
        return 2.8
    if share >= 0.4:
        return 1.8
    if share >= 0.25:
        return 1.0
    return 0.6 if len(words) <= 12 or len(mashed) > 2 else 0.0
