"""A comment's text to HTML: Markdown without HTML, then bleach, then nh3 as a second lock.

The only module that imports bleach. Its last release has faults that will not be mended; each is
closed here and has a test. Markdown leaves them no way in, bleach is told what it gets wrong, and
nh3 must read the result as the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from typing import Any

from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markdown_it.token import Token as MarkdownToken

from blog.addresses import SCHEMES, is_web_address
from blog.allowlist import Allowlist, reading
from blog.nesting import limit_nesting
from blog.plaintext import TextTooLong, as_paragraphs, refuse_longer
from comments.pieces import pieces
from comments.text import clean_text

__all__ = [
    "LONGEST_IMPORTED",
    "MAX_LENGTH",
    "VERSION",
    "Sanitized",
    "TextTooLong",
    "render",
    "render_stored",
    "to_html",
]

VERSION = 1
"""The number of these rules, stored beside the HTML; raise it with every change of the output."""

MAX_LENGTH = 5000
"""Characters of text; bleach takes seconds on long nested input, so longer text never reaches it."""

LONGEST_IMPORTED = 66_000
"""Characters of a text from elsewhere; WordPress keeps 65,535 bytes of a comment."""

REL = "nofollow ugc noopener"


@dataclass(frozen=True)
class Sanitized:
    """The HTML of a comment, and whether the two locks disagreed, so that it shows plain text."""

    html: str
    is_suspect: bool


def to_html(source: str) -> str:
    """Return the HTML of a comment; see `render`."""
    return render(source).html


def render(source: str) -> Sanitized:
    """Return a comment's text as HTML flow content.

    Markdown gives emphasis, quotes, lists, code, links; bare addresses become links; a line break
    stays one. Typed HTML is shown as text. If nh3 finds anything in the result that it would
    change, the text is shown as typed, without markup, and `is_suspect` is true.

    Raises:
        TextTooLong: the text has more than `MAX_LENGTH` characters.
    """
    refuse_longer(source, MAX_LENGTH)
    text = clean_text(source)
    html = _bleached(_MARKDOWN.render(text))
    cleaned = _ALLOWED.cleaned(html)
    if html == cleaned or reading(html) == reading(cleaned):
        return Sanitized(html, is_suspect=False)
    return Sanitized(as_paragraphs(text), is_suspect=True)


def render_stored(source: str) -> Sanitized:
    """Return a comment's text as `render` does, also one that came from elsewhere and is longer.

    What is longer than `MAX_LENGTH` is rendered in pieces, each within that length, so that the
    time grows with the text and no faster. If the locks disagree about any piece, all of it is
    shown as typed.

    Raises:
        TextTooLong: the text has more than `LONGEST_IMPORTED` characters.
    """
    if len(source) <= MAX_LENGTH:
        return render(source)
    refuse_longer(source, LONGEST_IMPORTED)
    text = clean_text(source)
    parts = [render(piece) for piece in pieces(text, MAX_LENGTH)]
    if any(part.is_suspect for part in parts):
        return Sanitized(as_paragraphs(text), is_suspect=True)
    return Sanitized("".join(part.html for part in parts), is_suspect=False)


_ALLOWED = Allowlist(
    {
        "a": {"href": is_web_address, "rel": lambda value: value == REL},
        **{
            name: {}
            for name in ("blockquote", "br", "code", "em", "li", "p", "pre", "strong", "ul")
        },
        "ol": {"start": lambda value: value.isascii() and value.isdecimal()},
    }
)


class _Markdown(MarkdownIt):
    """Markdown that leaves a link to anywhere else as the text that was typed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name markdown-it calls
        return is_web_address(url)


# Words after a fence that are hidden; any other one is shown, since it may be what a reader wrote.
_LANGUAGES = frozenset(
    [
        "bash",
        "c",
        "cpp",
        "css",
        "diff",
        "go",
        "html",
        "ini",
        "java",
        "javascript",
        "js",
        "json",
        "kotlin",
        "php",
        "py",
        "python",
        "ruby",
        "rust",
        "sh",
        "shell",
        "sql",
        "swift",
        "text",
        "toml",
        "ts",
        "typescript",
        "xml",
        "yaml",
        "yml",
    ]
)


def _fence(_: Any, tokens: Sequence[MarkdownToken], index: int, *rest: Any) -> str:
    """Show a code block; what stands after the fence too, unless it names a language we know."""
    info = tokens[index].info.strip()
    first = f"{info}\n" if info and info.lower() not in _LANGUAGES else ""
    return f"<pre><code>{escape(first + tokens[index].content)}</code></pre>\n"


_MARKDOWN = (
    _Markdown("zero", {"html": False, "breaks": True})
    .enable(["blockquote", "fence", "list"])
    .enable(["autolink", "backticks", "emphasis", "escape", "link", "newline"])
)
_MARKDOWN.add_render_rule("fence", _fence)
limit_nesting(_MARKDOWN)

