"""A page as it is kept: its bytes in each coding, and what they depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from blog.codings import CODERS

Header = tuple[str, str]

ASKED_AGAIN = "public, max-age=0, must-revalidate"
"""What browsers are told: keep it, and ask each time whether it is still the same."""

_SET_HERE = frozenset(
    {"content-length", "content-encoding", "etag", "vary", "cache-control", "surrogate-key"}
)
# What a 304 says (RFC 9110, 15.4.5), and no more.
_UNCHANGED = frozenset({"cache-control", "etag", "vary", "surrogate-key"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One coding of a page, ready to be sent."""

    tag: str
    headers: list[Header]
    unchanged: list[Header]
    body: bytes


@dataclass(slots=True)
class Page:
    """What an address answers.

    Attributes:
        number: the highest number of all keys before the page was made.
        keys: the surrogate keys of what it shows.
        begun: when its making was begun, in seconds since the epoch.
        until: from when it is another page, in the same.
        is_read: whether somebody who is shown it has read a text.
        headers: those that do not depend on the coding.
        bodies: its bytes by coding.
        mark: the mark of `Numbers` under which the page was last found to hold.
    """

    number: int
    keys: tuple[str, ...]
    begun: float
    until: float
    is_read: bool
    headers: tuple[Header, ...]
    bodies: Mapping[str, bytes]
    mark: object = None
    answers: dict[str, Answer] = field(init=False)

    def __post_init__(self) -> None:
        self.answers = {coding: self._answer(coding, body) for coding, body in self.bodies.items()}

    @property
    def size(self) -> int:
        """How many bytes it takes, roughly."""
        return sum(map(len, self.bodies.values())) + 1000

    def _answer(self, coding: str, body: bytes) -> Answer:
        tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}-{coding}"'
        encoded = [("Content-Encoding", coding)] if coding != "identity" else []
        headers = [
            *self.headers,
            *encoded,
            ("Content-Length", str(len(body))),
            ("ETag", tag),
            ("Vary", "Accept-Encoding"),
        ]
        unchanged = [header for header in headers if header[0].lower() in _UNCHANGED]
        return Answer(tag, headers, unchanged, body)

    def packed(self) -> bytes:
        """Return all of it as bytes, for `unpacked`."""
        head = {
            "number": self.number,
            "keys": self.keys,
            "begun": self.begun,
            "until": self.until,
            "is_read": self.is_read,
            "headers": self.headers,
            "sizes": {coding: len(body) for coding, body in self.bodies.items()},
        }
        return b"\n".join([json.dumps(head).encode(), b"".join(self.bodies.values())])


def unpacked(data: bytes) -> Page:
    """Return the page that `packed` wrote.

    Raises:
        ValueError: it is damaged.
    """
    head, _, rest = data.partition(b"\n")
    try:
        said: dict[str, Any] = json.loads(head)
        bodies, at = {}, 0
        for coding, size in said.pop("sizes").items():
            bodies[coding], at = rest[at : at + size], at + size
        headers = tuple((str(name), str(value)) for name, value in said.pop("headers"))
        return Page(bodies=bodies, headers=headers, keys=tuple(said.pop("keys")), **said)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("A kept page is damaged.") from error


def kept_headers(
    headers: Iterable[Header], keys: Sequence[str], edge_seconds: int
) -> tuple[Header, ...]:
    """Return what Django said, with what a kept page says in its place about keeping it.

    Args:
        edge_seconds: for how long an edge that can be told of changes may keep it; 0 for no edge.
    """
    said = [header for header in headers if header[0].lower() not in _SET_HERE]
    if not edge_seconds:
        return (*said, ("Cache-Control", ASKED_AGAIN))
    for_edge = f"{ASKED_AGAIN}, s-maxage={edge_seconds}"
    return (*said, ("Cache-Control", for_edge), ("Surrogate-Key", " ".join(keys)))


def encoded(body: bytes) -> dict[str, bytes]:
    """Return the bytes in each coding."""
    return {coding: coder(body) for coding, coder in CODERS.items()}
