"""The XML of an export, as one value for each item: read by expat, in memory of one item at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from transfer.items import SourceError
from transfer.wordpress.first_look import DEFINES, NO_EXPORT

LONGEST_TOKEN = 1 << 22
"""Bytes that a single tag or XML comment may have; text comes in pieces and has no such limit."""

DEEPEST = 60
"""Elements within each other; an export has six."""

LARGEST_ITEM = 24_000_000
"""Characters of one item with all its comments; what is larger is passed over, and named."""

LONGEST = {"content:encoded": 1_000_000, "excerpt:encoded": 100_000, "wp:comment_content": 200_000}
"""Characters of a field; what is longer is cut, and the item says so."""

LONGEST_OTHER = 20_000
# What an empty field or part weighs in memory, about, in characters.
_COST = 300
ONE_POINT = re.compile(r"1\.\d{1,2}")

Fields = dict[str, str]


@dataclass
class Element:
    """A part of an export with parts of its own: the text of its leaves, by their names with prefix.

    `parts` are the elements that repeat in it: of an item its comments, what is filed with it and
    its categories. `cut` names the fields that were too long, `is_too_large` that parts are missing.
    """

    name: str
    fields: Fields = field(default_factory=dict)
    parts: list[Element] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    is_too_large: bool = False

    def get(self, name: str) -> str:
        """Return the text of a field, an empty one if there is none."""
        return self.fields.get(name, "")

    def all(self, name: str) -> Iterator[Element]:
        """Yield its parts of that name."""
        return (part for part in self.parts if part.name == name)


# What repeats, and so is kept as a part of what it stands in; by their own names.
_PARTS = {
    "channel": {"wp:author", "wp:category", "wp:tag", "item"},
    "item": {"wp:comment", "wp:postmeta", "category"},
}


def read(texts: Iterable[str]) -> Iterator[Element]:
    """Yield the parts of the channel as they come; each of its own fields as a `channel` with that one.

    Raises:
        SourceError: it is no export, not well-formed, or defines entities.
    """
    handler = _Handler()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text, parser.buffer_size = True, 1 << 16
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    fed = 0
    try:
        for text in texts:
            data = text.encode("utf-8", "replace")
            fed += len(data)
            parser.Parse(data, False)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise SourceError(
                    "The file holds a single tag of several megabytes: it is damaged."
                )
            yield from handler.finished()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SourceError(_damage(error)) from error
    yield from handler.finished()


def _refuse(*_: Any) -> None:
    raise SourceError(DEFINES)


def _damage(error: expat.ExpatError) -> str:
    if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]:
        return NO_EXPORT.format("there is nothing in it")
    what = expat.errors.messages[error.code]
    return f"The file is damaged in line {error.lineno:,} ({what}). Export it again."


class _Handler:
    """What expat calls: keeps the element that is open, and what of the channel is complete."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._open: list[Element] = []
        self._text: list[str] = []
        self._length = 0
        self._size = 0
        self._ready: list[Element] = []

    def finished(self) -> Iterator[Element]:
        """Yield what is complete, once."""
        ready, self._ready = self._ready, []
        yield from ready

    def start(self, name: str, attributes: Fields) -> None:
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise SourceError(NO_EXPORT.format("its elements stand too deep in each other"))
        self._text, self._length = [], 0
        if len(self._path) == 1 and name != "rss":
            raise SourceError(NO_EXPORT.format("it is another kind of XML"))
        if self._path == ["rss", "channel"]:
            self._open.append(Element("channel"))
        elif self._opens_part(name):
            self._begin(Element(name, dict(attributes)))

    def _opens_part(self, name: str) -> bool:
        """Whether it repeats in the part that is open, and stands directly in it."""
        return (
            len(self._path) == self._depth + 2
            and bool(self._open)
            and name in _PARTS.get(self._open[-1].name, ())
        )

    def _begin(self, part: Element) -> None:
        if part.name == "item":
            self._size = 0
            if self._open[0].name == "channel":
                _require_version(self._open[0])
        self._open.append(part)

    def text(self, text: str) -> None:
        if self._length <= LONGEST.get(self._path[-1], LONGEST_OTHER):
            self._text.append(text)
        self._length += len(text)

    def end(self, name: str) -> None:
        self._path.pop()
        # An element that is open and ends is a part; any other leaf is a field of the open one.
        if self._open and self._open[-1].name == name and len(self._path) == self._depth:
            self._end_part(self._open.pop())
        elif self._open and len(self._path) == self._depth + 1:
            self._keep_field(self._open[-1], name)
        self._text, self._length = [], 0

    @property
    def _depth(self) -> int:
        """How many elements stand around the open part."""
        return len(self._open)

    def _end_part(self, part: Element) -> None:
        if part.name == "category":
            self._keep_field(part, "")
        self._size += _COST
        if part.name == "channel":
            _require_version(part)
        elif len(self._open) == 1:
            self._ready.append(part)
        elif self._size <= LARGEST_ITEM:
            self._open[-1].parts.append(part)
        else:
            self._open[-1].is_too_large = True

    def _keep_field(self, part: Element, name: str) -> None:
        limit = LONGEST.get(name, LONGEST_OTHER)
        text = "".join(self._text)
        if self._length > limit:
            part.cut.add(name)
            text = text[:limit]
        self._size += len(text) + len(name) + _COST
        if self._size > LARGEST_ITEM and part.name != "channel":
            part.is_too_large = True
            return
        part.fields.setdefault(name, text)
        if part.name == "channel":
            self._ready.append(Element("channel", {name: text}))


def _require_version(channel: Element) -> None:
    version = channel.get("wp:wxr_version").strip()
    if not version:
        raise SourceError(NO_EXPORT.format("it is a news feed"))
    if not ONE_POINT.fullmatch(version):
        raise SourceError(f"This export is of version “{version[:20]}”; 1.0 to 1.2 can be read.")