# Endings that make a name without "https://" or "www." an address. A choice, since every word
# before a dot would else become a link ("done.it", "setup.py"): endings that are words of a
# sentence or suffixes of files are left out.
_ENDINGS = (
    "com|org|net|edu|gov|mil|int|info|biz|name|museum|academy|agency|ai|app|art|bank|blog|"
    "business|cafe|capital|careers|chat|church|city|cloud|club|coach|codes|community|company|"
    "consulting|design|dev|digital|directory|education|email|energy|engineering|events|expert|"
    "exchange|finance|foundation|garden|global|group|guide|health|history|hospital|house|"
    "institute|international|io|jobs|law|legal|link|ltd|management|market|marketing|media|"
    "money|museum|network|news|ngo|online|page|partners|photos|plus|press|pro|pub|radio|"
    "report|reviews|school|science|services|shop|site|social|software|solutions|space|store|"
    "studio|support|systems|tech|tools|top|tours|town|travel|tube|university|ventures|video|"
    "website|wiki|world|xyz|zone|"
    "ac|ae|ar|au|bd|bg|br|ca|ch|ci|cl|cn|co|cr|cy|cz|de|dk|dz|ec|ee|eg|es|eu|fi|fr|gg|gh|gr|"
    "hk|hr|hu|ie|il|ir|jp|ke|kr|kz|lb|li|lk|lt|lu|lv|ma|mt|mx|ng|nl|nz|pe|ph|pk|pt|qa|ro|ru|"
    "rw|sa|se|sg|si|sk|th|tn|tr|tv|tw|tz|ua|ug|uk|uy|uz|ve|vn|za"
)
_NAME = r"(?:[\w-]{1,63}\.)+"
_ADDRESS = re.compile(
    rf"""
    (?: (?<![\w/]) https?:// [^\s<>"`\\/?\#]+        # a scheme and any host
      | (?<![\w.@/:-])                                # or, not inside a word, mail address, path:
        (?: www\. {_NAME} [\w-]{{2,63}} (?!@)          # www and any host
          | {_NAME} (?-i: {_ENDINGS} ) (?! [\w@-] | \.\w )  # or a name with a known ending,
        ) (?: :\d+ )?                                 # with a port or without
    )
    (?: [/?\#] [^\s<>"`\\]* )?
    (?<! [!?.,:;'*_~’”»…] )                           # the sentence ends, not the address
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _bleached(html: str) -> str:
    """Return `html` with only what a comment may hold, and with its bare addresses as links."""
    # Made anew each time: a Cleaner holds its parser's state and must not be shared by threads.
    cleaner = Cleaner(
        tags=_ALLOWED.elements.keys(),
        attributes=_is_permitted,
        protocols=SCHEMES,
        strip=True,
        filters=[partial(_Links, callbacks=[_recheck], skip_tags={"pre", "code"}, url_re=_ADDRESS)],
    )
    return str(cleaner.clean(html))


def _is_permitted(element: str, attribute: str, value: str) -> bool:
    """Judge the address a browser would see: bleach hands over the value with its entities."""
    return _ALLOWED.permits(element, attribute, unescape(value))


Token = dict[str, Any]


class _Links(LinkifyFilter):  # type: ignore[misc] # bleach has no types
    """Bleach's link filter without three faults of its own.

    It decodes entities a second time (`&amp;lt;` typed in a comment came out as `<`), it drops
    entities from the text of a link that it removes, and it leaves links that nobody can see.
    """

    def extract_entities(self, token: Token) -> Iterator[Token]:
        yield token

    def handle_a_tag(self, token_buffer: list[Token]) -> Iterator[Token]:
        start, *content, end = token_buffer
        href = unescape((start["data"] or {}).get((None, "href"), ""))
        if not is_web_address(href):
            yield from content
            return
        start["data"] = _link_to(href)
        shown = content if any(map(_is_visible, content)) else [_characters(href)]
        yield from (start, *shown, end)


def _recheck(attributes: dict[Any, str], is_new: bool) -> dict[Any, str] | None:
    """Return the attributes of a link made from a bare address, or None to leave it as text."""
    text = attributes["_text"]
    has_scheme = text.lower().startswith(("http://", "https://"))
    href = text if has_scheme else f"https://{text}"
    return {**_link_to(href), "_text": text} if is_web_address(href) else None


def _link_to(href: str) -> dict[Any, str]:
    # Bleach's serialiser leaves what looks like an entity alone, so `&` must not look like one.
    return {(None, "href"): escape(href, quote=False), (None, "rel"): REL}


def _characters(text: str) -> Token:
    return {"type": "Characters", "data": text}


def _is_visible(token: Token) -> bool:
    if token["type"] == "Characters":
        return any(character.isprintable() and character != " " for character in token["data"])
    return bool(token["type"] == "Entity")
