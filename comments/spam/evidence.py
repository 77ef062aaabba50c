"""One finding of a check: how much it weighs and why, in words a moderator understands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HEAVIEST = 6.0


@dataclass(frozen=True)
class Evidence:
    """A finding. `weight` is in log-odds: above 0 it speaks for spam, below for a reader's words.

    `holds` means that a person has to look, however low the score (an expired form, a filled trap,
    a check that failed). `decides` means that a person has decided already, by a rule of her own
    that says spam. `words` are those of the comment that it rests on most, in lower case, each with its
    own log-odds.

    Raises:
        ValueError: the weight is not a number within ±`HEAVIEST`.
    """

    check: str
    weight: float
    reason: str
    holds: bool = False
    decides: bool = False
    words: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if not math.isfinite(self.weight) or abs(self.weight) > HEAVIEST:
            message = f"{self.check}: weight {self.weight} is not within ±{HEAVIEST}"
            raise ValueError(message)

    def as_dict(self) -> dict[str, Any]:
        """Returns plain values for JSON, stored with the comment."""
        return {
            "check": self.check,
            "weight": self.weight,
            "reason": self.reason,
            "holds": self.holds,
            **({"decides": True} if self.decides else {}),
            **({"words": [list(one) for one in self.words]} if self.words else {}),
        }

    def as_fact(self) -> dict[str, Any]:
        """Returns what the record may keep for good: who found it and what it weighs, in log-odds.

        Neither words nor the sentence are in it: a sentence may quote the reader or a rule about her.
        """
        return {
            "check": self.check,
            "weight": round(self.weight, 4),
            **({"holds": True} if self.holds else {}),
            **({"decides": True} if self.decides else {}),
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Evidence:
        """Reads what `as_dict` wrote; raises KeyError or ValueError on anything else."""
        return cls(
            check=str(row["check"]),
            weight=float(row["weight"]),
            reason=str(row["reason"]),
            holds=bool(row.get("holds", False)),
            decides=bool(row.get("decides", False)),
            words=tuple((str(word), float(weight)) for word, weight in row.get("words", ())),
        )
