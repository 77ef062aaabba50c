"""Tags and text as a shallow tree of blocks; bold, links and the like are marks on its text.

So no order of end tags can tear the tree, and nothing grows faster than the text. Where a block ends
that has no end tag follows WHATWG HTML, 13.2.6; a mark ends at the latest with the block it began in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from blog.html_embeds import EMBED
from blog.html_parts import CELLS, HEADINGS, ROWS, Block, Inline, Kind, Mark
from blog.html_tokens import Token

MOST_BLOCKS = 40
"""How deep blocks may stand in each other; deeper ones part paragraphs and no more."""

MOST_MARKS = 8
"""How many marks one word may have; more are left out."""

MOST_TABLES = 3
"""How deep tables may stand in each other."""

_INSIDE_TABLE = 3
"""Blocks that a table adds at least: a group of rows, a row, a cell."""

_SAME = (
    *("a", "abbr", "cite", "code", "del", "em", "ins", "kbd", "mark"),
    *("q", "s", "samp", "small", "strong", "sub", "sup", "var"),
)
MARKS = {name: name for name in _SAME} | {
    "acronym": "abbr",
    "b": "strong",
    "dfn": "em",
    "i": "em",
    "strike": "s",
    "tt": "code",
    "u": "em",
}
"""Elements that say something of words, and what each is called here; others within a line go."""

_TABLE = ROWS | {"table", "tr"}
"""The elements that hold no words themselves, only parts of the table."""

_PARTS = CELLS | ROWS | {"caption", "tr"}
_CLOSED_BY_NEXT = {"li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "option": {"option"}}
_SEEN_THROUGH = frozenset({"address", "div", "p"})
_BLOCKS = (
    HEADINGS
    | _PARTS
    | frozenset(_CLOSED_BY_NEXT)
    | frozenset({"address", "article", "aside", "blockquote", "body", "center", "details"})
    | frozenset({"dialog", "dir", "div", "dl", "fieldset", "figcaption", "figure", "footer"})
    | frozenset({"form", "header", "hgroup", "legend", "listing", "main", "menu", "nav", "ol"})
    | frozenset({"optgroup", "p", "plaintext", "pre", "search", "section", "select", "summary"})
    | frozenset({"table", "textarea", "ul", "xmp"})
)
_BUTTONS = frozenset({"button", "reset", "submit"})


def tree(tokens: Iterable[Token]) -> Block:
    """Return a block without a name that holds all that `tokens` say."""
    given = list(tokens)
    builder = _Builder(frozenset(_wanted(given)))
    for token in given:
        match token.kind:
            case "text":
                builder.add_text(token.name)
            case "start":
                builder.start(token.name, token.attributes)
            case "end":
                builder.end(token.name)
    return builder.finished()


def _wanted(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the names of places on the page that something links to."""
    for token in tokens:
        if token.kind == "start" and token.name == "a":
            href = token.attributes.get("href", "").strip()
            if href.startswith("#"):
                yield unquote(href[1:])


def _is_seen(picture: dict[str, str]) -> bool:
    """Whether a reader can see a picture: it has words or a file, and is larger than one point."""
    is_point = {picture.get("width", ""), picture.get("height", "")} <= {"0", "1"}
    has_file = picture.get("src") or picture.get("data-src")
    return bool(picture.get("alt", "").strip() or (has_file and not is_point))


