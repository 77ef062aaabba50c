"""A mail that came in, read into plain values: who it says it is from, whom it is to, and its words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from hashlib import sha256

from blog.refusal import Refused
from comments import reply_addresses
from comments.mail_words import above_the_line, text_of_html, unfolded
from comments.reply_addresses import ReplyTo

# A header of which a second one would let two programs read two different mails.
SINGLE = (
    *("from", "to", "cc", "subject", "date", "message-id"),
    *("mime-version", "content-type", "content-transfer-encoding"),
)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_ENVELOPE = ("delivered-to", "x-original-to")


@dataclass(frozen=True)
class Letter:
    """One mail, with the bytes it came as.

    Attributes:
        sender: the one address in its one From header, in lower case.
        reply_to: what it answers, by the address it went to.
        is_named: whether that address is in its To header, and not only on the envelope.
        oddity: why two programs might read it differently, in words; nothing for an honest mail.
        words: what its writer typed.
        body: a digest of what a signature covers as the body, however a header says to read it.
    """

    raw: bytes
    sender: str
    reply_to: ReplyTo
    is_named: bool
    message_id: str
    is_automatic: bool
    oddity: str
    words: str
    body: str


def read(raw: bytes) -> Letter:
    """Read a mail as the mail server hands it over.

    Raises:
        Refused: it cannot be read, says not clearly whom it is from, or answers nothing of ours.
    """
    # A mail server that writes to a pipe may put the envelope on a line of its own.
    raw = re.sub(rb"\AFrom [^\n]*\n", b"", raw)
    try:
        return _letter(raw)
    except Refused:
        raise
    except (
        Exception
    ) as error:  # whatever a strange mail does to the parser, it is told to its sender
        raise Refused("This mail cannot be read.") from error


def _letter(raw: bytes) -> Letter:
    message = BytesParser(policy=compat32).parsebytes(raw)
    named, wanted = _answers(message)
    return Letter(
        raw=raw,
        sender=_sender(message),
        reply_to=wanted,
        is_named=named,
        message_id=str(message.get("message-id", "")).strip(),
        is_automatic=_is_automatic(message),
        oddity=_oddity(message, raw),
        words=_words(message),
        body=_body_digest(raw),
    )


def _addresses(message: Message, names: Iterable[str]) -> list[str]:
    values = [str(value) for name in names for value in message.get_all(name, [])]
    return [address.lower() for _, address in getaddresses(values) if "@" in address]


def _sender(message: Message) -> str:
    found = _addresses(message, ["from"])
    if len(message.get_all("from", [])) != 1 or len(found) != 1:
        raise Refused("This mail does not say clearly whom it is from.")
    return found[0]


def _answers(message: Message) -> tuple[bool, ReplyTo]:
    named = _ours(_addresses(message, ["to"]))
    wanted = named | _ours(_addresses(message, _ENVELOPE))
    if len(wanted) != 1:
        raise Refused(
            "Nothing is answered by a mail to this address, or the notification is more than 30 days old."
        )
    return wanted <= named, wanted.pop()


def _ours(addresses: Iterable[str]) -> set[ReplyTo]:
    return {found for found in map(reply_addresses.read, addresses) if found}


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
            return f"It has two headers “{name.title()}”."
    if b"\r" in raw.replace(b"\r\n", b"\n") or b"\0" in raw:
        return "It has control characters that no mail program writes."
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    if re.search(rb"(?im)^(from\s|[\w-]+[ \t]+:)", head):
        return "One of its headers is misspelt."
    if message.defects:
        return "It is not put together as mail is."
    return "" if message.get("message-id") else "It has no Message-ID."


def _body_digest(raw: bytes) -> str:
    """Return a digest of the body that white space does not change, as a relaxed signature's does not."""
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[1:]
    return sha256(b" ".join(b"".join(body).split())).hexdigest()


def _words(message: Message) -> str:
    """Return what was typed: of the text part, else of the HTML part."""
    texts: dict[str, str] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
            texts.setdefault(kind, _text_of(part))
    plain = above_the_line(texts.get("text/plain", ""))
    return plain or above_the_line(text_of_html(texts.get("text/html", "")))


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        text = content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        text = content.decode("utf-8", errors="replace")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unfolded(text, drops_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text
