"""Pictures in a text: our own in every size a browser may choose from, foreign ones as a link.

No reader's browser asks a third party because a text names a picture there.
"""

from __future__ import annotations

from html import escape
from urllib.parse import unquote, urlsplit

from blog.image_addresses import FOLDER, FORMATS, SIZES, ImageAddress, read_file_name

ELSEWHERE = "picture-elsewhere"
"""The class of a link that stands where a foreign picture stood."""

_FALLBACK = "jpg"
"""What browsers get that know none of the newer formats: by the end of the name."""


def own(url: str) -> ImageAddress | None:
    """Return the picture of this site that an address means, be it the whole or one file of it."""
    found = read_file_name(url.removeprefix(FOLDER)) if url.startswith(FOLDER) else None
    return found[0] if found else None


def shown(picture: ImageAddress, alt: str, title: str = "") -> str:
    """Return the HTML that shows a picture of this site, its place kept free while it loads."""
    sources = "".join(
        f'<source type="{FORMATS[kind]}" srcset="{picture.srcset(kind)}" sizes="{SIZES}">'
        for kind in FORMATS
        if kind != _FALLBACK
    )
    width, height = picture.size
    sizes = (
        f' srcset="{picture.srcset(_FALLBACK)}" sizes="{SIZES}" width="{width}" height="{height}"'
    )
    return f"<picture>{sources}{plain(picture.url, alt, title, sizes)}</picture>"


def plain(url: str, alt: str, title: str = "", more: str = "") -> str:
    """Return the element for one file; `more` is HTML of attributes with a space before each."""
    named = f' title="{escape(title)}"' if title else ""
    return f'<img src="{escape(url)}" alt="{escape(alt)}"{named}{more} loading="lazy" decoding="async">'


def label(alt: str, url: str) -> str:
    """Return what is said in place of a picture that is not shown: its words, else its file's name."""
    return f"Picture: {' '.join(alt.split()) or _file_name(url)}"


def _file_name(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    last = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return " ".join(last.split()) or parts.netloc or url


def is_source_set(value: str) -> bool:
    """Whether the files named in a `srcset` are exactly those of one picture in one format."""
    name, _, _ = value.removeprefix(FOLDER).partition(" ")
    found = read_file_name(name) if value.startswith(FOLDER) else None
    return found is not None and value == found[0].srcset(found[2])
