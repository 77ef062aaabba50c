"""A mail that came in, read into plain values: who it says it is from, whom it is to, and its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from hashlib import sha256
from typing import TypeVar

from django.utils.translation import gettext

from blog.incoming.words import above_the_line, text_of_html, unfolded
from blog.plaintext import normalise
from blog.refusal import Refused

Meant = TypeVar("Meant")

# A header of which a second one would let two programs read two different mails.
SINGLE = (
    *("from", "to", "cc", "subject", "date", "message-id"),
    *("mime-version", "content-type", "content-transfer-encoding"),
)
MOST_ADDRESSES, LONGEST_ADDRESS = 100, 500
MOST_PIECES = 200
"""Texts, pictures and other files of a mail together."""

MOST_PARTS = 30
"""Parts that hold other parts. An honest mail has a handful, and each makes every line dearer to read."""

_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_ENVELOPE = ("delivered-to", "x-original-to")
_BOUNDARY = re.compile(rb"\bboundary(\*\d*)?\*?\s*=", re.IGNORECASE)
# Python can read these, no mail is written in them, and a long text takes some of them for ever.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})


@dataclass(frozen=True)
class Letter:
    """One mail, with the bytes it came as.

    Attributes:
        message: the same, taken apart.
        sender: the one address in its one From header, in lower case.
        named: the addresses in its To header, which a signature covers; in lower case.
        brought_to: the addresses it was brought to: of the envelope, or else of its headers.
        subject: as it is read, normalised, on one line.
        oddity: why two programs might read it differently, in words; nothing for an honest mail.
        body: a digest of what a signature covers as the body, however a header says to read it.
    """

    raw: bytes
    message: Message
    sender: str
    named: tuple[str, ...]
    brought_to: tuple[str, ...]
    subject: str
    message_id: str
    is_automatic: bool
    oddity: str
    body: str

    @property
    def words(self) -> str:
        """What its writer typed above a quotation; read anew each time, since it costs the most.

        Raises:
            Refused: it cannot be read.
        """
        with readable():
            return _words(self.message)

    def meant(self, read: Callable[[str], Meant | None]) -> tuple[Meant, bool] | None:
        """Return the one thing that it is to, and whether To names it, and not only the envelope.

        Args:
            read: returns what an address stands for, or `None` when it is none of ours.
        """
        found = {meant for meant in map(read, self.brought_to) if meant is not None}
        if len(found) != 1:
            return None
        meant = found.pop()
        return meant, meant in map(read, self.named)


def read(raw: bytes, *, envelope: Collection[str] = ()) -> Letter:
    """Read a mail as the mail server hands it over.

    Args:
        envelope: whom the mail server brings it to; without it, what its headers say.

    Raises:
        Refused: it cannot be read, or says not clearly whom it is from.
    """
    # A mail server that writes to a pipe may put the envelope on a line of its own.
    raw = re.sub(rb"\AFrom [^\n]*\n", b"", raw)
    if len(_BOUNDARY.findall(raw)) > MOST_PARTS:
        raise Refused(gettext("This mail has too many parts."))
    with readable():
        return _letter(raw, envelope)


@contextmanager
def readable() -> Iterator[None]:
    """Tell the sender whatever a strange mail does to those who read it."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        raise Refused(gettext("This mail cannot be read.")) from error


def text_of(part: Message) -> str:
    """Return the text of one part, whatever its charset claims to be."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    text = _decoded(content, part.get_content_charset("utf-8"))
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unfolded(text, drops_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def header_text(value: object) -> str:
    """Return the value of a header on one line, its encoded words (RFC 2047) decoded and normalised."""
    said = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces = decode_header(said)
    except (HeaderParseError, ValueError):
        pieces = [(said, None)]
    words = (p if isinstance(p, str) else _decoded(p, charset or "utf-8") for p, charset in pieces)
    return " ".join(normalise("".join(words)).split())


def _decoded(content: bytes, charset: str) -> str:
    wanted = charset.lower().replace("-", "_")
    try:
        return content.decode("utf-8" if wanted in _NO_CHARSETS else charset, errors="replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", errors="replace")


def _letter(raw: bytes, envelope: Collection[str]) -> Letter:
    message = BytesParser(policy=compat32).parsebytes(raw)
    if sum(1 for _ in message.walk()) > MOST_PIECES:
        raise Refused(gettext("This mail has too many parts."))
    named = _addresses(message, ["to"])
    brought = [address.lower() for address in envelope]
    return Letter(
        raw=raw,
        message=message,
        sender=_sender(message),
        named=tuple(named),
        brought_to=tuple(brought or [*named, *_addresses(message, _ENVELOPE)]),
        subject=_subject(message),
        message_id=header_text(message.get("message-id", "")),
        is_automatic=_is_automatic(message),
        oddity=_oddity(message, raw),
        body=_body_digest(raw),
    )


def _addresses(message: Message, names: Iterable[str]) -> list[str]:
    values = [str(value) for name in names for value in message.get_all(name, [])]
    if sum(map(len, values)) > MOST_ADDRESSES * LONGEST_ADDRESS:
        raise Refused(gettext("This mail goes to too many people."))
    found = dict.fromkeys(a.lower() for _, a in getaddresses(values) if "@" in a)
    if len(found) > MOST_ADDRESSES:
        raise Refused(gettext("This mail goes to too many people."))
    return list(found)


def _sender(message: Message) -> str:
    found = _addresses(message, ["from"])
    if len(message.get_all("from", [])) != 1 or len(found) != 1:
        raise Refused(gettext("This mail does not say clearly whom it is from."))
    return found[0]


def _subject(message: Message) -> str:
    """Return the subject; one that is written in plain UTF-8 is kept as it is."""
    found = [value for name, value in message.raw_items() if name.lower() == "subject"]
    return header_text(found[0]) if found else ""


def _is_automatic(message: Message) -> bool:
    """Whether a program sent it: an absence note, a bounce, a list."""
    submitted = str(message.get("auto-submitted", "no")).split(";")[0].strip().lower()
    return (
        submitted != "no"
        or str(message.get("precedence", "")).strip().lower() in _BULK
        or str(message.get("return-path", "")).strip() == "<>"
        or message.get_content_type() == "multipart/report"
        or any(message.get(name) for name in ("list-id", "x-autoreply", "x-autorespond"))
    )


def _oddity(message: Message, raw: bytes) -> str:
    for name in SINGLE:
        if len(message.get_all(name, [])) > 1:
            return gettext("It has two headers “%(title)s”.") % {"title": name.title()}
    if b"\r" in raw.replace(b"\r\n", b"\n") or b"\0" in raw:
        return gettext("It has control characters that no mail program writes.")
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    if re.search(rb"(?im)^(from\s|[\w-]+[ \t]+:)", head):
        return gettext("One of its headers is misspelt.")
    if message.defects:
        return gettext("It is not put together as mail is.")
    return "" if message.get("message-id") else gettext("It has no Message-ID.")


def _body_digest(raw: bytes) -> str:
    """Return a digest of the body that white space does not change, as a relaxed signature's does not."""
    body = b"".join(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[1:])
    return sha256(re.sub(rb"\s+", b" ", body).strip()).hexdigest()


def _words(message: Message) -> str:
    """Return what was typed: of the text part, else of the HTML part."""
    texts: dict[str, str] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
            texts.setdefault(kind, text_of(part))
    plain = above_the_line(texts.get("text/plain", ""))
    return plain or above_the_line(text_of_html(texts.get("text/html", "")))
