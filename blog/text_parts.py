"""An author's text, Markdown or HTML, as the parts that advice is about: in one pass, on any text.

Unlike `blog.markup` it keeps what is half written: a link without an address, a sentence with a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from blog.html_tokens import Token, tokens

Kind = Literal["heading", "paragraph", "link", "image"]


@dataclass(frozen=True)
class Part:
    """One part of a text.

    Attributes:
        text: the words of a heading or a paragraph, what a link says, what a picture shows.
        source: how it is spelled, so that an editor finds it again; may be empty.
        target: where a link leads.
        level: of a heading, 1 to 6.
        has_source: whether a paragraph names where its figures are from: by a link or a footnote.
    """

    kind: Kind
    text: str
    source: str = ""
    target: str = ""
    level: int = 0
    has_source: bool = False


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)(.*)")
# An address may hold one pair of brackets, as those of Wikipedia do.
_LINK = re.compile(r"(!?)\[([^\[\]\n]*)\]\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)?)\)")
_SOURCE = re.compile(r"\]\(|\]\[|\[\^|https?://")
_CODE = re.compile(r"`[^`\n]*`")
_BLOCKS = frozenset({"p", "li", "td", "th", "blockquote", "div", "figcaption", "dd", "dt", "pre"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def parts_of(source: str, *, is_html: bool = False) -> Iterator[Part]:
    """Yield the parts of a text in the order they are read; code is left out."""
    return _of_html(source) if is_html else _of_markdown(source)


def _of_markdown(source: str) -> Iterator[Part]:
    paragraph: list[str] = []
    for line in [*_without_fences(source.split("\n")), ""]:
        heading = _HEADING.fullmatch(line)
        if line.strip() and not heading:
            paragraph.append(line)
            continue
        yield from _paragraph("\n".join(paragraph))
        paragraph = []
        if heading:
            links, words = _read(heading[2])
            yield from links
            yield Part("heading", words.strip(" \t#"), line, level=len(heading[1]))


def _without_fences(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines outside fenced code; a fence parts paragraphs."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            is_end = mark and mark[1].startswith(fence) and not line.strip("`~ \t")
            fence = "" if is_end else fence
        elif mark:
            fence = mark[1]
            yield ""
        else:
            yield line


def _paragraph(text: str) -> Iterator[Part]:
    if text:
        links, words = _read(text)
        yield from links
        yield Part("paragraph", words, has_source=bool(_SOURCE.search(text)))


def _read(text: str) -> tuple[list[Part], str]:
    """Return the links and pictures of a text, and its words: what links say, not where they lead."""
    text = _CODE.sub("code", text)
    found = [_link(*match.groups()) for match in _LINK.finditer(text)]
    words = _LINK.sub(lambda match: "" if match[1] else match[2] or "link", text)
    return found, words


def _link(mark: str, said: str, target: str) -> Part:
    kind: Kind = "image" if mark else "link"
    return Part(kind, said.strip(), f"{mark}[{said}]({target})", target=_address(target))


def _address(target: str) -> str:
    """Return where a link leads, without the title that may follow."""
    return (target.split(maxsplit=1) or [""])[0].strip("<>")


def _of_html(source: str) -> Iterator[Part]:
    reader = _Reader()
    for token in tokens(source):
        yield from reader.read(token)
    yield from reader.end_block()


class _Reader:
    """Collects the words of the block and of the link that are open."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._link: list[str] | None = None
        self._target = ""
        self._level = 0
        self._has_source = False

    def read(self, token: Token) -> Iterator[Part]:
        """Yield the parts that end with this token."""
        kind, name, attributes = token
        if kind == "text":
            self._say(name)
        elif name == "a":
            yield from self._end_link()
            if kind == "start":
                self._link, self._target = [], attributes.get("href", "").strip()
                self._has_source |= bool(self._target)
        elif name == "img" and kind == "start":
            alt = attributes.get("alt", "").strip()
            self._say(alt)
            yield Part("image", alt, attributes.get("src", ""))
        elif name in _BLOCKS or name in _HEADINGS:
            yield from self.end_block()
            self._level = int(name[1]) if kind == "start" and name in _HEADINGS else 0

    def end_block(self) -> Iterator[Part]:
        """Yield what the open block holds."""
        yield from self._end_link()
        text = "".join(self._words).strip()
        if text and self._level:
            yield Part("heading", text, text, level=self._level)
        elif text:
            yield Part("paragraph", text, has_source=self._has_source)
        self._words, self._has_source = [], False

    def _say(self, words: str) -> None:
        self._words.append(words)
        if self._link is not None:
            self._link.append(words)

    def _end_link(self) -> Iterator[Part]:
        if self._link is not None:
            text = "".join(self._link).strip()
            yield Part("link", text, text or self._target, target=self._target)
        self._link = None
