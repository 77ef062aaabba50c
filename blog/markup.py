"""An author's text, Markdown or HTML, as HTML: nh3 is the first lock, a second parser the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from blog import html_source, markdown
from blog.allowed import ALLOWED, LINE_ELEMENTS
from blog.allowlist import Piece, reading
from blog.outline import Heading
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

VERSION = 3
"""The number of this renderer, stored beside the HTML; raise it with every change of the output."""

MAX_LENGTH = 200_000
"""Characters of an author's text."""

_PARSERS = {"markdown": markdown.parse, "html": html_source.parse}
"""By the values of `Version.markup`."""

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


def to_html(source: str, markup: str = "markdown") -> str:
    """Return the HTML of an author's text; see `render`."""
    return render(source, markup).html


def render(source: str, markup: str = "markdown") -> Rendered:
    """Return an author's text as HTML flow content to stand below a heading of level 1.

    `markup` is what the text is written in, a value of `Version.markup`. Ids in what comes back
    begin with `h-`, `fn-`, `fnref-` or `u-`, which the page around it must not use.

    Of Markdown the words stay as typed: no quotes or dashes are changed, typed HTML is shown as
    text, and an address is a link. Of HTML all that readers could see stays; players, frames and
    pictures of other sites become links to them, and what only looks (styles, fonts, colours) goes.
    In both a link to a known video or post elsewhere that stands alone becomes a card.

    Raises:
        TextTooLong: the text has more than `MAX_LENGTH` characters.
    """
    refuse_longer(source, MAX_LENGTH)
    text = normalise(source)
    html, headings = _PARSERS[markup](text)
    html = ALLOWED.cleaned(html)
    pieces = reading(html)
    if ALLOWED.admits(pieces):
        return Rendered(html, headings, len(_words(pieces).split()), is_suspect=False)
    return Rendered(as_paragraphs(text), (), len(text.split()), is_suspect=True)


def absolute(html: str, page: str) -> str:
    """Return HTML from here for a reader elsewhere: its addresses as seen from `page`, an absolute one.

    Only attributes change, never what the text says.
    """
    return ALLOWED.absolute(html, page)


def plain_text(html: str) -> str:
    """Return the words of HTML from here, for feeds, search and descriptions; a line for each block.

    Takes what `render` or `comments.sanitize` has made. Numbers and arrows of footnotes are left
    out. What comes back is text: escape it before it goes into a page.
    """
    # Cleaned first in any case: the parser is quadratic on comments that are never closed.
    return _words(reading(ALLOWED.cleaned(html)))


def minutes(words: int) -> int:
    """Return the minutes that reading so many words takes, to the nearest, at least 1."""
    return max(1, round(words / WORDS_A_MINUTE))


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
        elif name not in LINE_ELEMENTS:
            parts.append(" " if name in {"td", "th"} else "\n")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))
