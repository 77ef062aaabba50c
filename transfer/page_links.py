"""Which addresses a page, a feed, a sheet or a map names, and how to write others in their place.

Pages of this site are written by templates and sanitisers, which quote every attribute and escape
what they hold; a test compares what is read here with what a browser's parser reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from xml.etree import ElementTree

from transfer.visiting import Answer

_VALUE = r"\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+"
_TAG = re.compile(
    rf"<(?P<tag>[a-zA-Z][\w:-]*)(?P<attributes>(?:\s+[^\s\"'<>/=]+(?:\s*=\s*(?:{_VALUE}))?)*)\s*/?>"
)
_ATTRIBUTE = re.compile(rf"(?P<name>[^\s\"'<>/=]+)(?P<is>\s*=\s*)(?P<value>{_VALUE})")
_WHOLE = re.compile(r"^(\s*)(.*?)(?=\s*$)", re.DOTALL)
_IN_LIST = re.compile(r"(^\s*|,\s+)([^\s,]\S*)")
_IN_SHEET = re.compile(r"url\(\s*[\"']?(?P<address>[^\"')]+)[\"']?\s*\)")
_IN_ROBOTS = re.compile(r"^Sitemap:\s*(\S+)", re.MULTILINE)

_LOADED = frozenset({"src", "srcset", "imagesrcset", "poster", "data-module"})
_LISTS = frozenset({"srcset", "imagesrcset"})
_NAMING = frozenset({"href", "action", *_LOADED})
_LOADED_BY_LINK = re.compile(r"stylesheet|icon|preload|manifest")


@dataclass(frozen=True)
class Link:
    """An address as it is written, and whether it is part of the page rather than a way from it."""

    address: str
    is_loaded: bool = False


@dataclass
class Contents:
    """What there is to know of an answer: its links in order, and the places a fragment can name."""

    links: list[Link] = field(default_factory=list)
    places: set[str] = field(default_factory=set)


def contents_of(answer: Answer) -> Contents:
    """Read an answer by its media type.

    Raises:
        ValueError: for XML that is not well-formed.
    """
    text = answer.body.decode(errors="replace") if _is_text(answer) else ""
    match answer.media_type:
        case "text/html":
            return _html(text)
        case "text/css":
            return Contents([Link(match["address"], True) for match in _IN_SHEET.finditer(text)])
        case "text/plain":
            return Contents([Link(address) for address in _IN_ROBOTS.findall(text)])
        case kind if kind.endswith("xml"):
            return _xml(text)
    return Contents()


def _is_text(answer: Answer) -> bool:
    return answer.media_type.startswith("text/") or answer.media_type.endswith("xml")


def _html(text: str) -> Contents:
    found = Contents()
    for match in _TAG.finditer(text):
        tag = match["tag"].lower()
        named = _attributes(match["attributes"])
        found.places |= {named[key] for key in ("id", "name")[: 1 + (tag == "a")] if key in named}
        for name in named.keys() & _NAMING:
            if name == "action" and named.get("method", "").lower() == "post":
                continue
            is_loaded = name in _LOADED or bool(
                tag == "link" and _LOADED_BY_LINK.search(named.get("rel", ""))
            )
            found.links += [Link(part, is_loaded) for part in _parts(name, named[name])]
        if tag == "meta" and named.get("property") in {"og:image", "og:url"}:
            found.links.append(Link(named.get("content", "")))
    return found


def _attributes(text: str) -> dict[str, str]:
    return {
        match["name"].lower(): unescape(_bare(match["value"]))
        for match in _ATTRIBUTE.finditer(text)
    }


def _bare(value: str) -> str:
    return value[1:-1] if value[:1] in {'"', "'"} else value


def _parts(name: str, value: str) -> Iterator[str]:
    yield from (part[2] for part in (_IN_LIST if name in _LISTS else _WHOLE).finditer(value))


def _xml(text: str) -> Contents:
    try:
        # Our own answer, made a moment ago: nothing in it comes from a stranger's file.
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError("it is not well-formed XML") from error
    found = Contents()
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "loc" and element.text:
            found.links.append(Link(element.text.strip()))
        elif name == "link" and element.get("href"):
            found.links.append(Link(element.get("href", "")))
        elif name == "content" and element.get("type") == "html":
            found.links += _html(element.text or "").links
    return found


def rewritten(text: str, change: Callable[[str, str], str]) -> str:
    """Return a page with every address replaced by what `change(tag, address)` says."""

    def in_tag(match: re.Match[str]) -> str:
        tag = match["tag"].lower()
        attributes = _ATTRIBUTE.sub(lambda found: in_attribute(tag, found), match["attributes"])
        return match[0].replace(match["attributes"], attributes, 1)

    def in_attribute(tag: str, match: re.Match[str]) -> str:
        name, value = match["name"].lower(), unescape(_bare(match["value"]))
        if name not in _NAMING:
            return match[0]
        parts = _IN_LIST if name in _LISTS else _WHOLE
        new = parts.sub(lambda part: part[1] + change(tag, part[2]), value)
        return match[0] if new == value else f'{match["name"]}{match["is"]}"{escape(new)}"'

    return _TAG.sub(in_tag, text)
