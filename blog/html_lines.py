"""The words of HTML from elsewhere, line by line: marks, links, pictures, line ends, places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import unquote

from blog import figures
from blog.addresses import is_local, is_media, is_web_address
from blog.allowed import LANGUAGE
from blog.html_addresses import tidied
from blog.html_parts import Inline, Mark
from blog.outline import Slugs

MOST_REPEATED = 100_000
"""Characters of tags written again, since a mark can go on over many blocks: then words stay plain."""

PLACE = "u-"
"""What the ids of places begin with that a text from elsewhere names itself."""

_SAID_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language-|lang-|brush:\s*)([A-Za-z0-9+#-]{1,20})(?![^\s;])"
)
_NESTING = frozenset({"q", "sub", "sup"})
"""Marks that mean more when they stand in themselves."""

_DRAWN_LETTERS = frozenset({"emoji", "wp-smiley"})
"""Classes of pictures that stand for one character."""


class Lines:
    """Writes lines of one text."""

    def __init__(self, places: Iterable[str], headings: Iterable[str]) -> None:
        """Take the names of all places in the text, and the ids of its headings."""
        slugs = Slugs(PLACE, "place")
        self._ids = {place: slugs.unused(place.removeprefix(PLACE)) for place in places}
        self._headings = frozenset(headings)
        self._openings: dict[Mark, str] = {}
        self._written: set[Mark] = set()
        self._left = MOST_REPEATED

    def html(self, items: Sequence[Inline]) -> str:
        """Return the HTML of a line without the blanks around it, `""` if nothing can be seen."""
        return self.kept(items).strip(" \t\n")

    def kept(self, items: Sequence[Inline]) -> str:
        """Return the HTML of a line with its blanks, `""` if nothing can be seen."""
        if all(item.is_blank for item in items):
            return ""
        parts: list[str] = []
        opened: list[Mark] = []
        for item in items:
            marks = self._shown_marks(item)
            shared = 0
            while shared < min(len(marks), len(opened)) and marks[shared] is opened[shared]:
                shared += 1
            parts += [f"</{mark.tag}>" for mark in reversed(opened[shared:])]
            parts += [self._opened(mark) for mark in marks[shared:]]
            opened = marks
            parts.append(self._item(item, is_linked=any(mark.tag == "a" for mark in marks)))
        parts += [f"</{mark.tag}>" for mark in reversed(opened)]
        return "".join(parts)

    def spend(self, mark: Mark) -> bool:
        """Whether a mark may be written here, as it was or otherwise; it is then taken as written."""
        is_left = self._may_open(mark)
        if is_left:
            self._opened(mark)
        return is_left

    def _shown_marks(self, item: Inline) -> list[Mark]:
        shown: list[Mark] = []
        for mark in item.marks:
            is_again = any(mark.tag == other.tag for other in shown)
            if (mark.tag in _NESTING or not is_again) and self._may_open(mark):
                shown.append(mark)
        return shown

    def _may_open(self, mark: Mark) -> bool:
        """Whether the mark says anything here and, if it was written before, may be once more."""
        if mark not in self._openings:
            self._openings[mark] = self._opening(mark)
        return bool(self._openings[mark]) and (self._left > 0 or mark not in self._written)

    def _opened(self, mark: Mark) -> str:
        opening = self._openings[mark]
        self._left -= len(opening) if mark in self._written else 0
        self._written.add(mark)
        return opening

    def _opening(self, mark: Mark) -> str:
        given, said = mark.attributes, ""
        if mark.tag == "a":
            said = self._link(given)
            if not said:
                return ""
        elif mark.tag == "abbr" and given.get("title"):
            said = f' title="{escape(given["title"])}"'
        elif mark.tag == "code":
            said = language_class(given)
        return f"<{mark.tag}{said}>"

    def _link(self, given: dict[str, str]) -> str:
        """Return the attributes of a link, or `""` if it leads nowhere a link may lead."""
        href = self._address(given["href"])
        if not href:
            return ""
        title = f' title="{escape(given["title"])}"' if given.get("title") else ""
        stands_in = figures.ELSEWHERE in given.get("class", "").split()
        kind = f' class="{figures.ELSEWHERE}"' if stands_in else ""
        return f' href="{escape(href)}"{title}{kind}{_relation(href)}'

    def _address(self, href: str) -> str:
        href = tidied(href)
        if href.startswith("#"):
            place = unquote(href[1:])
            if place in self._headings:
                return f"#{place}"
            return f"#{self._ids[place]}" if place in self._ids else ""
        return href if _may_lead_to(href) else ""

    def _item(self, item: Inline, *, is_linked: bool) -> str:
        match item.kind:
            case "text":
                return escape(item.text, quote=False)
            case "break":
                return "<br>"
            case "place":
                return f'<span id="{self._ids[item.text]}"></span>'
            case "picture":
                return _picture(item.attributes, is_linked=is_linked)
            case "embed":
                return _elsewhere(item.attributes["href"], item.text, is_linked=is_linked)


def language_class(given: dict[str, str]) -> str:
    """Return the attribute that tells the language of code, if a class of `given` names it."""
    said = _SAID_LANGUAGE.search(given.get("class", ""))
    language = said[1].lower() if said else ""
    return f' class="language-{language}"' if LANGUAGE.fullmatch(language) else ""


def picture_words(given: dict[str, str]) -> str:
    """Return the words that stand for a picture: its own if it is shown, else the label of the link.

    A label that nothing can be linked to has brackets, since it may touch the words around it.
    """
    alt, url = given.get("alt", ""), _source(given)
    is_letter = bool(alt.strip() and _DRAWN_LETTERS & set(given.get("class", "").split()))
    if is_letter or is_media(url):
        return alt
    label = figures.label(alt, url)
    return label if _may_lead_to(url) else f"[{label}]"


def _picture(given: dict[str, str], *, is_linked: bool) -> str:
    url, alt, title = _source(given), given.get("alt", ""), given.get("title", "")
    if alt.strip() and _DRAWN_LETTERS & set(given.get("class", "").split()):
        return escape(alt, quote=False)
    if picture := figures.own(url):
        return figures.shown(picture, alt, title)
    if is_media(url):
        return figures.plain(url, alt, title)
    return _elsewhere(url, picture_words(given), is_linked=is_linked)


def _source(given: dict[str, str]) -> str:
    """Return the address of a picture, also where a script was to put it in later."""
    url = tidied(given.get("src", ""))
    return tidied(given.get("data-src", "")) if not url or url.startswith("data:") else url


def _elsewhere(href: str, words: str, *, is_linked: bool) -> str:
    """Return a link to what is not shown here; its words alone within a link or without address."""
    text = escape(words, quote=False)
    if is_linked or not _may_lead_to(href):
        return text
    return f'<a href="{escape(href)}" class="{figures.ELSEWHERE}"{_relation(href)}>{text}</a>'


def _may_lead_to(href: str) -> bool:
    return is_web_address(href) or is_local(href)


def _relation(href: str) -> str:
    return ' rel="noopener"' if href.lower().startswith("http") else ""
