"""The lead picture of a post: what a version says of it, and what pages need to show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from blog import image_addresses
from blog.image_addresses import ImageAddress


@dataclass(frozen=True)
class LeadPicture:
    """One picture with its words; an empty `alt` says that it is decorative.

    `focus` is the point that stays in sight when it is cropped, in percent from the left and the top.
    """

    address: ImageAddress
    alt: str
    caption: str
    focus: tuple[int, int]

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Type and `srcset` of every format, best first; the last is the one all browsers know."""
        kinds = image_addresses.FORMATS.items()
        return [(mime, self.address.srcset(kind)) for kind, mime in kinds]

    @property
    def sizes(self) -> str:
        """How wide a page shows it: as wide as the words."""
        return image_addresses.SIZES

    @property
    def absolute_url(self) -> str:
        """The address for other sites: the largest JPEG."""
        return f"{settings.SITE_URL}{self.address.url}"

    @property
    def focus_class(self) -> str:
        """The names of the style rules for its focal point, in tenths: the policy allows no inline style."""
        across, down = (round(percent / 10) for percent in self.focus)
        return f"focus-x{across} focus-y{down}"


def lead_picture(images: Sequence[dict[str, str]]) -> LeadPicture | None:
    """Return what `Version.images` says, or `None` when it names no picture of this site."""
    for entry in images:
        address = image_addresses.read(entry.get("address", ""))
        if address:
            focus = percents(entry.get("focus", ""))
            return LeadPicture(address, entry.get("alt", ""), entry.get("caption", ""), focus)
    return None


def percents(focus: str) -> tuple[int, int]:
    """Return a focal point such as `90% 20%` as numbers; the middle for what is none."""
    parts = [part.removesuffix("%") for part in focus.split()]
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):
        return 50, 50
    return min(int(parts[0]), 100), min(int(parts[1]), 100)
