"""One spelling for the same data: the bytes that hashes are taken over.

The rules: JSON in UTF-8 without spaces, keys sorted by code point, text in Unicode NFC with LF as
its line end. Whatever two databases or two browsers do to spelling, equal data gives equal bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from typing import Any


def canonical(data: object) -> bytes:
    """Return the one spelling of `data`, which may hold None, bool, int, float, str, list, mapping.

    A float without a fraction is spelt as an integer, since PostgreSQL's jsonb turns 1e16 into one.

    Raises:
        TypeError: a value of another type, or a key that is not text.
        ValueError: NaN or an infinity; a NUL or a lone surrogate in text, which no database keeps;
            two keys that differ only in their spelling.
    """
    return json.dumps(
        plain(data), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def digest(data: object) -> str:
    """Return the SHA-256 of `canonical(data)` as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(data)).hexdigest()


def plain(data: object) -> Any:
    """Return `data` as the values that reading its canonical spelling would give.

    Raises:
        TypeError, ValueError: as `canonical` says.
    """
    match data:
        case None | bool() | int():
            return data
        case str():
            return plain_text(data)
        case float():
            return _plain_float(data)
        case Mapping():
            return _plain_mapping(data)
        case list() | tuple():
            return [plain(item) for item in data]
    raise TypeError(f"{type(data).__name__} has no canonical spelling; give text or a number.")


def plain_text(text: str) -> str:
    """Return `text` in Unicode NFC with LF line ends.

    Raises:
        ValueError: a NUL or a lone surrogate.
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\0" in text:
        raise ValueError("Text with a NUL has no canonical spelling.")
    text.encode()
    return text


def _plain_float(number: float) -> float | int:
    if not math.isfinite(number):
        raise ValueError(f"{number} has no canonical spelling.")
    return int(number) if number.is_integer() else number


def _plain_mapping(mapping: Mapping[Any, object]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in mapping):
        raise TypeError("A key that is not text has no canonical spelling.")
    result = {plain_text(key): plain(value) for key, value in mapping.items()}
    if len(result) != len(mapping):
        raise ValueError("Two keys differ only in their spelling.")
    return result
