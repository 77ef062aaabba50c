"""The blocks of the newer editor: HTML that stays, between comments that say what each block is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from blog.addresses import is_web_address
from transfer.wordpress.paragraphs import paragraphs

# Blocks whose content is what the classic editor made, or a shortcode: no paragraphs in it yet.
_CLASSIC = frozenset({"freeform", "shortcode"})
_MARK = re.compile(r"\s+(/?)wp:([a-z][a-z0-9/_-]*)(?:\s+(.*?))?\s*(/?)\Z", re.DOTALL)
_PAGE_END = re.compile(r"<!--\s{0,9}nextpage\s{0,9}-->", re.IGNORECASE)
_MORE = re.compile(r"\n?<!--\s*(?:more\b[^<>-]{0,200}|noteaser)-->\n?", re.IGNORECASE)
_DEEPEST = 3
_LONGEST = 1_000_000
"""Characters of a text with all that it reuses; blocks that come after that are left out of it."""

_MOST_NAMED = 8


@dataclass(frozen=True)
class Mark:
    """A comment of the editor: where it is, and what it says of which block."""

    start: int
    end: int
    block: str
    is_end: bool
    is_whole: bool
    values: Mapping[str, Any]


def has_blocks(content: str) -> bool:
    """Whether the newer editor wrote it."""
    return "<!-- wp:" in content


def without_breaks(content: str) -> str:
    """Return the text with a rule where WordPress began a new page, and without the mark of “more”."""
    return _MORE.sub("\n\n", _PAGE_END.sub("\n\n<hr>\n\n", content))


def with_reused(content: str, reused: Mapping[str, str], depth: int = 0) -> str:
    """Return content with the blocks in it that are kept apart for several posts (`wp:block`)."""
    made: list[str] = []
    end = length = 0
    for mark in _marks(content):
        inner = reused.get(str(mark.values.get("ref", ""))) if mark.block == "block" else None
        if inner is not None and depth < _DEEPEST and length < _LONGEST:
            made += [content[end : mark.start], with_reused(inner, reused, depth + 1)]
            end, length = mark.end, length + len(made[-1])
    return "".join([*made, content[end:]])


def as_html(content: str) -> tuple[str, list[str]]:
    """Return content of either editor as HTML.

    Returns:
        The HTML, and the names of blocks that hold no words: WordPress filled those in when it
        showed the page.
    """
    if not has_blocks(content):
        return paragraphs(content), []
    made: list[str] = []
    filled: dict[str, None] = {}
    end = depth = 0
    for mark in _marks(content):
        made.append(_between(content[end : mark.start], depth))
        end = mark.end
        if mark.is_whole:
            link = _social_link(mark)
            made.append(link)
            if not link and mark.block not in {"more", "nextpage", "block"}:
                filled[mark.block] = None
        elif mark.block not in _CLASSIC:
            depth = max(0, depth + (-1 if mark.is_end else 1))
    made.append(_between(content[end:], depth))
    return "".join(made), [*filled]


def filled_in(names: list[str]) -> str:
    """Return a sentence about blocks that are left out."""
    shown = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"Left out what WordPress itself filled in: {shown}{more}."


def _between(html: str, depth: int) -> str:
    return html if depth or not html.strip() else f"\n{paragraphs(html)}\n"


def _marks(content: str) -> Iterator[Mark]:
    """Yield the comments of the editor, in order."""
    end = 0
    while (start := content.find("<!--", end)) >= 0:
        stop = content.find("-->", start)
        if stop < 0:
            return
        end = stop + 3
        if match := _MARK.match(content[start + 4 : stop]):
            block = match[2].removeprefix("core/")
            yield Mark(start, end, block, bool(match[1]), bool(match[4]), _values(match[3]))


def _values(written: str | None) -> dict[str, Any]:
    try:
        found = json.loads(written or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _social_link(mark: Mark) -> str:
    """Return the link of a block that is one, since its address stands in no HTML."""
    url = str(mark.values.get("url", ""))
    if mark.block != "social-link" or not is_web_address(url):
        return ""
    label = str(mark.values.get("label") or mark.values.get("service") or url)
    return f'<p><a href="{escape(url)}">{escape(label)}</a></p>\n'
