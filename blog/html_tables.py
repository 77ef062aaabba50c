"""Tables of HTML from elsewhere: whole, in a region that scrolls by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from blog.html_parts import ROWS, Block

LARGEST_SPAN = 100
_SCOPES = frozenset({"col", "colgroup", "row", "rowgroup"})


class Tables:
    """Writes the tables of one text; each gets the next number as its name."""

    def __init__(
        self,
        cell: Callable[[Block], str],
        line: Callable[[Block], str],
        aligned: Callable[[Block], str],
    ) -> None:
        """Take what writes the content of a cell, a block as one line, and the class of a block."""
        self._cell, self._line, self._aligned = cell, line, aligned
        self._numbers = count(1)

    def html(self, table: Block) -> str:
        """Return a table with its caption, head and foot; without a cell, its caption as a paragraph."""
        captions = [part for part in _blocks(table) if part.name == "caption"]
        caption = " ".join(filter(None, map(self._line, captions)))
        if not any(row.children for _, row in _rows(table)):
            return f"<p>{caption}</p>\n" if caption else ""
        label = f'role="region" aria-label="Table {next(self._numbers)}"'
        return (
            f'<div class="table-scroll" tabindex="0" {label}>\n<table>\n'
            + (f"<caption>{caption}</caption>\n" if caption else "")
            + "".join(self._groups(table))
            + "</table>\n</div>\n"
        )

    def _groups(self, table: Block) -> Iterator[str]:
        """Yield the head, the bodies and the foot, in that order, as HTML wants them."""
        groups: dict[str, list[str]] = {"thead": [], "tbody": [], "tfoot": []}
        for name, row in _rows(table):
            cells = "".join(self._one(cell, name) for cell in _blocks(row))
            groups[name] += [f"<tr>\n{cells}</tr>\n"] if cells else []
        for name, rows in groups.items():
            if rows:
                yield f"<{name}>\n{''.join(rows)}</{name}>\n"

    def _one(self, cell: Block, group: str) -> str:
        given = cell.attributes
        scope = given.get("scope", "").lower() or ("col" if group == "thead" else "")
        said = f' scope="{scope}"' if cell.name == "th" and scope in _SCOPES else ""
        for name in ("colspan", "rowspan"):
            span = given.get(name, "").strip()
            if span.isdecimal() and span.isascii() and len(span) < 4:
                said += f' {name}="{int(span)}"' if 1 < int(span) <= LARGEST_SPAN else ""
        said += self._aligned(cell)
        return f"<{cell.name}{said}>{self._cell(cell)}</{cell.name}>\n"


def _blocks(parent: Block) -> Iterator[Block]:
    yield from (child for child in parent.children if isinstance(child, Block))


def _rows(table: Block) -> Iterator[tuple[str, Block]]:
    """Yield each row with the name of the group it belongs to."""
    for part in _blocks(table):
        rows = _blocks(part) if part.name in ROWS else iter([part])
        for row in rows:
            if row.name == "tr":
                yield (part.name if part.name in ROWS else "tbody"), row
