"""The weights: those that come with the package, read-only, and those that a site has taught.

`shipped.bin` holds 2^18 signed 16-bit numbers, little-endian, each worth the card's `step` of
log-odds, and then 2^18 bytes that say how freely lessons move each place: what nearly every comment
has should hardly move, or one decision would move them all. `shipped.json` is its card and says where
the numbers come from.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from struct import pack
from types import MappingProxyType
from typing import Any

from comments.spam.learned.table import PLACES, UNIT, Features, Group

SHIPPED = Path(__file__).parent / "shipped.bin"
FREE = 255
"""The freedom of a place that lessons move in full."""


class DamagedModelError(Exception):
    """The weights are missing, cut short, or not those that their card describes."""


@dataclass(frozen=True)
class ModelWeights:
    """A trained table: `numbers[place] * step` is log-odds, already calibrated.

    `freedom[place]` / 255 is how much of a lesson moves a place.
    """

    numbers: array[int]
    step: float
    freedom: bytes

    def weight(self, place: int) -> float:
        """Returns the log-odds of a feature that counts in full."""
        return self.numbers[place] * self.step

    def of(self, group: Group) -> float:
        """Returns what the features of a group weigh together, in log-odds."""
        return sum(map(self.numbers.__getitem__, group.places)) * self.step * group.scale / UNIT

    def log_odds(self, features: Features) -> float:
        """Returns what all features weigh together; with the prior, the log-odds of spam."""
        return sum(map(self.of, features.groups))


@dataclass(frozen=True)
class SiteWeights:
    """What the decisions of one site taught: log-odds by place, nought elsewhere."""

    numbers: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, group: Group) -> float:
        """Returns what the features of a group weigh together, in log-odds."""
        return sum(self.numbers.get(place, 0.0) for place in group.places) * group.scale / UNIT

    def weight(self, place: int) -> float:
        """Returns the log-odds of a feature that counts in full."""
        return self.numbers.get(place, 0.0)

    def as_bytes(self) -> bytes:
        """Returns the weights in one order, so that equal weights are equal bytes."""
        return b"".join(pack(">Id", place, self.numbers[place]) for place in sorted(self.numbers))


@cache
def shipped() -> ModelWeights:
    """The weights that come with the package, read once in about 5 ms.

    Raises:
        DamagedModelError: they cannot be used, and why.
    """
    return read_model(SHIPPED)


def read_model(file: Path) -> ModelWeights:
    """Reads weights and their card, which stands beside them under the same name in JSON.

    Raises:
        DamagedModelError: the files are missing, cut short or do not belong together.
    """
    try:
        stored = file.read_bytes()
        card: dict[str, Any] = json.loads(file.with_suffix(".json").read_bytes())
        step = float(card["step"])
        hashed = str(card["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedModelError(f"{file.name} or its card cannot be read: {error!r}") from error
    if len(stored) != 3 * PLACES or sha256(stored).hexdigest() != hashed:
        raise DamagedModelError(f"{file.name} is not what its card describes")
    return ModelWeights(_numbers(stored[: 2 * PLACES]), step, stored[2 * PLACES :])


def _numbers(stored: bytes) -> array[int]:
    numbers = array("h", stored)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
