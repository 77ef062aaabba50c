"""How the bytes of an answer travel: content codings (RFC 9110, 8.4)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping

import brotli

_REFUSED = re.compile(r";\s*q=0(\.0*)?$")

CODERS: Mapping[str, Callable[[bytes], bytes]] = {
    # A good deal smaller than gzip for the same time; the highest quality costs a hundred times more.
    "br": lambda data: bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=5)),
    "gzip": lambda data: gzip.compress(data, compresslevel=6, mtime=0),
    "identity": lambda data: data,
}


LONGEST_ACCEPTED = 256
"""Characters of an Accept-Encoding that is read; those of browsers have some thirty."""


def best_coding(accepted: str) -> str:
    """Return `br`, `gzip` or `identity` for an Accept-Encoding header (RFC 9110, 12.5.3).

    One that is too long to be read names nothing.
    """
    if len(accepted) > LONGEST_ACCEPTED:
        return "identity"
    offers = [offer.strip().lower() for offer in accepted.split(",")]
    names = {offer.split(";")[0].strip() for offer in offers if not _REFUSED.search(offer)}
    return next((coding for coding in ("br", "gzip") if coding in names), "identity")