class _Builder:
    def __init__(self, wanted: frozenset[str]) -> None:
        self._stack = [Block("", {})]
        self._marks: list[Mark] = []
        self._wanted = set(wanted)
        self._places: list[str] = []

    def finished(self) -> Block:
        if self._places:  # named after the last word
            del self._stack[1:]
            self._stack[0].children += self._taken_places(())
        return self._stack[0]

    def add_text(self, text: str) -> None:
        if text.isspace() and self._is_between_cells():
            return
        self._add("text", text, {})

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._note_place(name, attributes)
        if name in MARKS:
            self._open_mark(name, attributes)
        elif name in _BLOCKS:
            self._open(name, attributes)
        elif name == "hr":
            self._end_paragraph()
            self._insert(Block("hr", {}))
        elif name == "br":
            self._add("break", "", {})
        elif name in {"img", "image"} and _is_seen(attributes):
            self._add("picture", "", attributes)
        elif name == EMBED:
            self._open("div", {})
            self._add("embed", attributes["words"], attributes)
            self._close(frozenset({"div"}))
        elif name == "button":
            self.add_text(" ")
        elif name == "input" and attributes.get("type", "").lower() in _BUTTONS:
            self.add_text(f" {attributes.get('value', '')} ")

    def end(self, name: str) -> None:
        if name in MARKS:
            self._close_mark(name)
        elif name == "br":
            self._add("break", "", {})
        elif name == "button":
            self.add_text(" ")
        elif name in HEADINGS:
            self._close(HEADINGS)
        elif name in _BLOCKS:
            self._close(frozenset({name}))

    def _add(self, kind: Kind, text: str, attributes: dict[str, str]) -> None:
        marks = tuple(self._marks)
        item = Inline(kind, text, attributes, marks)
        if self._places and not item.is_blank:
            for place in self._taken_places(marks):
                self._insert(place)
        self._insert(item)

    def _insert(self, item: Block | Inline) -> None:
        """Put an item where we are; what may not stand in a table goes before it."""
        if self._is_between_cells():
            self._stack[self._table() - 1].children.insert(-1, item)
        else:
            self._stack[-1].children.append(item)

    def _note_place(self, name: str, attributes: dict[str, str]) -> None:
        names = (attributes.get("id"), attributes.get("name") if name == "a" else None)
        for place in names:
            if place in self._wanted:
                self._wanted.discard(place)
                self._places.append(place)

    def _taken_places(self, marks: tuple[Mark, ...]) -> list[Inline]:
        places, self._places = self._places, []
        return [Inline("place", place, {}, marks) for place in places]

    # Marks

    def _open_mark(self, name: str, attributes: dict[str, str]) -> None:
        if name == "a":
            self._close_mark("a")
            if "href" not in attributes:
                return
        if len(self._marks) < MOST_MARKS:
            self._marks.append(Mark(MARKS[name], attributes, len(self._stack)))

    def _close_mark(self, name: str) -> None:
        for index in range(len(self._marks) - 1, -1, -1):
            if self._marks[index].tag == MARKS[name]:
                del self._marks[index]
                return

    # Blocks

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._end_paragraph()
        if name in _PARTS and self._table():
            self._open_part(name, attributes)
            return
        if name in HEADINGS and self._stack[-1].name in HEADINGS:
            self._pop_to(len(self._stack) - 1)
        self._end_item(name)
        if name == "table" and self._is_between_cells():
            self._pop_to(self._table())
        block = Block(name, attributes)
        self._insert(block)
        if self._has_room(name):
            self._stack.append(block)

    def _has_room(self, name: str) -> bool:
        if name != "table":
            return len(self._stack) < MOST_BLOCKS
        tables = sum(block.name == "table" for block in self._stack)
        return tables < MOST_TABLES and len(self._stack) < MOST_BLOCKS - _INSIDE_TABLE

    def _end_paragraph(self) -> None:
        if self._stack[-1].name == "p":
            self._pop_to(len(self._stack) - 1)

    def _end_item(self, name: str) -> None:
        """End the item of a list before the next one begins."""
        ended = _CLOSED_BY_NEXT.get(name, set())
        for index in range(len(self._stack) - 1, 0, -1):
            if self._stack[index].name in ended:
                self._pop_to(index)
                return
            if not ended or self._stack[index].name not in _SEEN_THROUGH:
                return

    def _open_part(self, name: str, attributes: dict[str, str]) -> None:
        """Open a part of the innermost table where it belongs, and the row that a cell wants."""
        table = self._table()
        holders = {"tr": ROWS, "td": {"tr"}, "th": {"tr"}}.get(name, frozenset())
        inside = [i for i in range(table + 1, len(self._stack)) if self._stack[i].name in holders]
        self._pop_to((inside[0] if inside else table) + 1)
        if name in CELLS and not inside:
            self._open_part("tr", {})
        block = Block(name, attributes)
        self._stack[-1].children.append(block)
        if len(self._stack) < MOST_BLOCKS:
            self._stack.append(block)

    def _close(self, names: frozenset[str]) -> None:
        """End the innermost block of these names; a cell keeps the ends of what began outside."""
        walls = {"table"} if names <= _PARTS | {"table"} else {"table", "caption", *CELLS}
        for index in range(len(self._stack) - 1, 0, -1):
            if self._stack[index].name in names:
                self._pop_to(index)
                return
            if self._stack[index].name in walls:
                return

    def _is_between_cells(self) -> bool:
        return self._stack[-1].name in _TABLE and self._table() > 0

    def _table(self) -> int:
        """Return where the innermost table stands in the stack, 0 for nowhere."""
        names = [block.name for block in self._stack]
        return len(names) - 1 - names[::-1].index("table") if "table" in names else 0

    def _pop_to(self, length: int) -> None:
        del self._stack[length:]
        self._marks = [mark for mark in self._marks if mark.depth <= length]
