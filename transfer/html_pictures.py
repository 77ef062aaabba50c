"""Pictures in somebody's HTML: those that came along stand under our address, the rest stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from blog.image_addresses import ImageAddress

# Values are bounded, so that a quote that is never closed costs little.
_IMG = re.compile(r"<img\b(?:[^<>\"']|\"[^\"<>]{0,4096}\"|'[^'<>]{0,4096}')*+>", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:avif|bmp|gif|jpe?g|jfif|png|tiff?|webp|heic)(?=$|[?#])", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """What an `img` says: where its file lies and what it shows."""

    src: str
    alt: str


def rewritten(html: str, find: Callable[[Shown], ImageAddress | str | None]) -> str:
    """Return HTML in which each picture that `find` knows stands under the address it returns.

    `find` may return another address as text, or `None` to leave the picture as it is.
    """

    def replace(match: re.Match[str]) -> str:
        shown = _read(match[0])
        found = find(shown) if shown.src else None
        if found is None:
            return match[0]
        src = found.url if isinstance(found, ImageAddress) else found
        return f'<img src="{escape(src)}" alt="{escape(shown.alt)}">'

    return _IMG.sub(replace, html)


def looks_like_picture(address: str) -> bool:
    """Whether an address ends as the name of a picture does."""
    return bool(_ENDING.search(address))


class _Tag(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = {name: value or "" for name, value in reversed(attrs)}


def _read(tag: str) -> Shown:
    parser = _Tag()
    parser.feed(tag)
    parser.close()
    found = parser.found
    # Pictures that load late have a blank in `src`.
    src = found.get("src", "")
    if not src or src.startswith("data:"):
        src = found.get("data-src", "")
    return Shown(src.strip(), " ".join(found.get("alt", "").split()))
