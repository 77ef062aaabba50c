"""The XML of a Disqus export, one page or comment at a time; it may define nothing of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from transfer.items import SourceError
from transfer.wordpress.characters import CHUNK, encoding_of, readable

ROOT = "http://disqus.com disqus"
_ID = "http://disqus.com/disqus-internals id"
_ENTRIES = frozenset({"thread", "post"})

LONGEST_FIELD = 1_000_000
"""Characters of one text; Disqus takes 25,000."""

LONGEST_TOKEN = 1 << 22
"""Bytes of a single tag."""

DEEPEST = 30
_NO_EXPORT = "{} is no export of Disqus: {}. In Disqus it is made under Moderate, Export."


@dataclass
class Entry:
    """A page (`thread`) or a comment (`post`): its number there, and its texts by their path in it."""

    kind: str
    key: str
    thread: str = ""
    parent: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return a text such as `author/name`, an empty one if it is missing."""
        return self.fields.get(name, "").strip()


def read(path: Path) -> Iterator[Entry]:
    """Yield the pages and comments of an export in their order.

    Raises:
        SourceError: it is no export, not complete, or defines entities of its own.
    """
    handler = _Handler(path.name)
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text, parser.buffer_size = True, CHUNK
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    fed = 0
    try:
        for text in _texts(path):
            data = text.encode("utf-8", "replace")
            fed += len(data)
            parser.Parse(data, False)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise SourceError(f"{path.name} holds a single tag of several megabytes.")
            yield from handler.finished()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SourceError(_damage(path.name, error)) from error
    yield from handler.finished()


def _texts(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        head = file.read(CHUNK)
        file.seek(0)
        chunks = iter(lambda: file.read(CHUNK), b"")
        yield from readable(chunks, encoding_of(head), Counter())


def _refuse(*_: Any) -> None:
    raise SourceError(
        "The file defines a document type or entities of its own, which no export does: refused."
    )


def _damage(name: str, error: expat.ExpatError) -> str:
    if error.code in _CUT_SHORT:
        return f"{name} is not complete: it ends in the middle."
    what = expat.errors.messages[error.code]
    return _NO_EXPORT.format(name, f"line {error.lineno:,} is no XML ({what})")


_CUT_SHORT = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}


class _Handler:
    """What expat calls; keeps the entry that is open."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._path: list[str] = []
        self._entry: Entry | None = None
        self._text: list[str] = []
        self._length = 0
        self._ready: list[Entry] = []

    def finished(self) -> Iterator[Entry]:
        """Yield what is complete, once."""
        ready, self._ready = self._ready, []
        yield from ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if not self._path and name != ROOT:
            raise SourceError(_NO_EXPORT.format(self._name, "it is another kind of XML"))
        self._path.append(name.rpartition(" ")[2])
        if len(self._path) > DEEPEST:
            raise SourceError(
                _NO_EXPORT.format(self._name, "its elements stand too deep in each other")
            )
        self._text, self._length = [], 0
        if len(self._path) == 2 and self._path[1] in _ENTRIES:
            self._entry = Entry(self._path[1], attributes.get(_ID, ""))
        elif self._entry and len(self._path) == 3 and self._path[2] in {"thread", "parent"}:
            setattr(self._entry, self._path[2], attributes.get(_ID, ""))

    def text(self, text: str) -> None:
        """Some of a text."""
        self._length += len(text)
        if self._length <= LONGEST_FIELD:
            self._text.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if self._entry and len(self._path) == 2:
            self._ready.append(self._entry)
            self._entry = None
        elif self._entry and self._text:
            self._entry.fields.setdefault("/".join(self._path[2:]), "".join(self._text))
        self._path.pop()
        self._text, self._length = [], 0
