"""Features as places in a table of 2^18 weights, and how they are kept for a lesson.

Inside a group each feature counts once and all count the same, `scale` / `UNIT` each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from struct import error as struct_error

PLACES = 1 << 18
UNIT = 1 << 10
"""`scale` of a feature that counts in full."""
SIGN, FOUND = 102, 307
"""`scale` of a sign and of a finding: fixed, so that each weighs the same whatever else there is."""
GROUPS = ("words", "letters", "name", "link", "signs", "found")
_HEAD, _PLACE = Struct(">BHH"), Struct(">BH")


@dataclass(frozen=True)
class Group:
    """The features of one kind: distinct places in ascending order, each counting `scale` / `UNIT`."""

    name: str
    scale: int
    places: tuple[int, ...]


@dataclass(frozen=True)
class Features:
    """Everything the model sees of a comment.

    `pieces` keeps the places that each word of the text stands behind, and `findings` those of each
    text check. Neither is packed: what is stored for a lesson holds no word of the comment.
    """

    groups: tuple[Group, ...]
    pieces: tuple[tuple[str, tuple[int, ...]], ...] = ()
    findings: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def packed(self) -> bytes:
        """Returns places and scales only: five bytes a group and three a feature."""
        return b"".join(map(_packed, self.groups))

    @classmethod
    def unpack(cls, stored: bytes) -> Features:
        """Reads what `packed` wrote; raises ValueError on anything else."""
        try:
            return cls(tuple(_unpacked(stored)))
        except (struct_error, IndexError) as error:
            raise ValueError("these are not packed features") from error


def _packed(group: Group) -> bytes:
    head = _HEAD.pack(GROUPS.index(group.name), group.scale, len(group.places))
    return head + b"".join(place.to_bytes(3, "big") for place in group.places)


def _unpacked(stored: bytes) -> Iterator[Group]:
    at = 0
    while at < len(stored):
        number, scale, count = _HEAD.unpack_from(stored, at)
        at += _HEAD.size
        pairs = _PLACE.iter_unpack(stored[at : at + 3 * count])
        places = tuple(high << 16 | low for high, low in pairs)
        if len(places) != count or max(places, default=0) >= PLACES:
            raise ValueError("these are not packed features")
        yield Group(GROUPS[number], scale, places)
        at += 3 * count
