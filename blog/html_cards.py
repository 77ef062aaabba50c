"""Lines of HTML from elsewhere that hold nothing but a video or a post of another site, as a card."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from blog import figures
from blog.addresses import is_media
from blog.card_places import CARD, card, card_place
from blog.html_addresses import tidied
from blog.html_contents import inlines, is_named
from blog.html_lines import Lines
from blog.html_parts import Block, Inline, Mark

_MOST = 64
"""Pieces of a figure that is looked at: figures within figures would be read once for each level."""


def figure(inside: str, caption: str = "") -> str:
    """Return the figure around a card, with what was written below it."""
    said = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="{CARD}">{inside}{said}</figure>\n'


def card_in(block: Block, lines: Lines) -> str:
    """Return the card for all that a figure holds beside its caption, `""` if it holds more.

    A figure that is a card already becomes the same one.
    """
    rest = [child for child in block.children if not is_named(child, "figcaption")]
    line = list(islice(inlines(Block("", {}, rest)), _MOST + 1))
    if len(line) > _MOST:
        return ""
    if CARD in block.attributes.get("class", "").split():
        line = [item for item in line if not _is_small(item)]
    return card_of(line, lines, is_alone=True)


def card_of(line: Sequence[Inline], lines: Lines, *, is_alone: bool) -> str:
    """Return the card for a line that is a player, a link, or an address as WordPress embeds it, else `""`.

    Args:
        is_alone: whether the line is a paragraph; in an item of a list, links stay links.
    """
    seen = [item for item in line if not item.is_blank]
    if not seen or any(item.kind == "place" for item in line):
        return ""
    mark = _link(seen[0])
    if len(seen) == 1 and seen[0].kind == "embed" and not mark:
        return _of_player(seen[0])
    if not is_alone or any(_link(item) is not mark for item in seen):
        return ""
    return _of_link(seen, mark, lines) if mark else _of_address(seen)


def _of_player(player: Inline) -> str:
    place = card_place(player.attributes["href"])
    return card(place, player.attributes.get("title", "")) if place else ""


def _of_address(seen: Sequence[Inline]) -> str:
    if any(item.kind != "text" for item in seen):
        return ""
    place = card_place("".join(item.text for item in seen).strip())
    return card(place) if place else ""


def _of_link(seen: Sequence[Inline], mark: Mark, lines: Lines) -> str:
    href = tidied(mark.attributes["href"])
    place = card_place(href)
    own = [item for item in seen if _is_own(item)]
    if place is None or len(own) > 1 or not lines.spend(mark):
        return ""
    words = " ".join("".join(map(_said, seen)).split())
    words = "" if words == href else words
    title = words or mark.attributes.get("title", "")
    alt = own[0].attributes.get("alt", "") if own else ""
    return card(place, title or alt, _picture(own[0], alt if title else "") if own else "")


def _link(item: Inline) -> Mark | None:
    return next((mark for mark in item.marks if mark.tag == "a"), None)


def _is_small(item: Inline) -> bool:
    return any(mark.tag == "small" for mark in item.marks)


def _is_own(item: Inline) -> bool:
    return item.kind == "picture" and is_media(tidied(item.attributes.get("src", "")))


def _said(item: Inline) -> str:
    """Return the words of an item; of a foreign picture those that stand for it, without its file."""
    if item.kind == "picture" and not _is_own(item):
        return item.attributes.get("alt", "")
    return item.text if item.kind in {"text", "embed"} else " "


def _picture(item: Inline, alt: str) -> str:
    url, title = tidied(item.attributes["src"]), item.attributes.get("title", "")
    picture = figures.own(url)
    return figures.shown(picture, alt, title) if picture else figures.plain(url, alt, title)
