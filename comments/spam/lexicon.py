"""Word lists of the package, read once from `data/` and arranged for quick look-up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comments.spam.tokens import words_of

Strength = Literal["strong", "weak"]


@dataclass(frozen=True)
class Phrase:
    """One phrase of a list: its words (`*` ends an open one), its subject and how much it tells."""

    words: tuple[str, ...]
    subject: str
    strength: Strength

    def matches(self, words: Sequence[str]) -> bool:
        """The words begin with this phrase."""
        return len(words) >= len(self.words) and all(map(_same, self.words, words))


def _same(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


class PhraseList:
    """Finds phrases in words in one pass, by the first three letters of the first word."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_start: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            self._by_start.setdefault(phrase.words[0].rstrip("*")[:3], []).append(phrase)

    def find(self, words: Sequence[str]) -> Iterator[tuple[Phrase, str]]:
        """Yields each phrase that occurs with the words it was found in, in order."""
        for at, word in enumerate(words):
            for phrase in self._by_start.get(word[:3], ()):
                if phrase.matches(words[at : at + len(phrase.words)]):
                    yield phrase, " ".join(words[at : at + len(phrase.words)])


def read_data(name: str) -> str:
    """Returns a file of `data/` as text."""
    return (Path(__file__).parent / "data" / name).read_text("utf-8")


def _lines(name: str) -> list[str]:
    return [line for line in read_data(name).splitlines() if line and not line.startswith("#")]


@cache
def table_of(name: str) -> dict[str, Any]:
    """Returns a TOML file of `data/`."""
    return tomllib.loads(read_data(name))


@cache
def vocabulary(name: str) -> frozenset[str]:
    """Returns one list of `vocabulary.toml`; raises KeyError for an unknown name."""
    return frozenset(table_of("vocabulary.toml")[name])


@cache
def common_words() -> frozenset[str]:
    """Common English words in lower case."""
    return frozenset(" ".join(_lines("common_words.txt")).split())


@cache
def anagrams() -> dict[str, tuple[str, ...]]:
    """Common words of at least four letters by their letters in alphabetical order."""
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(common_words()):
        if len(word) >= 4:
            letters = "".join(sorted(word))
            found[letters] = (*found.get(letters, ()), word)
    return found


@cache
def true_anagrams() -> frozenset[str]:
    """Less common English words that have the letters of a common one: `angel`, `diary`."""
    return frozenset(" ".join(_lines("true_anagrams.txt")).split())


@cache
def subjects() -> frozenset[str]:
    """The subjects of `phrases.toml`, for each of which `checks/words.py` has a sentence."""
    return frozenset(table_of("phrases.toml"))


@cache
def selling_phrases() -> PhraseList:
    """Phrases that sell, from `phrases.toml`."""
    strengths: tuple[Strength, ...] = ("strong", "weak")
    return PhraseList(
        Phrase(tuple(line.split()), subject, strength)
        for subject, table in table_of("phrases.toml").items()
        for strength in strengths
        for line in table[strength]
    )


@cache
def stock_praise() -> PhraseList:
    """Phrases of praise that spammers paste, from `stock_praise.txt`."""
    return PhraseList(
        Phrase(words_of(line), "praise", "strong") for line in _lines("stock_praise.txt")
    )
