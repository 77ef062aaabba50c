"""Ready texts that tell of a public post elsewhere: its points and its link, within each network's limit.

Nothing is sent anywhere: a person copies a text, or opens the network with it and sends it herself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import regex

from blog.models import Version

_LINK_COUNTS = 23
"""What a link counts on X and on Mastodon, however long it is (docs.x.com, "Counting characters";
docs.joinmastodon.org, "Posting toots")."""

# Ranges of code points that count as one on X; all others count as two (twitter-text, version 3).
_COUNTS_ONCE = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_GRAPHEME = regex.compile(r"\X")
_SHORTEST = 12
"""Letters that a sentence has at least when it is cut."""


def _letters(text: str) -> int:
    """Count what a reader sees as one character each."""
    return len(_GRAPHEME.findall(text))


def _weighed(text: str) -> int:
    """Count as X does: an emoji, or a letter of a script such as Han, counts twice."""
    return sum(
        1 if len(one) == 1 and any(low <= ord(one) <= high for low, high in _COUNTS_ONCE) else 2
        for one in _GRAPHEME.findall(text)
    )


@dataclass(frozen=True)
class Network:
    """A place to tell others.

    Attributes:
        limit: how much fits, as `count` counts it.
        link_counts: what a link counts, where that is not its own length.
        opens: the address that opens the network with a text, but for the text.
    """

    name: str
    limit: int
    opens: str
    count: Callable[[str], int] = _letters
    link_counts: int | None = None

    def room(self, link: str) -> int:
        """Return how much fits beside the link and the empty line above it."""
        counted = self.count(link) if self.link_counts is None else self.link_counts
        return self.limit - counted - 2


# The limits as the networks' own documentation gave them in 2026.
NETWORKS = (
    Network("LinkedIn", 3000, "https://www.linkedin.com/feed/?shareActive=true&text="),
    Network("X", 280, "https://x.com/intent/post?text=", _weighed, _LINK_COUNTS),
    Network("Bluesky", 300, "https://bsky.app/intent/compose?text="),
    Network("Mastodon", 500, "https://share.joinmastodon.org/#text=", link_counts=_LINK_COUNTS),
)


@dataclass(frozen=True)
class ReadyText:
    """A text for one network, how much of its limit it fills, and where it opens."""

    network: Network
    text: str
    length: int

    @property
    def opens(self) -> str:
        """The address that opens the network with this text."""
        return self.network.opens + quote(self.text, safe="")


def ready_texts(version: Version, link: str) -> Iterator[ReadyText]:
    """Yield the text for each network: the title, as many points as fit, and the link last."""
    points = [f"– {point}" for point in version.brief] or list(filter(None, [version.standfirst]))
    for network in NETWORKS:
        said = _fitted(version.title, points, network.count, network.room(link))
        length = network.limit - network.room(link) + network.count(said)
        yield ReadyText(network, f"{said}\n\n{link}", length)


def _fitted(title: str, points: list[str], count: Callable[[str], int], room: int) -> str:
    """Return the title and the first points as far as they fit; a title too long is cut between words."""
    if count(title) > room:
        return _cut(title, count, room)
    for most in range(len(points), 0, -1):
        said = f"{title}\n\n" + "\n".join(points[:most])
        if count(said) <= room:
            return said
    return title


def _cut(text: str, count: Callable[[str], int], room: int) -> str:
    """Return the beginning of a text with a sign that it goes on, within `room`."""
    kept, used = 0, count("…")
    for letter in _GRAPHEME.findall(text):
        used += count(letter)
        if used > room:
            break
        kept += len(letter)
    beginning = text[:kept]
    words = beginning.rpartition(" ")[0]
    return f"{(words if len(words) >= _SHORTEST else beginning).rstrip()}…"
