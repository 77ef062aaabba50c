"""HTML from elsewhere as tags and text, in one pass whose time grows with the length and no faster.

It is read as browsers do (WHATWG HTML, 13.2.5) but kinder to words: what a browser would swallow
because a tag never ends is text here. Nothing is safe yet: `blog.markup` makes sure of that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import Literal, NamedTuple

from blog.plaintext import normalise


class Token(NamedTuple):
    """A tag or a stretch of text; `name` is the name in small letters, or the text."""

    kind: Literal["start", "end", "text"]
    name: str
    attributes: dict[str, str]


_OPENING = re.compile(r"<(?:(/?)([a-zA-Z][^\s/>]*)|[!?/])")
_ATTRIBUTE = re.compile(
    r"[\s/]*(?P<name>[^\s/>][^\s/>=]*)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>(?![\"'])[^\s>]*)))?"
)
_UNCLOSED = re.compile(r"\s*=\s*([\"'])")
_TAG_END = re.compile(r"[\s/]*>")
_COMMENT_END = re.compile(r"--!?>")

_UNSEEN = "iframe|noembed|noframes|noscript|script|style|template|title"
"""Elements whose content no reader sees: it goes with them, to their end tag."""

_AS_TEXT = frozenset({"textarea", "xmp"})
"""Elements whose content is text whatever it looks like."""

_UNENDING = frozenset({"script", "style"})
"""Elements that without an end tag take the rest with them, since nobody should read it."""

_RAW_END = re.compile(
    rf"</({_UNSEEN}|{'|'.join(sorted(_AS_TEXT))})(?=[\s/>])", re.ASCII | re.IGNORECASE
)

_NO_TAG = re.compile(r"[@.]|https?:")
"""Names that show that an address, not a tag, was put in angle brackets."""

_ENDLESS_NUMBER = re.compile(r"&#(?:[0-9]{12,}|x[0-9a-f]{12,});?", re.ASCII | re.IGNORECASE)
"""References to no character, so long that Python refuses to read the number."""

_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,11}(?![0-9]);?|#[xX][0-9a-fA-F]{1,11}(?![0-9a-fA-F]);?|([0-9A-Za-z]{1,40};?))(?!=)"
)


def tokens(source: str) -> Iterator[Token]:
    """Yield the tags and the text of normalised HTML, entities resolved, comments left out."""
    position, last = 0, source.rfind(">")
    ends = _raw_ends(source)
    while (match := _OPENING.search(source, position)) and match.start() <= last:
        start, end, name = match.start(), match.end(), (match[2] or "").lower()
        if name and not _NO_TAG.search(name):
            attributes, end = _attributes(source, end)
            if end < 0:
                break
            yield from _text(source[position:start])
            yield Token("end" if match[1] else "start", name, attributes)
            if not match[1] and name in ends:
                content, end = _raw(source, name, end, ends[name])
                yield from _text(content)
        else:
            end = end if name else _after_comment(source, start)
            yield from _text(source[position : end if name else start])
        position = end
    yield from _text(source[position:])


def _text(text: str) -> Iterator[Token]:
    if "&" in text:
        text = normalise(unescape(_ENDLESS_NUMBER.sub("\ufffd", text)))
    if text:
        yield Token("text", text, {})


def _raw_ends(source: str) -> dict[str, list[int]]:
    """Return where the end tags of elements stand whose content is not read as HTML."""
    found: dict[str, list[int]] = {name: [] for name in (*_AS_TEXT, *_UNSEEN.split("|"))}
    for match in _RAW_END.finditer(source):
        found[match[1].lower()].append(match.start())
    return found


def _raw(source: str, name: str, start: int, ends: list[int]) -> tuple[str, int]:
    """Return what is shown of such an element's content, and where to read on."""
    without = len(source) if name in _UNENDING else start
    at = bisect_left(ends, start)
    end = ends[at] if at < len(ends) else without
    return (source[start:end] if name in _AS_TEXT else ""), end


def _after_comment(source: str, start: int) -> int:
    """Return where a comment, a declaration or the like ends; one without an end takes the rest."""
    if not source.startswith("<!--", start) or source.startswith((">", "->"), start + 4):
        return source.index(">", start) + 1
    end = _COMMENT_END.search(source, start + 4)
    return end.end() if end else len(source)


def _attributes(source: str, position: int) -> tuple[dict[str, str], int]:
    """Return the attributes of a tag, the first of each name, and where it ends, -1 for nowhere."""
    found: dict[str, str] = {}
    while not (end := _TAG_END.match(source, position)):
        match = _ATTRIBUTE.match(source, position)
        if match is None or (match.lastgroup == "name" and _UNCLOSED.match(source, match.end())):
            return {}, -1
        value = match["double"] or match["single"] or match["bare"] or ""
        found.setdefault(match["name"].lower(), _value(value))
        position = match.end()
    return found, end.end()


def _value(value: str) -> str:
    """Return the value of an attribute: unlike in text, `&copy=1` is part of an address there."""
    return normalise(_REFERENCE.sub(_referred, value)) if "&" in value else value


def _referred(match: re.Match[str]) -> str:
    is_unknown = match[1] is not None and match[1] not in html5
    return match[0] if is_unknown else unescape(match[0])
