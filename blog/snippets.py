"""How a text shows a picture: what is put into it, in the spelling of its markup."""

from __future__ import annotations

import re

from django.utils.html import format_html

from blog.image_addresses import ImageAddress
from blog.models.version import Markup

# A backslash takes the meaning from every one of these (CommonMark 0.31, section 2.4).
_SPECIAL = re.compile(r"([\\`*_\[\]<>&~])")
_SPECIAL_IN_TITLE = re.compile(r'([\\"&<>])')


def snippet(address: ImageAddress, *, alt: str, caption: str, markup: str) -> str:
    """Return what shows a picture in a text; an empty `alt` says that it is decorative."""
    if markup == Markup.HTML:
        return _html(address, alt, caption)
    shown = _SPECIAL.sub(r"\\\1", alt)
    title = _SPECIAL_IN_TITLE.sub(r"\\\1", caption)
    return f'![{shown}]({address.url} "{title}")' if caption else f"![{shown}]({address.url})"


def put_at_end(text: str, what: str) -> str:
    """Return the text with a paragraph added."""
    return f"{text.rstrip()}\n\n{what}\n" if text.strip() else f"{what}\n"


def _html(address: ImageAddress, alt: str, caption: str) -> str:
    width, height = address.size
    picture = format_html(
        '<img src="{}" alt="{}" width="{}" height="{}">', address.url, alt, width, height
    )
    below = format_html("<figcaption>{}</figcaption>", caption) if caption else ""
    return format_html("<figure>{}{}</figure>", picture, below)
