"""What the HTML of a post may hold, whatever its source is written in."""

from __future__ import annotations

import re

from blog import figures
from blog.addresses import is_local, is_media, is_web_address
from blog.allowlist import Allowlist, Check
from blog.card_places import CARD
from blog.image_addresses import FORMATS, SIZES

LANGUAGE = re.compile(r"[a-z0-9+-]{1,20}")
"""The name of a programming language that a code block is written in."""


def _one_of(*values: str) -> Check:
    return frozenset(values).__contains__


def _matches(pattern: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: compiled.fullmatch(value) is not None


def _anything(_: str) -> bool:
    return True


_BARE = (
    *("abbr", "blockquote", "br", "caption", "cite", "dd", "del", "details", "dl", "dt", "em"),
    *("figcaption", "hr", "ins", "kbd", "mark", "p", "picture", "q", "s", "samp"),
    *("small", "strong", "sub", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "var"),
)
_FOCUSABLE = {"tabindex": _one_of("0")}
_ALIGNED = {"class": _one_of("align-left", "align-center", "align-right")}
_HEADING = {"id": _matches(r"h-[^ \t\n]{1,80}"), **_ALIGNED}
_SPAN = _matches(r"[2-9]|[1-9][0-9]|100")
_CELL = {"colspan": _SPAN, "rowspan": _SPAN, **_ALIGNED}
_SOURCE_SET = {"srcset": figures.is_source_set, "sizes": _one_of(SIZES)}
_PIXELS = _matches(r"[1-9][0-9]{0,4}")

ALLOWED = Allowlist(
    {
        **{name: {} for name in _BARE},
        **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), _HEADING),
        "a": {
            "href": lambda value: is_web_address(value) or is_local(value),
            "title": _anything,
            "rel": _one_of("noopener"),
            "id": _matches(r"fnref-\d+(-\d+)?"),
            "class": _one_of("footnote-backref", figures.ELSEWHERE),
            "role": _one_of("doc-noteref", "doc-backlink"),
            "aria-label": _matches(r"(Footnote|Back to reference) \d+(-\d+)?"),
        },
        "abbr": {"title": _anything},
        "code": {"class": _matches(f"language-{LANGUAGE.pattern}")},
        "div": {
            "class": _one_of("table-scroll"),
            "role": _one_of("region"),
            "aria-label": _matches(r"Table \d+"),
            **_FOCUSABLE,
        },
        "figure": {"class": _one_of(CARD)},
        "img": {
            "src": is_media,
            "alt": _anything,
            "title": _anything,
            "loading": _one_of("lazy"),
            "decoding": _one_of("async"),
            "width": _PIXELS,
            "height": _PIXELS,
            **_SOURCE_SET,
        },
        "li": {"id": _matches(r"fn-\d+")},
        "ol": {"start": _matches(r"[0-9]{1,9}"), "type": _one_of("a", "A", "i", "I")},
        "p": _ALIGNED,
        "pre": _FOCUSABLE,
        "section": {
            "class": _one_of("footnotes"),
            "role": _one_of("doc-endnotes"),
            "aria-label": _one_of("Footnotes"),
        },
        "source": {"type": _one_of(*FORMATS.values()), **_SOURCE_SET},
        "span": {"id": _matches(r"u-[^ \t\n]{1,80}")},
        "sup": {"class": _one_of("footnote-ref")},
        "td": _CELL,
        "th": {"scope": _one_of("col", "colgroup", "row", "rowgroup"), **_CELL},
    }
)

LINE_ELEMENTS = frozenset(
    {"a", "abbr", "cite", "code", "del", "em", "img", "ins", "kbd", "mark", "picture", "q", "s"}
) | frozenset({"samp", "small", "source", "span", "strong", "sub", "sup", "var"})
"""Those that part no words."""
