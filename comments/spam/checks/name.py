"""A name that sells: commercial words, keyword lists, shouting, the keyword again in the link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from comments.spam.evidence import Evidence
from comments.spam.lexicon import selling_phrases, vocabulary
from comments.spam.tokens import quoted, words_of

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_SHOUTED_LETTERS = 9


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields what the name alone and beside its link tells; a name never speaks for trust."""
    del history
    words = words_of(submission.shown_name)
    selling = _selling(words)
    if selling:
        weight = 2.6 if len(selling) > 1 or _is_phrase(words) else 1.6
        yield Evidence(
            "name", weight, gettext("The name sells: %(words)s.") % {"words": quoted(selling)}
        )
    yield from _repeated_in_host(selling, submission.host)
    if submission.shown_name.isupper() and len("".join(words)) >= _SHOUTED_LETTERS:
        yield Evidence("name", 0.3, gettext("The name is written in capitals only."))


def _selling(words: tuple[str, ...]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word in vocabulary("commercial_names")]


def _is_phrase(words: tuple[str, ...]) -> bool:
    return any(phrase.strength == "strong" for phrase, _ in selling_phrases().find(words))


def _repeated_in_host(selling: list[str], host: str) -> Iterator[Evidence]:
    repeated = [word for word in selling if len(word) > 2 and word in host]
    if repeated:
        reason = gettext("The name and its link %(words)s share what is sold: %(words2)s.") % {
            "words": quoted([host]),
            "words2": quoted(repeated),
        }
        yield Evidence("name", 1.2, reason)
