"""What the address of a picture says by itself: which one, how large, and in which widths it is kept.

The address is all a text holds of a picture, so that rendering needs no database, and so that the
hash of the words covers the picture too: its key is taken over the bytes of the file that came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FOLDER = "/media/images/"
KEY_LENGTH = 32
"""Hex digits of SHA-256 of the original file: 128 bits."""

WIDTHS = (480, 960, 1600)
"""Pixels. The column is 40rem wide, up to 840 px, and screens have one or two dots per pixel."""

FORMATS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
"""By the end of the name, best first."""

SIZES = "(max-width: 42rem) 100vw, 40rem"
"""How wide a page shows a picture in a text: for the attribute of that name."""

_NAME = re.compile(
    rf"(?P<key>[0-9a-f]{{{KEY_LENGTH}}})-(?P<width>[1-9]\d{{0,4}})x(?P<height>[1-9]\d{{0,4}})"
    r"(-(?P<shown>[1-9]\d{0,4}))?\.(?P<format>avif|webp|jpg)",
    re.ASCII,
)
_IN_TEXT = re.compile(rf"{FOLDER}([0-9a-f]{{{KEY_LENGTH}}})-\d", re.ASCII)


@dataclass(frozen=True)
class ImageAddress:
    """A picture: the key of its file, and the size in pixels of the upright original."""

    key: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """What the names of all its files begin with."""
        return f"{self.key}-{self.width}x{self.height}"

    @property
    def url(self) -> str:
        """The address that texts use; it answers with the largest JPEG."""
        return f"{FOLDER}{self.name}.jpg"

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths it is kept in, small first: never more than it has itself."""
        return (*(width for width in WIDTHS if width < self.width), self.width)[: len(WIDTHS)]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the largest file, so that a page keeps its place free."""
        return self.widths[-1], self.height_at(self.widths[-1])

    def height_at(self, width: int) -> int:
        """Return how high the file of this width is."""
        return max(1, round(self.height * width / self.width))

    def file_name(self, width: int, kind: str) -> str:
        """Return the name of the file in one width and format."""
        return f"{self.name}-{width}.{kind}"

    def srcset(self, kind: str) -> str:
        """Return the attribute of that name for one format."""
        return ", ".join(f"{FOLDER}{self.file_name(w, kind)} {w}w" for w in self.widths)


def read(url: str) -> ImageAddress | None:
    """Return the picture that an address in a text means, or `None` if it means none of ours."""
    match = _NAME.fullmatch(url.removeprefix(FOLDER)) if url.startswith(FOLDER) else None
    if match is None or match["shown"] or match["format"] != "jpg":
        return None
    return ImageAddress(match["key"], int(match["width"]), int(match["height"]))


def read_file_name(name: str) -> tuple[ImageAddress, int, str] | None:
    """Return the picture, width and format that the name of a file asks for, or `None`.

    Only names that a picture of this size really has are read.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    address = ImageAddress(match["key"], int(match["width"]), int(match["height"]))
    if match["shown"] is None:
        return (address, address.widths[-1], "jpg") if match["format"] == "jpg" else None
    width = int(match["shown"])
    return (address, width, match["format"]) if width in address.widths else None


def keys_in(source: str) -> Iterator[str]:
    """Yield the keys of the pictures that a text names, each once, in its order."""
    yield from dict.fromkeys(_IN_TEXT.findall(source))
