"""An author's text to HTML: Markdown, then nh3 as the first lock and a second parser as the next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from blog.addresses import is_local, is_media, is_web_address
from blog.allowlist import Allowlist, Check, Piece, reading
from blog.markdown import LANGUAGE, Heading, parse
from blog.plaintext import TextTooLong, as_paragraphs, normalise, refuse_longer

__all__ = [
    "MAX_LENGTH",
    "VERSION",
    "Heading",
    "Rendered",
    "TextTooLong",
    "absolute",
    "minutes",
    "plain_text",
    "render",
    "to_html",
]

VERSION = 1
"""The number of this renderer, stored beside the HTML; raise it with every change of the output."""

MAX_LENGTH = 200_000
"""Characters of an author's text."""

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults, the mean of 190 studies: M. Brysbaert, "How many
words do we read per minute?", Journal of Memory and Language 109 (2019), 104047."""


@dataclass(frozen=True)
class Rendered:
    """The HTML of a text and what is said about it.

    `words` counts what stands between spaces. `is_suspect` means the locks disagreed, so that
    `html` shows the text as typed and there are no headings.
    """

    html: str
    headings: tuple[Heading, ...]
    words: int
    is_suspect: bool


def to_html(source: str) -> str:
    """Return the HTML of an author's text; see `render`."""
    return render(source).html


def render(source: str, markup: str = "markdown") -> Rendered:
    """Return an author's Markdown as HTML flow content to stand below a heading of level 1.

    Ids in it begin with `h-`, `fn-` or `fnref-`, which the page around it must not use. The words
    stay as typed: no quotes or dashes are changed. Typed HTML is shown as text.

    Raises:
        TextTooLong: the text has more than `MAX_LENGTH` characters.
    """
    refuse_longer(source, MAX_LENGTH)
    text = normalise(source)
    html, headings = parse(text)
    html = _ALLOWED.cleaned(html)
    pieces = reading(html)
    if _ALLOWED.admits(pieces):
        return Rendered(html, headings, len(_words(pieces).split()), is_suspect=False)
    return Rendered(as_paragraphs(text), (), len(text.split()), is_suspect=True)


def absolute(html: str, page: str) -> str:
    """Return HTML from here for a reader elsewhere: its addresses as seen from `page`, an absolute one.

    Only attributes change, never what the text says.
    """
    return _ALLOWED.absolute(html, page)


def plain_text(source_or_html: str) -> str:
    """Return the words of a text, for feeds, search and descriptions; one line for each block.

    Takes HTML from here or from `comments.sanitize`, or an author's Markdown. Numbers and arrows of
    footnotes are left out. What comes back is text: escape it before it goes into a page.

    Raises:
        TextTooLong: it is Markdown of more than `MAX_LENGTH` characters.
    """
    is_html = _STARTS_AS_HTML.match(source_or_html)
    html = source_or_html if is_html else to_html(source_or_html)
    # Cleaned first in any case: the parser is quadratic on comments that are never closed.
    return _words(reading(_ALLOWED.cleaned(html)))


def minutes(words: int) -> int:
    """Return the minutes that reading so many words takes, to the nearest, at least 1."""
    return max(1, round(words / WORDS_A_MINUTE))


def _one_of(*values: str) -> Check:
    return frozenset(values).__contains__


def _matches(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


_FOCUSABLE = {"tabindex": _one_of("0")}
_CELL = {"class": _one_of("align-left", "align-center", "align-right")}
_HEADING = {"id": _matches(r"h-\S{1,80}")}
_TEXT = (
    *("blockquote", "br", "em", "figcaption", "figure", "hr", "p", "s", "strong", "ul"),
    *("table", "tbody", "thead", "tr"),
)
_ALLOWED = Allowlist(
    {
        **{name: {} for name in _TEXT},
        **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), _HEADING),
        "a": {
            "href": lambda value: is_web_address(value) or is_local(value),
            "title": lambda _: True,
            "rel": _one_of("noopener"),
            "id": _matches(r"fnref-\d+(-\d+)?"),
            "class": _one_of("footnote-backref"),
            "role": _one_of("doc-noteref", "doc-backlink"),
            "aria-label": _matches(r"(Footnote|Back to reference) \d+(-\d+)?"),
        },
        "code": {"class": _matches(f"language-{LANGUAGE.pattern}")},
        "div": {
            "class": _one_of("table-scroll"),
            "role": _one_of("region"),
            "aria-label": _matches(r"Table \d+"),
            **_FOCUSABLE,
        },
        "img": {
            "src": is_media,
            "alt": lambda _: True,
            "title": lambda _: True,
            "loading": _one_of("lazy"),
            "decoding": _one_of("async"),
        },
        "li": {"id": _matches(r"fn-\d+")},
        "ol": {"start": _matches(r"[0-9]{1,9}")},
        "pre": _FOCUSABLE,
        "section": {
            "class": _one_of("footnotes"),
            "role": _one_of("doc-endnotes"),
            "aria-label": _one_of("Footnotes"),
        },
        "sup": {"class": _one_of("footnote-ref")},
        "td": _CELL,
        "th": {"scope": _one_of("col"), **_CELL},
    }
)

_INLINE = frozenset({"a", "code", "em", "img", "s", "strong", "sup"})
_STARTS_AS_HTML = re.compile(
    r"\s*<(?:p|h[2-6]|[uo]l|pre|blockquote|div|hr|figure|section)\b[^<>]*>"
)


def _words(pieces: Iterable[Piece]) -> str:
    """Return the text of a `reading`, without the marks of footnotes."""
    parts: list[str] = []
    skipped = ""
    for kind, name, attributes in pieces:
        if skipped:
            skipped = "" if (kind, name) == ("end", skipped) else skipped
        elif kind == "text":
            parts.append(name.replace("\n", " "))
        elif dict(attributes).get("class") in {"footnote-ref", "footnote-backref"}:
            skipped = name
        elif name not in _INLINE:
            parts.append(" " if name in {"td", "th"} else "\n")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))
