"""Addresses as old pages wrote them, brought into the shape in which `blog.addresses` judges them.

Nothing is allowed here: what comes out is judged as it stands, like any other address.
"""

from __future__ import annotations

import re
from urllib.parse import quote

_BREAKS = re.compile(r"[\t\n]+")
_UNWRITABLE = re.compile(r"[\s\x00-\x20\x7f<>\"`\\]")


def tidied(url: str) -> str:
    """Return an address as a browser would read it: no line breaks, odd characters as `%20`.

    `//host/path` becomes https, since this site has no other way to say "as here".
    """
    url = _BREAKS.sub("", url.strip())
    url = f"https:{url}" if url.startswith("//") else url
    return _UNWRITABLE.sub(lambda character: quote(character[0]), url)
