"""What a person typed into the search field, read as words, phrases, and what shall not be there.

Any text is a question: what cannot be read as one of these is left out, and nothing is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blog.plaintext import normalise
from blog.search.tokens import length, tokens_of

LONGEST = 200
"""Characters of a question."""

MOST_TERMS = 12

SHORTEST_BEGINNING = 2
"""Characters that `word*` needs; a single letter begins too many words to mean anything."""

SHORTEST_LAST = 3
"""Characters of a last word that is taken for a beginning without an asterisk."""

# Phones type other quotes than keyboards.
_QUOTES = re.compile("[“”„‟«»]")
_TERM = re.compile(r'(?P<minus>-*)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')


@dataclass(frozen=True)
class Term:
    """A word, or several tokens in a row; the last one may be only the beginning of a word."""

    tokens: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True)
class Question:
    """What must be there, and what must not; with nothing that must, nothing is found.

    `text` is what the field shows again. `is_cut` tells that only its beginning was read.
    """

    text: str
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    is_cut: bool = False


def read(typed: str) -> Question:
    """Return the question that a text asks.

    Words stand alone; `"…"` holds words in a row; `-` before either excludes it; `*` after a word
    makes it a beginning, and so is a last word of some length that stands without quotes.
    """
    cut = normalise(typed[:LONGEST])
    text = " ".join(cut.split())
    terms = list(dict.fromkeys(_terms(text)))
    kept = terms[:MOST_TERMS]
    return Question(
        text=text,
        wanted=tuple(term for is_wanted, term in kept if is_wanted),
        unwanted=tuple(term for is_wanted, term in kept if not is_wanted),
        is_cut=len(typed) > LONGEST or len(terms) > MOST_TERMS,
    )


def _terms(text: str) -> Iterator[tuple[bool, Term]]:
    """Yield each term with whether it is wanted."""
    plain = _QUOTES.sub('"', text)
    for found in _TERM.finditer(plain):
        is_word = found["word"] is not None
        tokens = tuple(tokens_of(found["word"] if is_word else found["phrase"]))
        if not tokens:
            continue
        has_star = (is_word and found["word"].endswith("*")) or bool(found["star"])
        is_last = is_word and not found["minus"] and found.end() == len(plain)
        least = SHORTEST_BEGINNING if has_star else SHORTEST_LAST
        is_beginning = (has_star or is_last) and length(tokens[-1]) >= least
        yield not found["minus"], Term(tokens, is_beginning)
