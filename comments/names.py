"""Whether a name that a reader gives is, or looks like, the name of one of us.

`fold` forgets what makes no difference to who somebody is: case, spaces, width, accents, punctuation,
what cannot be seen. `skeleton` forgets as well what only a close look tells apart: letters of another
script and digits drawn like Latin letters (after Unicode Technical Standard 39, "confusables").
Plain functions over plain text, so that the spam checks may call them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

# Latin letters, and what is drawn like them; capital and small letters apart, since H is like Н and
# h is not like н. Cyrillic, Greek, Armenian, Cherokee, Lisu, and Latin letters of phonetic alphabets.
_DRAWN_ALIKE = {
    "A": "АΑᎪꓮᴀ",
    "B": "ВΒᏴꓐʙ",
    "C": "СϹᏟꓚᴄ",
    "D": "ᎠꓓᎴᴅ",
    "E": "ЕΕᎬꓰᴇ",
    "F": "Ϝꓝꜰ",
    "G": "ԌᏀꓖɢ",
    "H": "НΗᎻꓧʜ",
    "I": "ІΙӀᏆꓲɪ",
    "J": "ЈͿᎫꓙᴊ",
    "K": "КΚᏦꓗᴋ",
    "L": "ᏞꓡʟԼ",
    "M": "МΜᎷꓟᴍϺ",
    "N": "ΝꓠɴՈ",
    "O": "ОΟՕꓳᴏ",
    "P": "РΡᏢꓑᴘ",
    "Q": "Ԛ",
    "R": "ᎡᏒꓣʀ",
    "S": "ЅՏᏚꓢꜱ",
    "T": "ТΤᎢꓔᴛ",
    "U": "ՍꓴᴜԱ",
    "V": "ѴᏙꓦᴠ",
    "W": "ԜᎳᏔꓪᴡ",
    "X": "ХΧꓫ",
    "Y": "ҮΥУᎩꓬʏ",
    "Z": "ΖᏃꓜᴢ",
    "a": "аαɑ",
    "b": "ЬƄᖯ",
    "c": "сϲ",
    "d": "ԁժᏧ",
    "e": "еҽ℮",
    "f": "ϝքẝ",
    "g": "ɡցƍ",
    "h": "һհᏂ",
    "i": "іιıɩ",
    "j": "јϳյ",
    "k": "кκ",
    "l": "ןǀ|ӏⅼ",
    "m": "м",
    "n": "пոηռ",
    "o": "оοօσ",
    "p": "рρ",
    "q": "ԛգզ",
    "r": "гᴦⲅ",
    "s": "ѕ",
    "t": "тτ",
    "u": "սυʋ",
    "v": "ѵν",
    "w": "ԝѡա",
    "x": "хχ",
    "y": "уүγყ",
}
_CIRCLED = (0x1F150, 0x1F170, 0x1F1E6)
"""Where the alphabets of white letters on black discs and squares, and of flags, begin."""
_LATIN = str.maketrans(
    {drawn: letter for letter, alike in _DRAWN_ALIKE.items() for drawn in alike}
    | {chr(start + at): chr(ord("a") + at) for start in _CIRCLED for at in range(26)}
)
# After folding: what stands for what in any case, and two letters that read as one.
_SAME = str.maketrans({"0": "o", "1": "l", "i": "l", "m": "rn", "w": "vv"})

# Letters with a stroke or grown together, which Unicode does not take apart.
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d", "ħ": "h"}
)

# Letters and marks by their category that nothing is drawn for: joiners of letters, fillers, selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


_BETWEEN_WORDS = re.compile(r"[\W_]+")


class Likeness(StrEnum):
    """How near a name comes to one of ours; the nearest first."""

    SAME = "same"
    LOOKS = "looks"
    HOLDS = "holds"


def fold(name: str) -> str:
    """Return what is left of a name without case, spaces, width, accents and signs. Idempotent."""
    folded = _fold_once(name)
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def skeleton(name: str) -> str:
    """Return how a name looks at a glance: two with the same one are easily taken for each other."""
    return fold(unicodedata.normalize("NFKD", name).translate(_LATIN)).translate(_SAME)


def nearest(name: str, ours: Iterable[str]) -> tuple[Likeness, str] | None:
    """Return how near a name comes to the nearest of `ours`, and which that is; `None` for far enough."""
    said = _Look.of(name)
    near = [(likeness, one) for one in ours if (likeness := said.likeness(_Look.of(one)))]
    order = list(Likeness)
    return min(near, key=lambda pair: order.index(pair[0]), default=None)


@dataclass(frozen=True)
class _Look:
    """A name as it is compared: folded, at a glance, and word by word at a glance."""

    folded: str
    glance: str
    words: tuple[str, ...]

    @classmethod
    @lru_cache(maxsize=1024)
    def of(cls, name: str) -> _Look:
        # Our own names are compared with each name that a reader gives.
        words = filter(None, map(skeleton, _BETWEEN_WORDS.split(name)))
        return cls(fold(name), skeleton(name), tuple(words))

    def likeness(self, ours: _Look) -> Likeness | None:
        if not ours.folded:
            return None
        if self.folded == ours.folded:
            return Likeness.SAME
        if self.glance == ours.glance:
            return Likeness.LOOKS
        return Likeness.HOLDS if self._holds(ours) else None

    def _holds(self, ours: _Look) -> bool:
        """Whether all words of `ours` stand in it side by side. Many are called Dana: one is not enough."""
        count = len(ours.words)
        starts = range(len(self.words) - count + 1)
        return count > 1 and any(self.words[at : at + count] == ours.words for at in starts)


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text).casefold()).casefold()
    parts = unicodedata.normalize("NFD", plain.translate(_STROKES))
    return "".join(part for part in parts if not unicodedata.combining(part) and _is_kept(part))


def _is_kept(character: str) -> bool:
    """Whether a character makes a name: letters, digits, and vowels written as marks."""
    if _UNSEEN.match(character):
        return False
    return character.isalnum() or unicodedata.category(character) in {"Mc", "Mn"}
