"""How near texts are by their words: tf·idf and the cosine, as G. Salton and C. Buckley weigh them
("Term-weighting approaches in automatic text retrieval", 1988). No ORM, no request.

Only posts that share a word are looked at, and a word that most posts hold brings none together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from math import log, sqrt

NEAR = 100
"""Thousandths of the cosine from which on a post is near; what lies below shares words by chance."""

_FEW = 20
_MOST_OF = 10
"""A word says nothing that one in so many posts holds, once that is more than a `_FEW` posts."""


class Nearness:
    """Posts by number with their words, to ask which are near one of them."""

    def __init__(self, posts: Iterable[tuple[int, Mapping[str, int]]]) -> None:
        """Take posts with their words and how often each counts; they are read once."""
        self._holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._posts: dict[int, tuple[tuple[str, float], ...]] = {}
        for number, words in posts:
            # In one order on every database, or sums would differ in their last digit.
            weights = tuple((word, 1 + log(words[word])) for word in sorted(words))
            self._posts[number] = weights
            for word, weight in weights:
                self._holding[word].append((number, weight))
        count = len(self._posts)
        self._rareness = {
            word: log((1 + count) / (1 + len(held))) + 1 for word, held in self._holding.items()
        }
        self._too_common = max(_FEW, count // _MOST_OF)
        self._lengths = {number: self._length(words) for number, words in self._posts.items()}

    def near(self, number: int, most: int) -> list[tuple[int, int]]:
        """Return at most so many posts near one, the nearest first, with their thousandths from `NEAR` on.

        Of two that are as near, the one with the higher number comes first. A post that is not
        there has none.
        """
        sums: dict[int, float] = defaultdict(float)
        for word, weight in self._posts.get(number, ()):
            holding = self._holding[word]
            if len(holding) <= self._too_common:
                factor = weight * self._rareness[word] ** 2
                for other, its_weight in holding:
                    sums[other] += factor * its_weight
        sums.pop(number, None)
        own = self._lengths.get(number, 1.0)
        found = (
            (other, round(1000 * total / (own * self._lengths[other])))
            for other, total in sums.items()
        )
        near = (pair for pair in found if pair[1] >= NEAR)
        return nsmallest(most, near, key=lambda pair: (-pair[1], -pair[0]))

    def _length(self, words: Iterable[tuple[str, float]]) -> float:
        return sqrt(sum((weight * self._rareness[word]) ** 2 for word, weight in words))
