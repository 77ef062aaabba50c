"""The bytes of an export as characters that XML admits; what real exports hold besides is counted."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_noop

from transfer.items import SourceError

CHUNK = 1 << 16
"""Bytes read at once."""

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")

# https://www.w3.org/TR/xml/#charsets: what a document may not hold, as itself or by its number.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_BY_NUMBER = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
)
# The beginning of a reference that the next chunk may end.
_BEGUN = re.compile(r"&#?[0-9a-zA-Z]{0,12}\Z")

DROPPED = gettext_noop("control characters dropped")
REPLACED = gettext_noop("unreadable bytes replaced")


def encoding_of(head: bytes) -> str:
    """Return the name of the encoding that a file with these first bytes is in; UTF-8 unless it says.

    Raises:
        SourceError: it declares one that does not exist.
    """
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return encoding
    match = _DECLARED.match(head)
    name = match[1].decode("ascii") if match else "utf-8"
    try:
        # A file that says UTF-16 in single bytes is none.
        found = codecs.lookup(name)
    except LookupError:
        found = None
    if found is None or not getattr(found, "_is_text_encoding", True):
        raise SourceError(
            f"The file says it is written in “{name}”, which no program here can read."
        )
    return "utf-8" if found.name.startswith(("utf-16", "utf-32", "utf-7")) else found.name


def readable(chunks: Iterable[bytes], encoding: str, counts: Counter[str]) -> Iterator[str]:
    """Yield the text of a file without what XML forbids, and add to `counts` what was dropped.

    Bytes that the encoding does not know become U+FFFD, and are counted too.
    """
    kept = ""
    is_begun = False
    for text in _decoded(chunks, encoding, counts):
        text = kept + text
        if not is_begun:
            # Nothing may stand before the first tag; broken plugins put blank lines there.
            text = text.lstrip("\ufeff \t\r\n")
            is_begun = bool(text)
        begun = _BEGUN.search(text)
        kept = text[begun.start() :] if begun else ""
        yield _admitted(text[: len(text) - len(kept)], counts)
    yield _admitted(kept, counts)


def _decoded(chunks: Iterable[bytes], encoding: str, counts: Counter[str]) -> Iterator[str]:
    replacing = codecs.getincrementaldecoder(encoding)("replace")
    # Another that leaves out what the first replaces: the difference is their number.
    leaving_out = codecs.getincrementaldecoder(encoding)("ignore")
    for chunk, is_last in _with_end(chunks):
        text = replacing.decode(chunk, is_last)
        kept = leaving_out.decode(chunk, is_last)
        if replaced := text.count("\ufffd") - kept.count("\ufffd"):
            counts[REPLACED] += replaced
        yield text


def _with_end(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    for chunk in chunks:
        yield chunk, False
    yield b"", True


def _admitted(text: str, counts: Counter[str]) -> str:
    text, dropped = _FORBIDDEN.subn("", text)
    text, by_number = _FORBIDDEN_BY_NUMBER.subn("", text)
    if dropped or by_number:
        counts[DROPPED] += dropped + by_number
    return text
