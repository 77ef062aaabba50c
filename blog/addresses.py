"""Which addresses a link or an image in sanitised HTML may lead to.

An address passes only if it looks right before anything has interpreted it: sanitisers that first
strip, decode or lower-case have let `javascript:` through in the shapes they forgot.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import unquote, urlsplit

import nh3

SCHEMES = frozenset({"http", "https", "mailto"})
LONGEST = 2048
MEDIA = "/media/"

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:(?:{_LABEL}\.)*{_LABEL}\.?|\[[0-9a-f:.]+\])"
_TAIL = r"[^\s\x00-\x20\x7f<>\"`\\]*"
_WEB = re.compile(rf"https?://{_HOST}(?::\d{{1,5}})?(?:[/?#]{_TAIL})?", re.IGNORECASE)
_MAIL = re.compile(rf"mailto:[\w.!$%&'*+=^{{|}}~-]+@{_HOST}(?:\?{_TAIL})?", re.IGNORECASE)
_LOCAL = re.compile(rf"(?:/(?!/){_TAIL}|#{_TAIL})")
_SECOND_OPINION = nh3.Cleaner(
    tags={"a"}, attributes={"a": {"href"}}, url_schemes=set(SCHEMES), link_rel=None
)


def is_web_address(url: str) -> bool:
    """Whether `url` is an absolute http, https or mailto address without a user name in it.

    Three readers must agree: a pattern over the raw characters, Python's parser, and nh3's, which
    follows the rules of browsers (WHATWG URL).
    """
    if len(url) > LONGEST or not (_WEB.fullmatch(url) or _MAIL.fullmatch(url)):
        return False
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) or parts.scheme == "mailto"
        is_in_range = parts.port is None or parts.port < 65536
    except ValueError:
        return False
    if parts.scheme not in SCHEMES or not is_whole or not is_in_range:
        return False
    return " href=" in _SECOND_OPINION.clean(f'<a href="{escape(url)}">x</a>')


def is_page_address(url: str) -> bool:
    """Whether `url` is an absolute http or https address: where a page may be, and no mailbox."""
    return is_web_address(url) and not url.lower().startswith("mailto:")


def is_local(url: str) -> bool:
    """Whether `url` is a path of this site (`/about/`) or a place on the page (`#notes`)."""
    return len(url) <= LONGEST and bool(_LOCAL.fullmatch(url))


def is_media(url: str) -> bool:
    """Whether `url` is a file under `/media/`, which no dot segment or empty segment leads out of."""
    if not url.startswith(MEDIA) or not is_local(url) or re.search("[?#]", url):
        return False
    path = unquote(url)
    return "\\" not in path and not {"", ".", ".."} & set(path[1:].split("/"))
