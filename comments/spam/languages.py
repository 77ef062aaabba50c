"""Whether a text is plainly in none of some languages: by its letters, then by its short words.

Function words tell languages apart well and need no model (Grefenstette, "Comparing two language
identification schemes", 1995). Nothing is said of a short text, of a mixed one, or where a language is
not in `data/languages.toml`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from comments.spam.lexicon import table_of

READ_WORDS = 80
"""As many words show the language of a text."""
FEWEST_LETTERS, FEWEST_WORDS = 20, 8
"""Letters and words from which a language can be told."""
_FOREIGN_LETTERS = 0.8
"""Share of letters in other scripts from which a text is plainly not in those of the site."""
_FEWEST_TELLING, _DIFFERENT, _TELLING_WORDS, _TIMES = 4, 3, 0.2, 3
"""How many words of a text, how many different ones, and which share of it must be short words of one
other language, and how many times as many as of any of the site."""


def foreign_letters(words: Sequence[str], languages: Collection[str]) -> list[str]:
    """Returns the words of `words` in scripts that none of `languages` is written in.

    None, unless nearly all of the text is, and every language is known by its script.
    """
    read = words[:READ_WORDS]
    known = [scripts_of(language) for language in map(primary, languages)]
    if not known or not all(known):
        return []
    own = frozenset[str]().union(*known)
    letters = [letter for word in read for letter in word]
    foreign = sum(script_of(letter) not in own for letter in letters)
    if len(letters) < FEWEST_LETTERS or foreign < _FOREIGN_LETTERS * len(letters):
        return []
    return [word for word in read if script_of(word[0]) not in own]


def foreign_words(words: Sequence[str], languages: Collection[str]) -> list[str]:
    """Returns the short words of `words` that are of one language which is none of `languages`.

    None, unless there are many of them and few of the languages named, which must all be known.
    """
    read = words[:READ_WORDS]
    own = frozenset(map(primary, languages))
    table = short_words()
    if len(read) < FEWEST_WORDS or not own or not own <= table.keys():
        return []
    heard = {
        language: [word for word in read if word in short] for language, short in table.items()
    }
    most = max((heard[language] for language in table if language not in own), key=len, default=[])
    at_home = max(len(heard[language]) for language in own)
    enough = max(_FEWEST_TELLING, _TELLING_WORDS * len(read), _TIMES * at_home)
    return most if len(most) >= enough and len(set(most)) >= _DIFFERENT else []


def primary(code: str) -> str:
    """Returns the language of a code (BCP 47) without script and region: `pt` of `pt-BR`."""
    return code.lower().replace("_", "-").partition("-")[0]


@cache
def short_words() -> dict[str, frozenset[str]]:
    """The short words of each language that has some."""
    words = table_of("languages.toml")["words"]
    return {language: frozenset(line.split()) for language, line in sorted(words.items())}


@cache
def scripts_of(language: str) -> frozenset[str]:
    """Returns the scripts of a language by the names that Unicode gives their letters."""
    scripts = table_of("languages.toml")["scripts"]
    return frozenset(name for name, line in scripts.items() if language in line.split())


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """Returns the script of a letter, the first word of its name; nothing where it has none."""
    return unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
