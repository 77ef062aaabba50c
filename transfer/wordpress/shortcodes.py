"""Shortcodes: `[name key="value"]`, or a pair of them around a text, told apart from mere brackets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from transfer.wordpress.paragraphs import TAG, name_of

_OPENING = re.compile(r"\[([a-zA-Z][\w-]{0,40})((?:[\s=][^\[\]]{0,3000})?)\](?!\()")
_CLOSING = re.compile(r"\[/([a-zA-Z][\w-]{0,40})\]")
_ATTRIBUTE = re.compile(
    r"""([\w-]+)\s*=\s*(?:["“”″]([^"“”″]*)["“”″]|'([^']*)'|([^\s"']+))|["“”″]([^"“”″]*)["“”″]|(\S+)"""
)
_VALUED = re.compile(r"\[[\w-]+\s+[\w-]+\s*=\s*[^\s=]")
# In these nothing is a shortcode: they show what is written.
_VERBATIM = frozenset({"pre", "code", "script", "style", "textarea"})
# Of plug-ins that many blogs use: they need no values and no end.
_BARE = frozenset(
    {
        "archives",
        "contact-form",
        "contact-form-7",
        "contact_form",
        "gallery",
        "jetpack-related-posts",
        "sitemap",
        "toc",
        "woocommerce_cart",
        "woocommerce_checkout",
        "wpforms",
    }
)
_LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Shortcode:
    """One shortcode: its values by name, those without a name, and where in `html` its content is."""

    name: str
    written: str
    values: dict[str, str] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    html: str = ""
    inside: tuple[int, int] | None = None

    @property
    def is_pair(self) -> bool:
        """Whether it has an end of its own, and so something between."""
        return self.inside is not None

    @property
    def content(self) -> str:
        """What stands between a pair; taken out only when asked for, since many may share one end."""
        return self.html[slice(*self.inside)] if self.inside else ""

    def beginning(self, length: int) -> str:
        """Return at most so many characters of the content."""
        start, end = self.inside or (0, 0)
        return self.html[start : min(end, start + length)]

    @property
    def is_certain(self) -> bool:
        """Whether it is meant as one: words in brackets have no values first, and no end."""
        return self.is_pair or bool(_VALUED.match(self.written)) or self.name in _BARE

    @property
    def excerpt(self) -> str:
        """How it is written, on one line that is not too long."""
        line = " ".join(self.written.split())
        return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"


def replaced(html: str, show: Callable[[Shortcode], str | None]) -> tuple[str, list[str]]:
    """Return `html` with each shortcode that `show` knows as what it returns.

    All others stay as they are written, and what stands between a pair is looked at too.

    Returns:
        The HTML, and how those that stayed are written.
    """
    made: list[str] = []
    left: list[str] = []
    end = 0
    for start, stop, code in _all(html):
        if start < end:
            continue
        shown = show(code)
        if shown is not None:
            made += [html[end:start], shown]
            end = stop
        elif code.is_certain:
            left.append(code.excerpt)
    return "".join([*made, html[end:]]), left


def _all(html: str) -> Iterator[tuple[int, int, Shortcode]]:
    """Yield where each shortcode begins and ends, with its pair, in order."""
    closings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    verbatim = _verbatim(html)
    for match in _CLOSING.finditer(html):
        closings[match[1]].append(match.span())
    for match in _OPENING.finditer(html):
        if _is_within(verbatim, match.start()) or html[match.start() - 1 : match.start()] == "[":
            continue
        ends = closings[match[1]]
        at = bisect_left(ends, (match.end(), 0))
        pair = ends[at] if at < len(ends) and not match[2].endswith("/") else None
        stop = pair[1] if pair else match.end()
        yield match.start(), stop, _shortcode(match, (match.end(), pair[0]) if pair else None)


def _shortcode(match: re.Match[str], inside: tuple[int, int] | None) -> Shortcode:
    values: dict[str, str] = {}
    unnamed: list[str] = []
    # `[youtube=https://…]` is an old way to write one value without a name.
    for found in _ATTRIBUTE.finditer(match[2].strip().removeprefix("=").removesuffix("/")):
        name, *spelled = found.groups()
        value = next((one for one in spelled if one is not None), "")
        if name and not name.lower().startswith("http"):
            values[name.lower()] = value
        else:
            unnamed.append(found[0].strip("\"'“”″"))
    return Shortcode(
        match[1].lower(), match[0], values, tuple(unnamed), html=match.string, inside=inside
    )


def _verbatim(html: str) -> list[tuple[int, int]]:
    """Return where tags are, and elements that show what is written, in order."""
    spans: list[tuple[int, int]] = []
    begun, element = 0, ""
    for match in TAG.finditer(html):
        name = name_of(match[0])
        if element:
            if name == element and match[0].startswith("</"):
                spans.append((begun, match.end()))
                element = ""
        elif name in _VERBATIM and not match[0].startswith("</"):
            begun, element = match.start(), name
        else:
            spans.append(match.span())
    return [*spans, (begun, len(html))] if element else spans


def _is_within(spans: list[tuple[int, int]], place: int) -> bool:
    at = bisect_left(spans, (place + 1, 0))
    return at > 0 and spans[at - 1][1] > place
