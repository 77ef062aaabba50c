"""Words of a text: finding, folding and shortening them, for any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

JUDGED_CHARACTERS = 5_000
"""Longest comment the form accepts; what stands behind is not read."""

# Without the few marks beyond U+FFFF, for which `re` would look through all of the class each time.
_MARKS = "".join(
    chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
LETTERS = rf"[^\W\d_]+(?:[{_MARKS}][^\W\d_]*)*"
"""A pattern for a run of letters: in Hindi, Thai or Arabic vowels may be marks, which `\\w` is not."""
_WORD = re.compile(rf"{LETTERS}(?:'{LETTERS})*")
_PIECE = 500
_LATIN = "".join(filter(str.isalpha, map(chr, range(0x250))))
_BLANKS = frozenset("\u034f\u115f\u1160\u180b\u180c\u180d\u3164\uffa0")
"""Seen by nobody, though Unicode counts them as letters and marks."""
_SELECTORS = range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)
_SMALL = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz")
_SQUARED = {start + at: 97 + at for start in (0x1F150, 0x1F170) for at in range(26)}
LETTER_SHAPES = _SMALL | _SQUARED
"""Small capitals and white letters in black shapes, which Unicode does not call styled letters."""
UNDECOMPOSED = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
)
_ENDINGS = ("ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "ly", "s", "e", "y")
_SHORTEST_STEM = 4


def plain(text: str) -> str:
    """Returns the text with styled letters (bold, full width) made plain, invisible ones gone.

    Marks that no language puts on a Latin letter go as well, such as a line under each. Never longer
    than the text, and done in pieces: U+FDFA alone becomes 18 letters.
    """
    if text.isascii():
        return text
    shown, made = seen(text), ""
    for at in range(0, len(shown), _PIECE):
        if len(made) >= len(text):
            break
        made += unicodedata.normalize("NFKC", shown[at : at + _PIECE])
    return _bare(made[: len(text)].translate(LETTER_SHAPES))


def seen(text: str) -> str:
    """Returns the text without the characters that nobody sees: joiners, selectors, blanks."""
    return text.translate(dict.fromkeys(map(ord, filter(is_unseen, set(text)))))


def is_unseen(character: str) -> bool:
    """Whether a character leaves nothing on the page by itself."""
    return (
        unicodedata.category(character) == "Cf"
        or character in _BLANKS
        or any(ord(character) in some for some in _SELECTORS)
    )


def is_mark(character: str) -> bool:
    """Whether a character is drawn upon the one before it."""
    return unicodedata.category(character) in {"Mn", "Me"}


def _bare(text: str) -> str:
    """Returns composed text without the marks that are left on Latin letters."""
    marks = re.escape("".join(sorted(filter(is_mark, set(text)))))
    return re.sub(rf"(?<=[{_LATIN}])[{marks}]+", "", text) if marks else text


def words_of(text: str) -> tuple[str, ...]:
    """Returns the words in lower case, in order; digits, signs and marks part words."""
    return tuple(_WORD.findall(text.lower().replace("’", "'")))


def fold(word: str) -> str:
    """Returns a lower-case Latin word without its accents: `smörgåsbord` to `smorgasbord`."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word.translate(UNDECOMPOSED))
    return "".join(part for part in parts if not unicodedata.combining(part))


def stem(word: str) -> str:
    """Cuts one English ending, so that `pricing`, `prices` and `price` meet in `pric`."""
    word = word.removesuffix("'s")
    if not word.endswith(_ENDINGS):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def quoted(items: Iterable[str], limit: int = 4) -> str:
    """Returns `“one”, “two” and 3 more`: each cut to 40 printable characters, for a reason."""
    found = list(dict.fromkeys(items))
    shown = ["".join(c for c in item if c.isprintable()) for item in found[:limit]]
    shown = [item if len(item) <= 40 else f"{item[:39]}…" for item in shown]
    text = ", ".join(f"“{item}”" for item in shown)
    return (
        text
        if len(found) <= limit
        else _("%(text)s and %(count)s more") % {"text": text, "count": len(found) - limit}
    )
