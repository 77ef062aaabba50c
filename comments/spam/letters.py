"""How likely a run of Latin letters is as a word of any language written with them.

A letter trigram model with interpolation (Jelinek and Mercer, 1980), counted at first use from
`data/common_words.txt` and `data/latin_texts.txt`. Accents are folded away, so that a language with
many marks is not strange for having them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from comments.spam.lexicon import common_words, read_data
from comments.spam.tokens import fold, words_of

_LATIN = re.compile(r"[a-z]+")
_ALPHABET = 27
_TRIGRAM_SHARE, _BIGRAM_SHARE, _SINGLE_SHARE = 0.6, 0.3, 0.1


class LetterModel:
    """How surprising each letter is after the two before it, learned from a list of words."""

    def __init__(self, words: frozenset[str]) -> None:
        self.words = words
        runs = [f"  {word} " for word in sorted(words)]
        self._triples = Counter(run[i : i + 3] for run in runs for i in range(len(run) - 2))
        self._pairs = Counter(run[i : i + 2] for run in runs for i in range(len(run) - 1))
        self._singles = Counter(letter for run in runs for letter in run[2:])
        self._total = self._singles.total()
        self._known = {triple: self._surprise(triple) for triple in self._triples}

    def surprise(self, word: str) -> float:
        """Mean bits per letter, the end included: about 3 for a word, 5 and more for a mash.

        `word` must be folded and consist of a–z only.
        """
        run = f"  {word} "
        bits = 0.0
        for at in range(len(run) - 2):
            triple = run[at : at + 3]
            known = self._known.get(triple)
            bits += self._remember(triple) if known is None else known
        return bits / (len(word) + 1)

    def _remember(self, triple: str) -> float:
        """Works out an unseen triple once; at most 27 × 27 × 27 are kept."""
        self._known[triple] = bits = self._surprise(triple)
        return bits

    def _surprise(self, triple: str) -> float:
        first, second, letter = triple[0], triple[1], triple[2]
        chance = _TRIGRAM_SHARE * self._triples[triple] / (self._pairs[first + second] or 1)
        chance += _BIGRAM_SHARE * self._pairs[second + letter] / (self._singles[second] or 1)
        chance += _SINGLE_SHARE * (self._singles[letter] + 1) / (self._total + _ALPHABET)
        return -math.log2(chance)


@cache
def letter_model() -> LetterModel:
    """The model of the words that come with the package; about 20 ms at first use."""
    return LetterModel(frozenset(_sample_words()))


def _sample_words() -> Iterator[str]:
    yield from common_words()
    text = re.sub(r"(?m)^#.*$|^\[.*?\]", " ", read_data("latin_texts.txt"))
    yield from (folded for word in words_of(text) for folded in _LATIN.findall(fold(word)))


def surprise(word: str) -> float | None:
    """Bits per letter of a lower-case word; None if it is not Latin and so not ours to judge."""
    folded = fold(word).replace("'", "")
    return letter_model().surprise(folded) if _LATIN.fullmatch(folded) else None
