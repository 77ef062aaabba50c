"""What a page cannot be drawn without, told to the browser before the page itself."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

# As RFC 8288 and the HTML standard's list of `as` write it. A font is always fetched without
# cookies, and one that was fetched otherwise would be fetched twice.
ATTRIBUTES = {
    "style": "rel=preload; as=style",
    "font": 'rel=preload; as=font; type="font/woff2"; crossorigin',
}


def name(request: HttpRequest, address: str, kind: str) -> None:
    """Note that the page made for `request` needs `address`, a `style` or a `font`.

    Raises:
        KeyError: when `kind` is neither.
    """
    links: list[str] = request.__dict__.setdefault("_early", [])
    links.append(f"<{address}>; {ATTRIBUTES[kind]}")


def named_in(request: HttpRequest) -> list[str]:
    """Return what was noted, each ready for a `Link` header, in the order of the page."""
    return cast(list[str], request.__dict__.get("_early", []))
