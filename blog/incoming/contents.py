"""What a mail that becomes a post holds: its words, with a mark where each picture stands, and its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message
from pathlib import PurePath
from urllib.parse import unquote

from django.utils.translation import gettext, gettext_lazy

from blog.image_files.checks import ENDINGS
from blog.incoming.html import markdown_of
from blog.incoming.letter import Letter, header_text, readable, text_of
from blog.plaintext import normalise
from blog.refusal import Refused

MOST_PICTURES = 10
MOST_HTML = 1_000_000
"""Characters: five times the longest text of a post, since mail programs write much around the words."""

MARK = re.compile("\ufffc(\\d+)\ufffc")
_UNNAMED = gettext_lazy("A file without a name")
_SIGNATURES = frozenset({"pgp-signature", "pkcs7-signature", "x-pkcs7-signature"})
_PICTURES = frozenset(ending for endings in ENDINGS.values() for ending in endings)


@dataclass(frozen=True)
class Sent:
    """A picture as it was sent; `in_text` when the words themselves say where it stands."""

    name: str
    data: bytes
    in_text: bool


@dataclass(frozen=True)
class Contents:
    """The words of a mail, its pictures in the order of their marks, and what is neither, by name."""

    text: str
    pictures: tuple[Sent, ...]
    others: tuple[str, ...]


def contents_of(letter: Letter) -> Contents:
    """Read what a mail holds.

    Plain words win over their copy in HTML, unless only that one says where the pictures stand.

    Raises:
        Refused: it cannot be read, or its text is too long to look at.
    """
    with readable():
        reader = _Reader()
        text = reader.text(letter.message)
        pictures = tuple(
            Sent(_name(part), _payload(part), number in reader.placed)
            for number, part in enumerate(reader.pictures)
        )
        return Contents(text, pictures, tuple(reader.others))


def mark(number: int) -> str:
    """Return what stands in the words in place of a picture."""
    return f"\ufffc{number}\ufffc"


@dataclass
class _Reader:
    """Walks through a mail once; numbers its pictures in the order they are met."""

    pictures: list[Message] = field(default_factory=list)
    placed: set[int] = field(default_factory=set)
    others: list[str] = field(default_factory=list)
    _named: dict[str, Message] = field(default_factory=dict)

    def text(self, part: Message) -> str:
        if part.get_content_maintype() == "multipart":
            return self._text_of_several(part)
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and not _is_attached(part):
            return self._words(part, kind)
        if _is_picture(part):
            return "" if part in self.pictures else mark(self._number(part))
        if part.get_content_subtype() not in _SIGNATURES:
            self.others.append(_name(part) or str(_UNNAMED))
        return ""

    def _text_of_several(self, part: Message) -> str:
        children = _children(part)
        for child in children:
            if _is_picture(child):
                self._named[str(child.get("content-id", "")).strip().strip("<>")] = child
        if part.get_content_type() == "multipart/alternative" and children:
            return self.text(_best(children))
        return "\n\n".join(filter(None, map(self.text, children)))

    def _words(self, part: Message, kind: str) -> str:
        text = text_of(part).replace("\ufffc", "")
        if kind == "text/html":
            if len(text) > MOST_HTML:
                raise Refused(
                    gettext("This mail is too long to be read. Please send it as plain text.")
                )
            text = markdown_of(text, picture=self._place)
        return normalise(text).strip("\n")

    def _place(self, address: str) -> str:
        """Return what stands for a picture of the mail that HTML shows; nothing for any other."""
        scheme, _, name = address.strip().partition(":")
        part = self._named.get(unquote(name)) if scheme.lower() == "cid" else None
        if part is None or part in self.pictures:
            return ""
        number = self._number(part)
        self.placed.add(number)
        return mark(number)

    def _number(self, part: Message) -> int:
        self.pictures.append(part)
        return len(self.pictures) - 1


def _best(alternatives: Sequence[Message]) -> Message:
    """Return which of several spellings of the same words to read."""
    with_pictures = [part for part in alternatives if any(map(_is_picture, _leaves(part)))]
    plain = [part for part in alternatives if part.get_content_type() == "text/plain"]
    said = [part for part in plain if text_of(part).strip()]
    return next(iter([*with_pictures[-1:], *said, *alternatives[-1:]]))


def _leaves(part: Message) -> Iterator[Message]:
    if part.get_content_maintype() != "multipart":
        yield part
        return
    for child in _children(part):
        yield from _leaves(child)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    parts = payload if isinstance(payload, list) else []
    return [child for child in parts if isinstance(child, Message)]


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _is_picture(part: Message) -> bool:
    """Whether it says that it is a picture, or is a file of no kind that is named like one."""
    if part.get_content_maintype() == "image":
        return True
    ending = PurePath(_name(part)).suffix.lower().removeprefix(".")
    return part.get_content_type() == "application/octet-stream" and ending in _PICTURES


def _name(part: Message) -> str:
    """Return the name of a file, on one short line, without the folders it lay in."""
    return header_text(part.get_filename("")).replace("\\", "/").rpartition("/")[2].strip()[-100:]


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
