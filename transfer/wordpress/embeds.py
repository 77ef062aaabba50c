"""What WordPress made of its own shortcodes: figures of pictures, and links to all that moves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape

from blog.addresses import LONGEST, is_web_address
from transfer.wordpress.shortcodes import Shortcode
from transfer.wordpress.sites import Attachment, Site

_CAPTIONED = re.compile(
    r"\s*((?:<a\b[^<>]{0,3000}>\s*)?<img\b[^<>]{0,5000}>\s*(?:</a>)?)(.*)\Z",
    re.DOTALL | re.IGNORECASE,
)
_IS_PICTURE = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|webp)(?:\?|\Z)", re.IGNORECASE)
_IDS = re.compile(r"\d+")
_YOUTUBE_KEY = re.compile(r"[\w-]{11}")
_MOST_PICTURES = 1000
"""Pictures in all galleries of a post; a text with more would be too long."""

_LANGUAGES = (
    "bash c cpp csharp css delphi diff html java javascript js jscript json latex perl php plain"
    " powershell python ruby scala sh shell sourcecode sql text vb xml yaml code"
)
_CODE = frozenset(_LANGUAGES.split())
_SOURCES = ("src", "mp3", "m4a", "ogg", "wav", "mp4", "m4v", "webm", "ogv", "flv", "url")
_PLACES = {
    "vimeo": "https://vimeo.com/",
    "soundcloud": "https://soundcloud.com/",
    "dailymotion": "https://www.dailymotion.com/video/",
}


@dataclass
class Embeds:
    """Shows the shortcodes of one post; what could not be found is added to its `notes`."""

    site: Site
    post: str
    notes: list[str] = field(default_factory=list)
    _left: int = _MOST_PICTURES

    def show(self, code: Shortcode) -> str | None:
        """Return the HTML of a shortcode of WordPress itself, `None` for any other."""
        match code.name:
            case "caption" | "wp_caption" if code.is_pair:
                return _figure(code)
            case "gallery":
                return self._gallery(code)
            case "playlist":
                return self._list(self._chosen(code))
            case "embed" | "audio" | "video" | "youtube" | "vimeo" | "soundcloud" | "dailymotion":
                return _link(code)
        return _source_code(code) if code.name in _CODE and code.is_pair else None

    def _gallery(self, code: Shortcode) -> str:
        chosen = self._chosen(code)
        pictures = [one for one in chosen if _IS_PICTURE.search(one.url)]
        if not pictures:
            self.notes.append(
                f"A gallery is empty, since its pictures are not in the file: {code.excerpt}"
            )
            return ""
        return "\n\n" + "\n".join(map(_picture, pictures)) + "\n\n"

    def _chosen(self, code: Shortcode) -> list[Attachment]:
        """Return the files a gallery names, else those that belong to the post."""
        named = _IDS.findall(code.values.get("ids") or code.values.get("include") or "")
        parent = (_IDS.findall(code.values.get("id", "")) or [self.post])[0]
        left_out = set(_IDS.findall(code.values.get("exclude", "")))
        offered = named or self.site.children.get(parent, [])
        keys = [key for key in offered[: self._left] if key not in left_out]
        found = [self.site.attachments[key] for key in keys if key in self.site.attachments]
        self._left -= len(found)
        return found

    def _list(self, files: list[Attachment]) -> str:
        links = (f'<li><a href="{escape(one.url)}">{escape(one.label)}</a></li>' for one in files)
        return f"\n\n<ul>\n{''.join(links)}\n</ul>\n\n"


def _figure(code: Shortcode) -> str:
    """Return a picture with its caption, which newer posts keep in the text and older in a value."""
    match = _CAPTIONED.match(code.content)
    picture, words = (match[1], match[2].strip()) if match else (code.content, "")
    caption = words or code.values.get("caption", "").strip()
    said = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"\n\n<figure>{picture.strip()}{said}</figure>\n\n"


def _picture(one: Attachment) -> str:
    said = f"<figcaption>{escape(one.caption)}</figcaption>" if one.caption else ""
    return f'<figure><img src="{escape(one.url)}" alt="{escape(one.alt)}">{said}</figure>'


def _link(code: Shortcode) -> str | None:
    """Return a link to what was embedded; `None` where no address can be made out."""
    named = (code.values[key] for key in _SOURCES if key in code.values)
    written = (code.beginning(LONGEST).strip(), *named, *code.unnamed)
    for value in map(unescape, filter(None, written)):
        url = _address(code.name, value)
        if is_web_address(url):
            label = url if code.name == "embed" else f"{code.name.capitalize()}: {_name_of(url)}"
            return f'\n\n<p><a href="{escape(url)}">{escape(label)}</a></p>\n\n'
    return None


def _address(kind: str, value: str) -> str:
    if value.startswith(("http://", "https://")):
        return value
    if kind == "youtube" and _YOUTUBE_KEY.fullmatch(value):
        return f"https://www.youtube.com/watch?v={value}"
    return f"{_PLACES[kind]}{value}" if kind in _PLACES and re.fullmatch(r"[\w/-]+", value) else ""


def _name_of(url: str) -> str:
    """Return the name of a file, or for a page its whole address."""
    name = url.partition("?")[0].rstrip("/").rpartition("/")[2]
    return name if "." in name else url


def _source_code(code: Shortcode) -> str:
    """Return a listing as one; what is written in it stays as it is."""
    written = code.content.strip("\r\n").replace("<", "&lt;").replace(">", "&gt;")
    return f"\n\n<pre><code>{written}</code></pre>\n\n"
