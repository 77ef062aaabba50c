"""Text to the words that tell what it is about: no ORM, no request, the same on every machine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, pairwise

from blog.related.common_words import COMMON_WORDS
from blog.search.tokens import tokens_of

MOST_WORDS = 40
"""Words kept of a post. What comes after them is said once or twice, and in passing."""

STEM = 6
"""Letters by which a word is known, without an s at its end: "supplier" and "suppliers" are one. Cutting
words is cruder than the stemming of a language, and does nearly as well in all of them (P. McNamee and
J. Mayfield, "Character n-gram tokenization for European language text retrieval", Information Retrieval
7 (2004), 73-97)."""

_SHORTEST = 3
_TITLE, _SUMMARY = 4, 2
"""How often a word counts that stands in the title, or in the standfirst and In brief."""

_CHARACTER = re.compile("z(?:z|a..|b...|c....)|.")


def telling_words(title: str, summary: str, text: str, language: str = "en") -> dict[str, int]:
    """Return at most `MOST_WORDS` words of a post, cut to stems, with how often each counts.

    All texts are in NFC. Words that every text in `language` holds are left out; for a language
    without a list of those, how many posts hold a word has to do.

    Args:
        summary: what stands above the text, and says again what it is about.
        language: a code such as `en-gb`.
    """
    common = _common(language.partition("-")[0])
    counts: Counter[str] = Counter()
    for words, weight in ((title, _TITLE), (summary, _SUMMARY), (text, 1)):
        for word in _words(words, common):
            counts[word] += weight
    kept = sorted(counts.items(), key=lambda word: (-word[1], -len(word[0]), word[0]))[:MOST_WORDS]
    return dict(sorted(kept))


def _words(text: str, common: frozenset[str]) -> Iterator[str]:
    """Yield the words of a text; where a script writes none apart, each two characters in a row."""
    for token, following in pairwise(chain(tokens_of(text), [""])):
        letters = _CHARACTER.findall(token)
        if len(letters) >= _SHORTEST:
            if token not in common and not token.isdecimal():
                plain = letters[:-1] if letters[-1] == "s" and len(letters) > _SHORTEST else letters
                yield "".join(plain[:STEM])
        elif _is_coded(token) and _is_coded(following):
            yield token + following


def _is_coded(token: str) -> bool:
    """Whether a token is one character beyond ASCII."""
    return len(token) > 2 and _CHARACTER.fullmatch(token) is not None


@cache
def _common(language: str) -> frozenset[str]:
    """Return the words of a language that say nothing of a text, spelt as tokens."""
    return frozenset(_tokens(COMMON_WORDS.get(language, "").split()))


def _tokens(words: Iterable[str]) -> Iterator[str]:
    return chain.from_iterable(map(tokens_of, words))
