"""The text of a comment as its page shows it: what nobody can read is not judged."""

from __future__ import annotations

import re
from html import unescape

_LINK = re.compile(r'<a href="([^"<>]*)"[^<>]*>(.*?)</a>', re.DOTALL)
_END = re.compile(r"<br ?/?>\n?|</(?:p|li|blockquote|pre)>")
_TAG = re.compile(r"<[^<>]*>")
_LONGEST_LABEL = 300
_LONGEST_TARGET = 300
"""Enough for any host; the whole of an address is hardly ever read."""
_AS_CODES = str.maketrans({"(": "%28", ")": "%29", "[": "%5B", "]": "%5D"})
_AS_ROUND = str.maketrans("[]", "()")


def text_shown(html: str) -> str:
    """Returns the text of sanitised HTML, with its links as they are typed.

    A bare address stays one, any other link is `[label](address)`. Titles, which stand in the HTML of
    no comment, and all that markup swallows are gone.
    """
    linked = _LINK.sub(_typed, html)
    return unescape(_TAG.sub("", _END.sub("\n", linked))).strip()


def _typed(match: re.Match[str]) -> str:
    target, label = match[1], _TAG.sub("", match[2])
    if label in {target, target.partition("://")[2]}:
        return label
    target = target[:_LONGEST_TARGET].translate(_AS_CODES)
    if len(label) > _LONGEST_LABEL:
        return f"{label} {target}"
    return f"[{label.translate(_AS_ROUND)}]({target})"
