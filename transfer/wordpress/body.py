"""The content of a post or page as HTML of this site: shortcodes, paragraphs, pictures, addresses."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from itertools import pairwise

from transfer.pictures import Pictures
from transfer.wordpress import blocks, embeds
from transfer.wordpress.paragraphs import BLOCKS, name_of, split
from transfer.wordpress.shortcodes import replaced
from transfer.wordpress.sites import Site, urlsplit_or_none

_ADDRESS = re.compile(r"https?://[^\s<>\"']{4,2000}")
_VERBATIM = frozenset({"a", "pre", "code", "script", "style", "textarea", "button"})
_BACKGROUND = re.compile(r"background(?:-image)?\s*:\s*url\(([^()]{1,2000})\)", re.IGNORECASE)
_SOURCE = re.compile(r"src=\"([^\"]{1,2000})\"")
_PICTURE = re.compile(r"\.(?:avif|gif|jpe?g|png|webp)\Z", re.IGNORECASE)
_ADDRESSED = frozenset({"a", "audio", "embed", "iframe", "object", "source", "track", "video"})


@dataclass
class Body:
    """One content on its way: what it becomes, and what there is to say of it."""

    site: Site
    pictures: Pictures
    post: str = ""
    notes: list[str] = field(default_factory=list)
    _sources: frozenset[str] = frozenset()

    def html(self, content: str) -> str:
        """Return the content as HTML that `blog.markup` reads; no word of it is left out."""
        whole = blocks.without_breaks(blocks.with_reused(content, self.site.reused))
        shown, left = replaced(whole, embeds.Embeds(self.site, self.post, self.notes).show)
        html, filled = blocks.as_html(shown)
        if filled:
            self.notes.append(blocks.filled_in(filled))
        self.notes += [f"Shown as text: {code}" for code in dict.fromkeys(left)]
        return self._addressed(html).strip()

    def _addressed(self, html: str) -> str:
        """Return HTML with its addresses and pictures as this site knows them."""
        self._sources = frozenset(map(_without_query, _SOURCE.findall(html)))
        made: list[str] = []
        verbatim: Counter[str] = Counter()
        before = "p"
        for (kind, piece), (_, after) in pairwise([*split(html), ("", "")]):
            name = name_of(piece) if kind == "tag" else ""
            if kind == "tag":
                _follow(piece, name, verbatim)
                # The buttons of a block stand apart by their style alone.
                made.append(" " * (before == name == "a" and not piece.startswith("</")))
                made.append(self._tag(piece, name))
            else:
                is_alone = _parts(before) and _parts(name_of(after) or "p") and not verbatim.total()
                made.append(_linked(piece) if is_alone else piece)
            before = name if kind == "tag" else "text"
        return "".join(made)

    def _tag(self, tag: str, name: str) -> str:
        if not name or tag.startswith("</"):
            return tag
        if name == "img":
            return self._picture(tag)
        changed = self._with_addresses(tag, name) if name in _ADDRESSED else tag
        return changed + self._background(tag)

    def _picture(self, tag: str) -> str:
        values = _values(tag)
        src = values.get("src", "").strip()
        if not src or src.startswith("data:"):
            # Plug-ins that load pictures late keep the address elsewhere.
            late = ("data-src", "data-lazy-src", "data-orig-file")
            src = next((values[key] for key in late if values.get(key)), src)
        # In front of a text, where a picture was shown as a link, its name says little.
        alt = " ".join(values.get("alt", "").split())
        return self.shown(src, alt, title=values.get("title", ""))

    def shown(self, src: str, alt: str, *, title: str = "") -> str:
        """Return an `<img>` of an address of the old site: ours if its file came, else the old one."""
        url = self.site.absolute(src)
        found = self.found(url, alt)
        said = f' title="{escape(title)}"' if title and title != alt else ""
        return f'<img src="{escape(found or url)}" alt="{escape(alt)}"{said}>'

    def found(self, url: str, alt: str = "") -> str:
        """Return our address of a picture of the old site, or an empty text."""
        parts = urlsplit_or_none(url)
        if parts is None or not self.site.is_own_file(parts):
            return ""
        address = self.pictures.find(url, alt=alt, source_url=url)
        return address.url if address else ""

    def _with_addresses(self, tag: str, name: str) -> str:
        values = _values(tag)
        changed = False
        for key in ("href", "src", "poster", "data"):
            if value := values.get(key, "").strip():
                new = self._address(value) if key == "href" else self.site.absolute(value)
                changed, values[key] = changed or new != value, new
        if not changed:
            return tag
        written = "".join(f' {key}="{escape(value)}"' for key, value in values.items())
        return f"<{name}{written}>"

    def _address(self, href: str) -> str:
        """Return where a link of the old site leads now.

        An address of a post or page that is in the export loses its host, so that it works wherever
        this site stands: an old address sends readers on. All others keep theirs, since what they led
        to may still be there.
        """
        if href.startswith(("#", "mailto:", "tel:")):
            return href
        url = self.site.absolute(href)
        parts = urlsplit_or_none(url)
        if parts is None:
            return href
        if _PICTURE.search(parts.path) and self.site.is_own_file(parts):
            return self.found(url) or url
        path = self.site.known_path(url)
        return f"{path}#{parts.fragment}" if path and parts.fragment else path or url

    def _background(self, tag: str) -> str:
        """Return the picture that a cover shows behind its words, which a style may not name here."""
        match = _BACKGROUND.search(unescape(tag)) if "background" in tag else None
        url = match[1].strip("'\" ") if match else ""
        # Where it is also an `<img>`, that one says what it shows.
        is_shown = _without_query(escape(url)) in self._sources
        return "" if not url or is_shown else self.shown(url, "")


def _without_query(url: str) -> str:
    return url.partition("?")[0]


def _follow(tag: str, name: str, verbatim: Counter[str]) -> None:
    """Count the open elements whose text is left alone."""
    if tag.startswith("</"):
        verbatim[name] -= verbatim[name] > 0
    elif name in _VERBATIM and not tag.endswith("/>"):
        verbatim[name] += 1


def _parts(name: str) -> bool:
    """Whether a line ends beside this tag."""
    return name in BLOCKS or name == "br"


def _linked(text: str) -> str:
    """Return a line that is nothing but an address as a link: WordPress showed what it led to."""
    url = text.strip()
    if not _ADDRESS.fullmatch(url):
        return text
    return f'<a href="{escape(unescape(url))}">{url}</a>'


def _values(tag: str) -> dict[str, str]:
    reader = _Tag()
    reader.feed(tag)
    reader.close()
    return reader.values


class _Tag(HTMLParser):
    """Reads the attributes of one tag; of two with a name the first counts, as in browsers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values = {name: value or "" for name, value in reversed(attrs)}
