"""Cleaning what readers type, before it is checked, weighed or shown.

Both functions are idempotent: what they return, they return unchanged.
"""

from __future__ import annotations

import re
import unicodedata

from blog.plaintext import normalise

MOST_MARKS = 4
"""Combining marks on one letter; more is decoration that runs over its neighbours ("zalgo")."""

_VIRAMA = 9
"""The combining class of the sign that silences a vowel; joiners act on it as on a letter."""

_BLANK_LINES = re.compile(r"\n{4,}")

_ZERO_WIDTH_JOINERS = "\u200c\u200d"
# Invisible wherever they stand: soft hyphen, grapheme joiner, Hangul fillers, zero-width space,
# word joiner, invisible operators.
_INVISIBLE = re.compile("[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2065\u3164\uffa0]")
_BRAILLE_BLANK = "\u2800"
# Letters that change shape beside a joiner: Arabic and its kin, Indic, Myanmar, Khmer, Mongolian.
_SHAPED = re.compile("[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ua840-\uabff]")
# Pictures that a joiner binds into one, and that a selector draws in colour.
_PICTURE = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BINDING = re.compile(f"[{_ZERO_WIDTH_JOINERS}]|{_SELECTOR.pattern}")


def clean_text(raw: str) -> str:
    """Return text of several lines as it is stored: normalised, at most two blank lines in a row.

    Spaces at line ends and around the whole go, and marks beyond `MOST_MARKS` on one letter.
    """
    lines = (line.rstrip() for line in _cap_marks(normalise(raw)).split("\n"))
    return _BLANK_LINES.sub("\n\n\n", "\n".join(lines)).strip()


def clean_line(raw: str) -> str:
    """Return text of one line, for names and subjects: as `clean_text`, white space made one space.

    Zero-width characters go, except joiners inside words of scripts that need them and inside
    emoji, and variation selectors right after a picture or an ideograph.
    """
    text = _INVISIBLE.sub("", normalise(raw)).replace(_BRAILLE_BLANK, " ")
    text = _cap_marks(unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFC", _keep_needed_joiners(text))
    return " ".join(text.split())


def _cap_marks(text: str) -> str:
    """Drop combining marks beyond `MOST_MARKS` in a row; invisible characters do not end a row."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > MOST_MARKS:
                continue
        elif category != "Cf":
            marks = 0
        kept.append(character)
    return "".join(kept)


def _keep_needed_joiners(text: str) -> str:
    """Drop joiners and selectors that bind nothing.

    A joiner waits until the next base character shows whether both its neighbours use it, so marks
    in between, which normalisation may reorder, never decide.
    """
    if not _BINDING.search(text):
        return text
    kept: list[str] = []
    base = joiner = ""
    for character in text:
        if character in _ZERO_WIDTH_JOINERS:
            joiner = character
        elif _SELECTOR.match(character):
            if kept and (_PICTURE.match(kept[-1]) or _IDEOGRAPH.match(kept[-1])):
                kept.append(character)
        elif unicodedata.combining(character) not in {0, _VIRAMA}:
            kept.append(character)
        else:
            if joiner and _binds(joiner, base, character):
                kept.append(joiner)
            kept.append(character)
            base, joiner = character, ""
    return "".join(kept)


def _binds(joiner: str, before: str, after: str) -> bool:
    if _SHAPED.match(before) and _SHAPED.match(after):
        return True
    return joiner == "\u200d" and bool(_PICTURE.match(before) and _PICTURE.match(after))
