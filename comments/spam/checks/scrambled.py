"""Scrambled words: the letters of a common word in another order, as spinning programs leave them.

A neighbouring pair swapped (`teh`, `becuase`) is how people mistype, so it counts little; letters
moved further (`tinhgs`, `heullfp`) hardly happen by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from comments.spam.evidence import Evidence
from comments.spam.letters import letter_model, surprise
from comments.spam.lexicon import anagrams, true_anagrams
from comments.spam.tokens import quoted

if TYPE_CHECKING:
    from comments.spam.facts import History, Submission

SHORTEST_WORD = 4
JUDGED_WORDS = 120
SHORT_TEXT = 40
"""Words up to which a text is short; in a longer one the findings are thinned out."""
_MOVED, _SWAPPED = 1.6, 0.3
_ODD_BITS, _ODD_BITS_UNFRAMED = 3.8, 4.4
"""Bits per letter from which a word looks shuffled; `reverse` and `undos` do not."""
_HEAVIEST = 3.0
_HOLDS = 1.5
"""Weight from which a person looks, whatever the rest says: 6 of 10,000 comments of readers."""


def check(submission: Submission, history: History) -> Iterator[Evidence]:
    """Yields one finding that names each scrambled word and the word it was; a heavy one holds."""
    del history
    words = (word.removesuffix("'s") for word in submission.words[:JUDGED_WORDS])
    meant = {word: original(word) for word in dict.fromkeys(words)}
    found = {word: known for word, known in meant.items() if known}
    if not found:
        return
    swaps = sum(is_one_swap(word, known) for word, known in found.items())
    thinned = min(1.0, SHORT_TEXT / len(submission.words))
    weight = _weigh(swaps, len(found) - swaps) * thinned
    shown = (
        _("%(word)s (for %(known)s)") % {"word": word, "known": known}
        for word, known in found.items()
    )
    yield Evidence(
        "scrambled",
        round(weight, 2),
        _("Words with their letters shuffled: %(words)s.") % {"words": quoted(shown)},
        holds=weight >= _HOLDS,
    )


def _weigh(swaps: int, moves: int) -> float:
    """One slip is nothing much; several in one comment are worse than their sum."""
    slips = _SWAPPED * (2 * swaps - 1) if swaps else 0.0
    return min(slips + _MOVED * moves, _HEAVIEST)


def original(word: str) -> str | None:
    """Returns the common word that has the same letters, or None for a word of its own."""
    if len(word) < SHORTEST_WORD or word in letter_model().words or word in true_anagrams():
        return None
    candidates = anagrams().get("".join(sorted(word)), ())
    framed = [known for known in candidates if known[0] == word[0] and known[-1] == word[-1]]
    bits = (surprise(word) or 0.0) if candidates else 0.0
    if framed and bits >= _ODD_BITS:
        return framed[0]
    return candidates[0] if len(word) > SHORTEST_WORD and bits >= _ODD_BITS_UNFRAMED else None


def is_one_swap(word: str, known: str) -> bool:
    """Tells whether one pair of neighbouring letters changed places, the slip of a quick hand."""
    wrong = [at for at, (a, b) in enumerate(zip(word, known, strict=True)) if a != b]
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1
