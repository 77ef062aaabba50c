"""A name that sells: commercial words, keyword lists, shouting, the name again in the link.

By log-likelihood ratio over the comments with a link in the shared training files, rounded towards
caution: a page in whose path all words of the name stand had 20 of 100 of spam and 0.6 of 100 genuine,
a path with a commercial word of the name 8 and 0. A host named like its reader is no sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from comments.spam.addresses import registered
from comments.spam.evidence import Evidence
from comments.spam.lexicon import selling_phrases, vocabulary
from comments.spam.tokens import quoted, words_of

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_SHOUTED_LETTERS = 9
_SHORTEST_KEYWORD = 3
_JUDGED_PATH = 300


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
    yield from _repeated_in_link(selling, submission)
    yield from _named_page(words, submission)
    if submission.shown_name.isupper() and len("".join(words)) >= _SHOUTED_LETTERS:
        yield Evidence("name", 0.3, gettext("The name is written in capitals only."))


def _selling(words: tuple[str, ...]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word in vocabulary("commercial_names")]


def _is_phrase(words: tuple[str, ...]) -> bool:
    return any(phrase.strength == "strong" for phrase, _ in selling_phrases().find(words))


def _repeated_in_link(selling: list[str], submission: Submission) -> Iterator[Evidence]:
    """A commercial word of the name that stands in the host or the path of its link, too."""
    host, link = submission.host, f"{submission.host}/{_path_of(submission)}"
    repeated = [word for word in selling if len(word) >= _SHORTEST_KEYWORD and word in link]
    if repeated:
        reason = gettext("The name and its link %(words)s share what is sold: %(words2)s.") % {
            "words": quoted([host]),
            "words2": quoted(repeated),
        }
        yield Evidence("name", 1.2, reason)


def _named_page(words: tuple[str, ...], submission: Submission) -> Iterator[Evidence]:
    """A page whose address spells the whole name; where many have a page, it does so for everybody."""
    telling = [word for word in words if len(word) >= _SHORTEST_KEYWORD]
    path = _path_of(submission)
    is_page_of_many = registered(submission.host) in vocabulary("pages_of_many")
    if len(telling) > 1 and all(word in path for word in telling) and not is_page_of_many:
        reason = gettext("The link leads to a page that is called like its sender: %(words)s.")
        yield Evidence("name", 1.5, reason % {"words": quoted([path])})


def _path_of(submission: Submission) -> str:
    return submission.url[:_JUDGED_PATH].lower().partition("://")[2].partition("/")[2]
