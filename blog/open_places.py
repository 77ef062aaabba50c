"""Places of a text that are still open: what writers put where a word or a figure is to come."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What brackets ask for; others, as in “[the board] agreed”, belong to a quotation.
_ASKED = (
    "amount|city|company|country|date|day|detail|figure|job title|link|month|name|number|percentage"
    "|picture|photo|place|price|quote|role|source|time|title|year"
)
_OPEN = re.compile(
    r"(?<![\w-])(?:TODO|TBC|TBD|TBA|FIXME|(?:TK)+)(?![\w-])"
    r"|(?<!\w)_{3,}(?!\w)"
    r"|\?{3,}"
    r"|(?i:\blorem ipsum\b)"
    rf"|(?i:\[(?:(?:add|check|insert)\b[^\[\]\n]{{0,60}}|(?:[a-z]+ )?(?:{_ASKED})s?)\])(?![\[(:])"
)
_LETTERS = re.compile(r"(?<![\w-])X+(?![\w-])")
_UNIT = re.compile(r"[.,]?X*[ \t\u00a0]?(?:%|per ?cent|[mb]illion|euros?|dollars?|pounds?|[€$£])")
# “Super Bowl XXX”: a name in the middle of a sentence before a Roman number.
_NAMED = re.compile(r"[^.!?\s][ \t]+[A-Z]\w*[ \t]+\Z")
_NEAR = 80


def open_places(text: str) -> Iterator[str]:
    """Yield each open place, spelled as there; a line that is a rule and a Roman number are none."""
    for match in _OPEN.finditer(text):
        if match[0].strip("_") or not _is_alone(text, match):
            yield match[0]
    for match in _LETTERS.finditer(text):
        if _is_open_number(text, match):
            yield match[0]


def _is_alone(text: str, match: re.Match[str]) -> bool:
    """Whether nothing else stands on the line."""
    before = text[max(0, match.start() - _NEAR) : match.start()].rpartition("\n")[2]
    after = text[match.end() : match.end() + _NEAR].partition("\n")[0]
    return not (before + after).strip()


def _is_open_number(text: str, match: re.Match[str]) -> bool:
    if _UNIT.match(text, match.end()):
        return True
    before = text[max(0, match.start() - _NEAR) : match.start()]
    after = text[match.end() : match.end() + len(" century")].lower()
    return len(match[0]) > 1 and not _NAMED.search(before) and after != " century"
