"""Videos and posts on other sites: which addresses lead to one, and the card that stands for it here.

Nothing of the other site is loaded: a card is a link with words, and with a picture of ours if there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from blog.addresses import is_page_address

CARD = "elsewhere"
"""The class of the figure that is a card."""

_YOUTUBE = "www.youtube.com youtube.com m.youtube.com"
_PLAYER = "www.youtube.com youtube.com www.youtube-nocookie.com"
_DAILYMOTION = "www.dailymotion.com dailymotion.com"
_X = "x.com www.x.com twitter.com www.twitter.com mobile.twitter.com"
_LINKEDIN = "www.linkedin.com linkedin.com"
_VIDEO, _NUMBER = r"[\w-]{11}", r"\d{1,20}"
_PEERTUBE = "[1-9A-HJ-NP-Za-km-z]{22}|[0-9a-f-]{36}"
_LIST = r"list=([\w-]+)"
_NAME, _TOOT = r"[\w.-]{1,80}", r"\d{15,20}"
_BLUESKY = r"([\w.:-]+)/app\.bsky\.feed\.post"

# What it is; the hosts, or none where everybody may have one; how the path begins; and, if that shows a
# bare player, the page to lead to instead, made of the parts in brackets.
_TABLE = (
    ("Video on YouTube", _YOUTUBE, rf"/watch\?(?:.*&)?v={_VIDEO}", ""),
    ("Video on YouTube", _YOUTUBE, rf"/(?:shorts|live)/{_VIDEO}", ""),
    ("Video on YouTube", "youtu.be", f"/{_VIDEO}", ""),
    ("Videos on YouTube", _YOUTUBE, rf"/playlist\?{_LIST}", ""),
    ("Videos on YouTube", _PLAYER, rf"/embed/videoseries\?(?:.*&)?{_LIST}", "{youtube}/playlist?list={}"),
    ("Video on YouTube", _PLAYER, f"/embed/({_VIDEO})", "{youtube}/watch?v={}"),
    ("Video on Vimeo", "vimeo.com www.vimeo.com", rf"/{_NUMBER}(?:/\w+)?", ""),
    ("Video on Vimeo", "player.vimeo.com", f"/video/({_NUMBER})", "vimeo.com/{}"),
    ("Video on Dailymotion", _DAILYMOTION, r"/video/\w+", ""),
    ("Video on Dailymotion", _DAILYMOTION, r"/embed/video/(\w+)", "{host}/video/{}"),
    ("Video on PeerTube", "", f"/(?:w|videos/watch)/(?:{_PEERTUBE})", ""),
    ("Video on PeerTube", "", f"/videos/embed/({_PEERTUBE})", "{host}/w/{}"),
    ("Post on Mastodon", "", rf"/@{_NAME}(?:@{_NAME})?/{_TOOT}", ""),
    ("Post on Mastodon", "", rf"/@({_NAME})/({_TOOT})/embed", "{host}/@{}/{}"),
    ("Post on Bluesky", "bsky.app", r"/profile/[\w.:-]+/post/\w+", ""),
    ("Post on Bluesky", "embed.bsky.app", rf"/embed/{_BLUESKY}/(\w+)", "bsky.app/profile/{}/post/{}"),
    ("Post on X", _X, rf"/\w+/status/{_NUMBER}", ""),
    ("Post on LinkedIn", _LINKEDIN, r"/posts/[\w%-]+", ""),
    ("Post on LinkedIn", _LINKEDIN, r"/feed/update/urn:li:\w+:\d+", ""),
    ("Post on LinkedIn", _LINKEDIN, r"/embed/feed/update/(urn:li:\w+:\d+)", "{host}/feed/update/{}"),
)  # fmt: skip

_MORE = r"(?:/?|/?[?&#].*)"
_ROWS = [
    (what, frozenset(hosts.split()), re.compile(f"{path}{_MORE}", re.ASCII), page)
    for what, hosts, path, page in _TABLE
]
_SAYS_NOTHING = frozenset({"youtube video player", "vimeo video player", "video player"})


@dataclass(frozen=True)
class CardPlace:
    """A video or a post on another site.

    Attributes:
        url: where a reader is led: its page, also where a frame was to show its player.
        what: "Video on YouTube".
        host: the name that her browser will show, without `www.`.
    """

    url: str
    what: str
    host: str


def card_place(url: str) -> CardPlace | None:
    """Return the video or post that an address leads to, or `None` for any other address."""
    if not is_page_address(url):
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    rest = url.partition("://")[2].partition(parts.netloc)[2]
    for what, hosts, path, page in _ROWS:
        found = path.fullmatch(rest) if not hosts or host in hosts else None
        if found:
            url = _page(page, found.groups(), parts.netloc) if page else url
            shown = urlsplit(url).hostname or ""
            return CardPlace(url, what, shown.removeprefix("www."))
    return None


def _page(page: str, parts: Iterable[str], host: str) -> str:
    return f"https://{page.format(*parts, host=host, youtube='www.youtube.com')}"


def card(place: CardPlace, title: str = "", picture: str = "") -> str:
    """Return the HTML of what is inside a figure of class `CARD`: one link with all its words.

    Args:
        title: plain words; an address, or the name of a player, is no title.
        picture: the HTML of a picture of ours.
    """
    title = " ".join(title.split())
    has_title = title and title != place.url and title.lower() not in _SAYS_NOTHING
    opens = f"opens {place.host}"
    if has_title and title != place.what:
        shown, said = title, f"{place.what} · {opens}"
    else:
        shown, said = place.what, opens
    words = f"<strong>{escape(shown, quote=False)}</strong> <small>{escape(said)}</small>"
    return f'<a href="{escape(place.url)}" rel="noopener">{picture}{words}</a>'
