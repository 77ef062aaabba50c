"""Words that mean nothing, and words damaged on the way: mash, salad, scrambles and slips.

Every function depends on its `chance` alone: the same state gives the same words.
"""

from __future__ import annotations

import re
from random import Random
from string import ascii_letters, digits

from comments.spam.lexicon import common_words

_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"
_ROWS = ("qwertyuiop", "asdfghjkl;", "zxcvbnm", "йцукенгшщз", "фывапролдж", "ячсмитьбю")
_INNER = re.compile(r"(?<=[A-Za-z])[a-z]{2,}(?=[a-z])")
_WORD = re.compile(r"(?<![\w./@:-])[A-Za-z]{4,}(?![A-Za-z]|[./@:-]+\w)")
"""Words that people type; addresses are pasted."""
_SLIPS_PER_TEXT = 3


def mash(chance: Random) -> str:
    """Returns 4 to 14 letters or digits in one of the ways a keyboard or a program is hit."""
    styles = (_along_a_row, _any_case, _consonants, _pairs, _repeated, _with_digits)
    return chance.choice(styles)(chance)


def _drawn(letters: str, shortest: int, longest: int, chance: Random) -> str:
    return "".join(chance.choices(letters, k=chance.randint(shortest, longest)))


def _along_a_row(chance: Random) -> str:
    return _drawn(chance.choice(_ROWS), 4, 9, chance)


def _any_case(chance: Random) -> str:
    return _drawn(ascii_letters, 7, 14, chance)


def _consonants(chance: Random) -> str:
    return _drawn(_CONSONANTS, 4, 10, chance)


def _pairs(chance: Random) -> str:
    """Sayable, and no word of any language: `zovuqeka`."""
    return "".join(
        chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(chance.randint(3, 5))
    )


def _repeated(chance: Random) -> str:
    return _drawn(chance.choice(_ROWS), 2, 4, chance) * chance.randint(2, 3)


def _with_digits(chance: Random) -> str:
    return _drawn(ascii_letters + digits * 2, 6, 10, chance)


def salad(chance: Random) -> str:
    """Returns 5 to 14 common English words that have nothing to do with each other."""
    return " ".join(chance.sample(sorted(common_words()), k=chance.randint(5, 14)))


def scrambled(text: str, chance: Random) -> str:
    """Shuffles the inner letters of about half of the longer words, of one at least."""
    longer = list(_INNER.finditer(text))
    sure = chance.choice(longer).start() if longer else -1

    def shuffled(found: re.Match[str]) -> str:
        if found.start() != sure and chance.random() < 0.5:
            return found[0]
        return "".join(chance.sample(found[0], k=len(found[0])))

    return _INNER.sub(shuffled, text)


def slipped(text: str, chance: Random) -> str:
    """Returns the text as a hasty writer leaves it: up to three words mistyped, case neglected."""
    for _ in range(chance.randint(1, _SLIPS_PER_TEXT)):
        words = list(_WORD.finditer(text))
        if words:
            found = chance.choice(words)
            text = text[: found.start()] + _mistyped(found[0], chance) + text[found.end() :]
    return text.lower() if chance.random() < 0.3 else text


def _mistyped(word: str, chance: Random) -> str:
    """Drops, doubles or swaps one letter inside the word."""
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return chance.choice(
        (before + after, before + letter * 2 + after, before + after[0] + letter + after[1:])
    )
