"""What the learned part sees of a comment, in six groups: words, letters, name, link, signs, found.

The hashing trick (Weinberger et al., 2009): the place of a feature is the CRC-32 of its group and its
letters, cut to 18 bits. Words, letters, name and link count one through the square root of their
number each, so that a long text does not shout; signs and findings count the same in any company.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING
from zlib import crc32

from comments.spam.checks import text_findings
from comments.spam.learned.pieces import letters_of, link_tokens, name_tokens, readable, words_in
from comments.spam.learned.signs import signs_of, signs_of_findings, steps_of
from comments.spam.learned.table import FOUND, PLACES, SIGN, UNIT, Features, Group
from comments.spam.vocabulary import STOP_WORDS

if TYPE_CHECKING:
    from comments.spam.evidence import Evidence
    from comments.spam.facts import Submission

__all__ = ["ALWAYS", "Features", "features_of", "finding_places"]

READ_WORDS = 250
"""As many words show what a text is; more would only cost time. Most are taken from the end."""
_FIRST = 100
_SPELLED = 25
"""Of so many different words at either end the runs of letters are read.

Not of articles, pronouns and the like: much of the spam to learn from has none, so that their letters
would speak for whoever writes whole sentences, once more than they do as words.
"""
_EDGE = 3
_LETTERS = crc32(b"letters ")
"""Where the sum of every run of letters begins, worked out once."""


def features_of(submission: Submission, found: Sequence[Evidence] | None = None) -> Features:
    """Returns the features of a submission.

    `found` is what the text checks said of it, for a caller who has asked them already. Under 1 ms
    for an ordinary comment, 4 ms for the longest.
    """
    found = text_findings(submission) if found is None else found
    words = _read(words_in(readable(submission)))
    pieces = _pieces(words)
    findings = {slug: _places("found", signs) for slug, signs in signs_of_findings(found).items()}
    groups = (
        _level(
            "words",
            [*(places[0] for places in pieces.values()), *_pairs(words), *_edges(words)],
        ),
        _level("letters", [place for places in pieces.values() for place in places[1:]]),
        _level("name", _places("name", name_tokens(submission))),
        _level("link", _places("link", link_tokens(submission))),
        Group("signs", SIGN, _distinct(_places("signs", signs_of(submission, found)))),
        Group("found", FOUND, _distinct(place for places in findings.values() for place in places)),
    )
    kept = tuple(group for group in groups if group.places)
    return Features(kept, tuple(pieces.items()), tuple(findings.items()))


def _pieces(words: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Returns the place of each word and of its runs of letters."""
    distinct = list(dict.fromkeys(words))
    telling = [word for word in distinct if word not in STOP_WORDS]
    spelled = {*telling[:_SPELLED], *telling[-_SPELLED:]}
    return {
        word: (_place("words", word), *(_letter_places(word) if word in spelled else ()))
        for word in distinct
    }


def _read(words: Sequence[str]) -> Sequence[str]:
    if len(words) <= READ_WORDS:
        return words
    return (*words[:_FIRST], *words[_FIRST - READ_WORDS :])


def finding_places(check: str) -> tuple[int, ...]:
    """Returns the place of each step that the findings of a text check can reach, the lightest first."""
    return _places("found", steps_of(check))


def _level(name: str, places: Iterable[int]) -> Group:
    """Makes a group in which however many features count together as one would."""
    kept = _distinct(places)
    return Group(name, max(1, round(UNIT / sqrt(len(kept) or 1))), kept)


def _distinct(places: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(places)))


def _pairs(words: Sequence[str]) -> Iterator[int]:
    return (_place("words", f"{one} {two}") for one, two in pairwise(words))


def _edges(words: Sequence[str]) -> Iterator[int]:
    """How a text begins and ends: one, two and three words, since programs greet and part alike."""
    for count in range(1, min(_EDGE, len(words)) + 1):
        yield _place("words", f"^ {' '.join(words[:count])}")
        yield _place("words", f"{' '.join(words[-count:])} $")


def _places(group: str, tokens: Iterable[str]) -> tuple[int, ...]:
    return tuple(_place(group, token) for token in tokens)


def _place(group: str, token: str) -> int:
    return crc32(f"{group} {token}".encode("utf-8", "surrogatepass")) % PLACES


@lru_cache(maxsize=4096)
def _letter_places(word: str) -> tuple[int, ...]:
    runs = (run.encode("utf-8", "surrogatepass") for run in letters_of(word))
    return tuple(crc32(run, _LETTERS) % PLACES for run in runs)


ALWAYS = _place("signs", "sent")
"""The place of the sign that every submission has; its weight is the same for all."""
