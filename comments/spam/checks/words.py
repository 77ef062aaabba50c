"""Words that sell: search ranking, gambling, coins, medicine, loans and the like, by subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comments.spam.evidence import Evidence
from comments.spam.lexicon import selling_phrases
from comments.spam.tokens import quoted, words_of

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_SIGNS = re.compile(r"(?:[^\w'%]|_)+")
SENTENCES = {
    "seo": _("Words of selling search ranking or links: %(words)s."),
    "marketing": _("Words of advertising a service: %(words)s."),
    "gambling": _("Words of gambling: %(words)s."),
    "crypto": _("Words of selling coins, trading or easy money: %(words)s."),
    "pills": _("Words of selling medicine or diets: %(words)s."),
    "loans": _("Words of selling loans or insurance: %(words)s."),
    "recovery": _("Words of a recovery or hacking scam: %(words)s."),
    "goods": _("Words of selling copies, papers or pictures: %(words)s."),
    "contact": _("Words of asking to write to a private number or account: %(words)s."),
}
"""What is said of each subject."""

_HEAVIEST_SUBJECT = 3.6
_STRONG, _WEAK, _FURTHER = 2.2, 0.5, 0.7


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields one finding a subject; phrases that the post itself uses do not count."""
    del history
    own = phrases_of_post(submission.post_title, submission.post_text)
    found: dict[str, dict[str, float]] = {}
    for phrase, words in selling_phrases().find(with_numbers(submission.prose)):
        if phrase.words not in own:
            weight = _STRONG if phrase.strength == "strong" else _WEAK
            heard = found.setdefault(phrase.subject, {})
            heard[words] = max(weight, heard.get(words, 0.0))
    for subject, heard in found.items():
        reason = str(SENTENCES[subject]) % {"words": quoted(heard)}
        yield Evidence("words", _weigh(heard), reason)


def _weigh(heard: dict[str, float]) -> float:
    """The strongest phrase counts in full, each further one a part of it."""
    first, *others = sorted(heard.values(), reverse=True)
    return round(min(first + _FURTHER * sum(others), _HEAVIEST_SUBJECT), 2)


def with_numbers(prose: str) -> tuple[str, ...]:
    """Returns words and numbers of the prose, bare of other signs, for phrases like `50% off`."""
    return tuple(_SIGNS.sub(" ", prose.lower()).split())


@lru_cache(maxsize=64)
def phrases_of_post(title: str, text: str) -> frozenset[tuple[str, ...]]:
    """Returns the selling phrases of a post: a post about loans brings comments about loans."""
    words = words_of(f"{title} {text[:20_000]}")
    return frozenset(phrase.words for phrase, _words in selling_phrases().find(words))
