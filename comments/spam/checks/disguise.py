"""Words disguised for programs: joiners or marks on their letters, odd letters, one letter at a time.

What is disguised is judged as if it were written plainly, as far as that can be told; that somebody
took the trouble is a reason to look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence
from comments.spam.lexicon import common_words, vocabulary
from comments.spam.tokens import (
    JUDGED_CHARACTERS,
    LETTER_SHAPES,
    is_mark,
    is_unseen,
    plain,
    quoted,
)

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

_WEIGHT = 1.5
_SHORTEST = 4
_SHAPED = re.compile(rf"[{''.join(map(chr, LETTER_SHAPES))}]{{{_SHORTEST},40}}")
_SPACED = re.compile(r"(?<![^\W\d_])[A-Za-z](?:[\W_]{1,3}[A-Za-z](?![^\W\d_])){4,200}")
_LONGEST_RUN, _SHORTEST_SPELT = 9, 5
"""Single letters in a row that are no list any more, and those that may spell a word."""
_DIGITS = str.maketrans("013457@$", "oleastas")
_LEET = re.compile(
    r"(?<![\w@$])(?=[013457@$]*[a-z])(?=[a-z]*[013457@$])[a-z013457@$]{4,24}(?![\w@$])"
)
_FEW_LEET = 2


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields what was written so that a program reads it otherwise than a person; each holds."""
    del history
    written = f"{submission.name[:200]} {submission.text[:JUDGED_CHARACTERS]}"
    if not written.isascii():
        covered = [
            *_covered(unicodedata.normalize("NFC", written)),
            *map(plain, _SHAPED.findall(written)),
        ]
        if covered:
            yield _held(_("Words whose letters are disguised: %(words)s."), covered)
    spelt = list(_spelt(f"{submission.shown_name}\n{submission.prose}"))
    if spelt:
        yield _held(_("Words written one letter at a time: %(words)s."), spelt)
    swapped = _with_digits(submission.prose.lower())
    if len(swapped) >= _FEW_LEET:
        yield _held(_("Words with digits in place of letters: %(words)s."), swapped)


def _held(reason: str, words: list[str]) -> Evidence:
    return Evidence("disguise", _WEIGHT, reason % {"words": quoted(words)}, holds=True)


def _covered(text: str) -> Iterator[str]:
    """Yields Latin words with something on, or between, at least half of their letters."""
    odd = frozenset(one for one in set(text) if is_mark(one) or is_unseen(one))
    if not odd:
        return
    signs = re.escape("".join(sorted(odd)))
    for match in re.finditer(rf"[A-Za-zÀ-ɏ](?:[A-Za-zÀ-ɏ]|[{signs}])+", text):
        letters = [one for one in match[0] if one not in odd]
        if len(letters) >= _SHORTEST and 2 * (len(match[0]) - len(letters)) >= len(letters):
            yield "".join(letters)


def _spelt(prose: str) -> Iterator[str]:
    """Yields runs of single letters that are long, or spell a word that we know."""
    for match in _SPACED.finditer(prose):
        letters = "".join(filter(str.isalpha, match[0])).lower()
        is_known = letters in common_words() or letters in vocabulary("commercial_names")
        if len(letters) >= _LONGEST_RUN or (len(letters) >= _SHORTEST_SPELT and is_known):
            yield letters


def _with_digits(prose: str) -> list[str]:
    """Returns the words that are known ones once their digits are read as letters."""
    found = dict.fromkeys(_LEET.findall(prose))
    known = common_words() | vocabulary("commercial_names")
    return [word for word in found if word.translate(_DIGITS) in known]
