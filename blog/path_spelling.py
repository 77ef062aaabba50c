"""The one spelling of a path and its query under which an old address is kept and looked for."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode

from blog.addresses import LONGEST, is_local
from blog.models.old_address import LONGEST_PATH

NAMING = frozenset(
    {
        *("p", "page_id", "attachment", "attachment_id", "name", "pagename", "post_type", "feed"),
        *("cat", "category_name", "tag", "author", "author_name", "m", "year", "monthnum", "day"),
    }
)
"""The keys of a query that say which page it is (WordPress: WP::$public_query_vars); all others say
who came, from where, or how to show it."""

_END = re.compile(r"[/\s]+$")
_MOST_DECODINGS = 4
_FORBIDDEN = re.compile("[\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def normal(address: str) -> str | None:
    """Return the one spelling of a path and query under which an old address is kept.

    Percent-decoded, NFC, without a last slash and a fragment, and of the query only the keys of
    `NAMING`, sorted. The case stays. Writing the answer in this way again changes nothing.

    Returns:
        `None` for what is no path of a site: one that begins with two slashes, holds a backslash
        or control character, or is longer than `LONGEST_PATH`.
    """
    if len(address) > LONGEST or not address.startswith("/"):
        return None
    before, _, query = address.partition("#")[0].partition("?")
    path = _decoded(before)
    if path is None or path.startswith("//") or _FORBIDDEN.search(path):
        return None
    path = _END.sub("", path)
    found = ("" if path == "/index.php" else path) or "/"
    named = _naming(query)
    whole = f"{found}?{named}" if named else found
    return whole if len(whole) <= LONGEST_PATH else None


def _decoded(path: str) -> str | None:
    """Decode until nothing is left to decode, but for `?` and `#`, which would end a path."""
    for _ in range(_MOST_DECODINGS):
        # What is no UTF-8 stays encoded, as Django leaves it in the path of a request.
        plain = _decoded_once(path)
        if plain == path:
            return path
        path = plain
    return None


def _decoded_once(path: str) -> str:
    try:
        plain = unquote(path, errors="strict")
    except UnicodeDecodeError:
        plain = path
    return unicodedata.normalize("NFC", plain).replace("?", "%3F").replace("#", "%23")


def _naming(query: str) -> str:
    pairs = dict(parse_qsl(query, errors="replace"))
    named = {key: value for key, value in pairs.items() if key in NAMING and value.strip()}
    return urlencode(sorted((key, unicodedata.normalize("NFC", v)) for key, v in named.items()))


def is_own(target: str) -> bool:
    """Whether `target` can be sent to a browser as a path of this site, and of no other."""
    return target.startswith("/") and len(target) <= LONGEST_PATH and is_local(target)
