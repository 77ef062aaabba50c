"""What HTML from elsewhere is taken apart into: blocks, what stands within their lines, and marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELLS = frozenset({"td", "th"})
ROWS = frozenset({"tbody", "tfoot", "thead"})

Kind = Literal["text", "break", "picture", "embed", "place"]


@dataclass(frozen=True, eq=False)
class Mark:
    """What is said of a stretch of words: bold, a link, …; `depth` is of the block it began in."""

    tag: str
    attributes: dict[str, str]
    depth: int


@dataclass(frozen=True, eq=False)
class Inline:
    """Something within a line: words, a line's end, a picture, an embedded page, a place to go to."""

    kind: Kind
    text: str
    attributes: dict[str, str]
    marks: tuple[Mark, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing of it can be seen."""
        return not self.text.strip() if self.kind == "text" else self.kind in {"break", "place"}


@dataclass(eq=False)
class Block:
    """An element that stands on lines of its own."""

    name: str
    attributes: dict[str, str]
    children: list[Block | Inline] = field(default_factory=list)
