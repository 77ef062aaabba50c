"""Videos, sounds and other pages that HTML shows inside itself: here they become links to them.

No reader's browser asks a third party because a text from elsewhere put a player there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from blog.addresses import is_web_address
from blog.html_addresses import tidied
from blog.html_tokens import Token

EMBED = "embed"
"""The name of the tokens that `with_links` puts in: `href`, the words of the link, and its `title`."""

_ALONE = frozenset({"embed", "frame", "iframe"})
_WITH_CONTENT = frozenset({"audio", "object", "video"})
_ADDRESSES = ("src", "data", "data-src", "value")
_CARRIERS = _ALONE | _WITH_CONTENT | {"source", "param"}
_FILM_HOSTS = (
    *("dailymotion.com", "videopress.com", "vimeo.com", "wordpress.tv"),
    *("youtu.be", "youtube-nocookie.com", "youtube.com"),
)


def with_links(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield tokens with each player or frame as one `EMBED` token; without an address, its content.

    What stands inside a player is for browsers that know no players, and goes with it.
    """
    given = list(tokens)
    ends_left = Counter(token.name for token in given if token.kind == "end")
    inside: list[Token] = []
    for token in given:
        ends_left[token.name] -= token.kind == "end"
        if inside:
            inside.append(token)
            if token.kind == "end" and token.name == inside[0].name:
                yield from _linked(inside)
                inside = []
        elif token.kind == "start" and token.name in _WITH_CONTENT and ends_left[token.name] > 0:
            inside = [token]
        elif token.kind == "start" and token.name in _ALONE | _WITH_CONTENT:
            yield from _linked([token])
        else:
            yield token


def _linked(player: list[Token]) -> Iterator[Token]:
    """Yield one link to what the tokens of a player show."""
    name = player[0].name
    for token in player:
        for href in _addresses(token):
            said = {"href": href, "words": f"{_kind(name, href)}: {href}"}
            yield Token("start", EMBED, said | {"title": player[0].attributes.get("title", "")})
            return
    yield from player[1:]


def _addresses(token: Token) -> Iterator[str]:
    if token.kind == "start" and token.name in _CARRIERS:
        for attribute in _ADDRESSES:
            address = tidied(token.attributes.get(attribute, ""))
            if is_web_address(address) and not address.lower().startswith("mailto:"):
                yield address


def _kind(name: str, href: str) -> str:
    host = urlsplit(href).hostname or ""
    if name == "audio":
        return "Sound"
    is_film = name == "video" or any(f".{host}".endswith(f".{film}") for film in _FILM_HOSTS)
    return "Video" if is_film else "From another site"
