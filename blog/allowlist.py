"""What sanitised HTML may hold, asked of two parsers that share no code.

`cleaned` is nh3 (html5ever, the parser of a browser, in Rust). `admits` and `reading` use the
tokenizer of Python's standard library. Neither is bleach, which `comments.sanitize` adds on top.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import urljoin

import nh3

from blog.addresses import SCHEMES

Check = Callable[[str], bool]
"""Whether an attribute may have this value, entities already resolved."""

VOID = frozenset({"br", "hr", "img", "source"})
"""The elements without content, and so without an end tag, that any allowlist here may name."""


@dataclass(frozen=True)
class Allowlist:
    """The elements that may appear; for each, its attributes; for each of those, a check."""

    elements: Mapping[str, Mapping[str, Check]]

    def permits(self, element: str, attribute: str, value: str) -> bool:
        """Whether `element` may carry `attribute` with this value."""
        check = self.elements.get(element, {}).get(attribute)
        return check is not None and check(value)

    def cleaned(self, html: str) -> str:
        """Return `html`, a fragment, parsed as a browser would and rid of what is not allowed."""
        return self._nh3.clean(html)

    def absolute(self, html: str, base: str) -> str:
        """Return `html` cleaned, its links and pictures absolute as seen from the address `base`."""
        return self._cleaner(base).clean(html)

    def admits(self, pieces: list[Piece]) -> bool:
        """Whether a `reading` is well-formed, holds only what is allowed, and no id twice."""
        open_elements: list[str] = []
        ids: set[str] = set()
        for kind, name, attributes in pieces:
            if kind == "start":
                if name not in self.elements or not all(
                    self.permits(name, attribute, value) for attribute, value in attributes
                ):
                    return False
                here = [value for attribute, value in attributes if attribute == "id"]
                if len(here) > 1 or ids & set(here):
                    return False
                ids.update(here)
                if name not in VOID:
                    open_elements.append(name)
            elif kind == "end":
                if not open_elements or open_elements.pop() != name:
                    return False
            elif kind == "other":
                return False
        return not open_elements

    @cached_property
    def _nh3(self) -> nh3.Cleaner:
        return self._cleaner()

    def _cleaner(self, base: str = "") -> nh3.Cleaner:
        def filtered(element: str, attribute: str, value: str) -> str | None:
            if not self.permits(element, attribute, value):
                return None
            # nh3 makes every other address absolute; this attribute holds several.
            return _absolute_sources(value, base) if attribute == "srcset" and base else value

        return nh3.Cleaner(
            tags=set(self.elements),
            attributes={name: set(attributes) for name, attributes in self.elements.items()},
            attribute_filter=filtered,
            url_schemes=set(SCHEMES),
            link_rel=None,
            url_relative=("rewrite_with_base", base) if base else None,
        )


def _absolute_sources(sources: str, base: str) -> str:
    """Return a `srcset` whose addresses are as seen from `base`."""
    named = (source.split(" ", 1) for source in sources.split(", "))
    return ", ".join(f"{urljoin(base, address)} {width}" for address, width in named)


Piece = tuple[str, str, tuple[tuple[str, str], ...]]
"""A kind (`start`, `end`, `text`, `other`), a name or the text, and the attributes by name."""


def reading(html: str) -> list[Piece]:
    """Return the tags and the text of `html` in order, entities resolved, spelling levelled."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.pieces


class _Reader(HTMLParser):
    """Collects pieces; text between two tags is one piece."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = sorted((name, value or "") for name, value in attrs)
        self.pieces.append(("start", tag, tuple(attributes)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces.append(("other", tag, ()))

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append(("end", tag, ()))

    def handle_data(self, data: str) -> None:
        if self.pieces and self.pieces[-1][0] == "text":
            data = self.pieces.pop()[1] + data
        self.pieces.append(("text", data, ()))

    def handle_comment(self, data: str) -> None:
        self.pieces.append(("other", data, ()))

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)
