"""What a file shows at its two ends, so that a wrong one is told apart before it is read."""

from __future__ import annotations

from pathlib import Path

from transfer.items import SourceError
from transfer.wordpress.characters import encoding_of

HEAD = 4096
TAIL = 1 << 16
"""Bytes looked at; behind the end of an export some servers write a note of their own."""

_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"(\xb5/\xfd": "zstd",
}
DEFINES = "The file defines a document type or entities of its own, which no export does: refused."
NO_EXPORT = "This is no WordPress export: {}. In WordPress it is made under Tools, Export."


def look(path: Path) -> str:
    """Return the encoding of a file that may be an export.

    Raises:
        SourceError: it cannot be one, or its end is missing.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            size = file.seek(0, 2)
            # Even, so that two-byte characters stay whole.
            file.seek(max(0, (size - TAIL) // 2 * 2))
            tail = file.read(TAIL + 2)
    except OSError as error:
        raise SourceError(f"The file cannot be read: {error.strerror or error}.") from error
    _refuse_others(head)
    encoding = encoding_of(head)
    if "</rss>" not in tail.decode(encoding, "ignore"):
        _refuse_without_end(head.decode(encoding, "ignore"))
    return encoding


def _refuse_others(head: bytes) -> None:
    for mark, name in _PACKED.items():
        if head.startswith(mark):
            raise SourceError(
                f"This file is packed ({name}). Unpack it, and import what is inside."
            )
    if not head.strip(b"\0 \t\r\n"):
        raise SourceError(NO_EXPORT.format("the file is empty"))
    text = head.decode(encoding_of(head), "ignore").lstrip("\ufeff \t\r\n").lower()
    if text.startswith(("<!doctype html", "<html", "<head", "<body")):
        raise SourceError(NO_EXPORT.format("it is a web page"))
    if not text.startswith("<"):
        raise SourceError(NO_EXPORT.format("it is not written in XML"))


def _refuse_without_end(head: str) -> None:
    if "<!doctype" in head.lower():
        raise SourceError(DEFINES)
    if "<rss" in head or "WordPress" in head:
        raise SourceError(
            "The file breaks off before its end, so the download was cut short. Export it again."
        )
    raise SourceError(NO_EXPORT.format("it is another kind of XML"))
