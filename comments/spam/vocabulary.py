"""Which words of a comment carry meaning, and which would stand under any post."""

from __future__ import annotations

from collections.abc import Iterable

from comments.spam.lexicon import vocabulary
from comments.spam.tokens import stem

STOP_WORDS = vocabulary("stop_words")
PRAISE_STEMS = frozenset(map(stem, vocabulary("praise")))
GENERIC_STEMS = PRAISE_STEMS | frozenset(map(stem, vocabulary("sites")))
"""Stems of praise and of talk about sites and posts in general."""


def content_stems(words: Iterable[str]) -> dict[str, str]:
    """Maps the stem of each word that carries meaning to its first form in the text."""
    stems: dict[str, str] = {}
    for word in dict.fromkeys(words):
        if len(word) > 1 and word not in STOP_WORDS:
            stems.setdefault(stem(word), word)
    return stems
