"""Text to tokens that SQLite and PostgreSQL read alike: lower-case ASCII letters and digits.

Both databases part and fold text by rules of their own, which differ. So it is done here, once, and
all they ever see are tokens that neither of them parts, folds or drops. Accents and case are folded;
a character of a script that writes without spaces, and a picture such as an emoji, is one token.
"""

from __future__ import annotations

import re
import unicodedata

IN_TEXT = "w"
IN_TITLE = "t"
"""What a token begins with. Words of a title are there twice, so that a title can be asked alone."""

_BREAK = "x"
"""Stands between two texts: no phrase reaches across it, and nobody can ask for it."""

LONGEST_TOKEN = 64
"""Characters of a token; two words that begin with so many equal ones are the same."""

LONGEST_TOKENS = 340_000
"""Characters of all tokens of a text. PostgreSQL takes one MiB of them and of their pairs together. Only a
text that is written in no Latin letters and fills more than 56,000 characters is cut by this."""

# Letters with a stroke or a tail that Unicode does not take apart, though people type them without.
_PLAIN = {
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ħ": "h",
    "ı": "i",
    "þ": "th",
}
# Han, kana, Thai, Lao, Burmese, Khmer: no spaces between words.
_UNSPACED = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)
_IGNORED = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MOST_KEPT = 20_000


class _Folding(dict[int, str]):
    """What each character becomes: part of a token, a token of its own, a space, or nothing."""

    def __missing__(self, codepoint: int) -> str:
        made = "".join(_coded(character) for character in _folded(chr(codepoint)))
        if len(self) < _MOST_KEPT:
            self[codepoint] = made
        return made


FOLDING = _Folding()
"""For `str.translate`. A text is in NFC, else a letter and its accent would be looked at apart."""


def tokens_of(text: str) -> list[str]:
    """Return the tokens of a text in NFC, in order, without what they begin with in the database."""
    return [token[:LONGEST_TOKEN] for token in text.translate(FOLDING).split()]


def as_stored(title: str, text: str) -> str:
    """Return the tokens of a title and a text as `SearchEntry.tokens` keeps them.

    Lines of `text` are texts of their own: a phrase does not run from one into the next.
    """
    heading = tokens_of(title)
    found = [f"{IN_TITLE}{token}" for token in heading]
    for line in (title, *text.split("\n")):
        found.append(_BREAK)
        found += [f"{IN_TEXT}{token}" for token in tokens_of(line)]
    joined = " ".join(found)
    if len(joined) > LONGEST_TOKENS:
        joined = joined[:LONGEST_TOKENS].rpartition(" ")[0]
    return f" {joined} "


def _folded(character: str) -> str:
    """Return a character without case and accents; it may become several."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    bare = "".join(_PLAIN.get(part, part) for part in decomposed if not _is_accent(part))
    return unicodedata.normalize("NFC", bare)


def _is_accent(character: str) -> bool:
    """Whether it is an accent, or a point of Hebrew or Arabic, by its combining class.

    Vowel signs, and the marks of kana that make other sounds, have lower classes and are kept.
    """
    combining = unicodedata.combining(character)
    return 10 <= combining <= 36 or combining >= 200


def _coded(character: str) -> str:
    category = unicodedata.category(character)
    if character.isascii():
        return character.replace("z", "zz") if character.isalnum() else " "
    if category == "Cf" or _IGNORED.match(character):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "So" or _UNSPACED.match(character):
        return f" {_escaped(ord(character))} "
    return _escaped(ord(character)) if category[0] in "LMN" else " "


def _escaped(codepoint: int) -> str:
    """Return a code for a character beyond ASCII, no code being the beginning of another one.

    So a word begins with other letters exactly when its token begins with their token.
    """
    length = 2 if codepoint < 36**2 else 3 if codepoint < 36**3 else 4
    digits = "".join(_DIGITS[codepoint // 36**place % 36] for place in reversed(range(length)))
    return f"z{'abc'[length - 2]}{digits}"


_CODE = re.compile("z(?:z|a..|b...|c....)")


def length(token: str) -> int:
    """Return how many characters a token stands for."""
    return len(_CODE.sub("_", token))
