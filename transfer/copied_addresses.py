"""Where a page of the site lies in a copy that a plain file server shows."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote, unquote

_PLAIN = re.compile(r"[\w.-]{1,60}", re.ASCII)
_LONGEST = 200
"""Characters of a name made of a query; file systems take 255."""


def in_copy(address: str) -> str:
    """Return the address in the copy of a path with a query, both percent-encoded.

    A query becomes part of the path, since a file server does not read it: `/topics/water/?page=2`
    is `/topics/water/page=2/`. No page has such an address by itself, for no slug holds an equals
    sign. What is no page (`/theme.css?v=1`) keeps its query, which a file server passes over.
    """
    path, _, query = address.partition("?")
    if not query or not path.endswith("/"):
        return address
    return f"{path}{quote(_named(query), safe='=+')}/"


def file_of(address: str) -> PurePosixPath:
    """Return the file, relative to the folder of the copy, in which an address of the copy lies.

    Raises:
        ValueError: for a path that could lead out of the folder, or that no file can have.
    """
    path = unquote(address.partition("?")[0], errors="strict")
    names = path.strip("/").split("/") if path.strip("/") else []
    if any(name in {"", ".", ".."} or "\0" in name or "\\" in name for name in names):
        raise ValueError(f"no file can lie at {address}")
    return PurePosixPath(*names, *(["index.html"] if path.endswith("/") else []))


def _named(query: str) -> str:
    pairs = [f"{key}={value}" for key, value in sorted(parse_qsl(query, keep_blank_values=True))]
    name = "+".join(pairs)
    is_plain = all(_PLAIN.fullmatch(pair.replace("=", "", 1)) for pair in pairs)
    if pairs and is_plain and len(name) <= _LONGEST:
        return name
    return f"query={hashlib.sha256(query.encode()).hexdigest()[:16]}"
