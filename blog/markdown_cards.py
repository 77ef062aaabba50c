"""A paragraph of Markdown that holds nothing but a link to a video or a post elsewhere, as a card."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog import figures
from blog.addresses import is_media
from blog.card_places import CARD, card, card_place

_WORDS = frozenset({"text", "code_inline", "softbreak", "hardbreak", "image"}) | frozenset(
    f"{mark}_{side}" for mark in ("em", "strong", "s") for side in ("open", "close")
)
"""What a link may hold to become a card: the words are kept, how they were marked is not."""


def plugin(markdown: MarkdownIt) -> None:
    """Teach `markdown` cards; to be used before foreign pictures are replaced by their words."""
    markdown.core.ruler.push("cards", _show_cards)
    markdown.add_render_rule("card", lambda _, tokens, index, *rest: tokens[index].content)


def _show_cards(state: StateCore) -> None:
    for before, inline, after in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if before.type == "paragraph_open" and after.type == "paragraph_close":
            html = "" if before.hidden else _card(inline.children or ())
            if html:
                before.tag = after.tag = "figure"
                before.attrSet("class", CARD)
                inline.children = [Token("card", "", 0, content=html)]


def _card(children: Sequence[Token]) -> str:
    """Return the card for what is in a paragraph, `""` if it holds anything but one link."""
    if len(children) < 2 or (children[0].type, children[-1].type) != ("link_open", "link_close"):
        return ""
    link, inside = children[0], children[1:-1]
    pictures = [token for token in inside if token.type == "image"]
    place = card_place(str(link.attrGet("href")))
    if not place or len(pictures) > 1 or any(token.type not in _WORDS for token in inside):
        return ""
    words = _words(inside)
    if words == link.attrGet("href"):
        words = ""
    title = words or str(link.attrGet("title") or "") or "".join(map(_alt, pictures))
    shown = "".join(
        _picture(token, is_titled=bool(words or link.attrGet("title"))) for token in pictures
    )
    return card(place, title, shown)


def _words(tokens: Sequence[Token]) -> str:
    texts = (
        token.content if token.type in {"text", "code_inline"} else " "
        for token in tokens
        if not token.nesting and token.type != "image"
    )
    return " ".join("".join(texts).split())


def _alt(picture: Token) -> str:
    return _words(picture.children or ())


def _picture(token: Token, *, is_titled: bool) -> str:
    """Return the HTML of a picture of ours; what it shows is not said twice where it is the title."""
    url = str(token.attrGet("src"))
    if not is_media(url):
        return ""
    alt, title = _alt(token) if is_titled else "", str(token.attrGet("title") or "")
    picture = figures.own(url)
    return figures.shown(picture, alt, title) if picture else figures.plain(url, alt, title)
