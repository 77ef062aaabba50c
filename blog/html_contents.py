"""What a block of HTML from elsewhere holds, told the way its kind needs it: a line, items, entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import TypeGuard

from blog.html_lines import picture_words
from blog.html_parts import Block, Inline

_LISTS = frozenset({"dir", "menu", "ol", "ul"})
_HOLDERS = {"li": "ul", "dd": "dl", "dt": "dl"}
"""The list that an item without one gets."""


def is_named(child: Block | Inline, name: str) -> TypeGuard[Block]:
    """Whether a child is a block of that name."""
    return isinstance(child, Block) and child.name == name


def is_blank(child: Block | Inline) -> bool:
    """Whether a child is something within a line that cannot be seen."""
    return isinstance(child, Inline) and child.is_blank


def inlines(block: Block) -> Iterator[Inline]:
    """Yield all that a block holds as one line; a blank stands where a block begins or ends."""
    waiting = [iter(block.children)]  # no recursion, which would take each item up every level
    while waiting:
        child = next(waiting[-1], None)
        if isinstance(child, Inline):
            yield child
            continue
        yield _text(" ")
        if child is None:
            waiting.pop()
        else:
            waiting.append(iter(child.children))


def verbatim(children: Iterable[Block | Inline]) -> Iterator[Inline]:
    """Yield what preformatted text holds; the end of a block ends its line, as `<br>` does."""
    for child in children:
        if isinstance(child, Block):
            yield from verbatim(child.children)
            yield _text("\n")
        else:
            yield _text("\n") if child.kind == "break" else child


def words_of(line: Iterable[Inline]) -> str:
    """Return the words of a line, of a picture those that stand for it."""
    parts = []
    for item in line:
        if item.kind in {"text", "embed"}:
            parts.append(item.text)
        elif item.kind == "picture":
            parts.append(picture_words(item.attributes))
        else:
            parts.append(" " if item.kind == "break" else "")
    return " ".join("".join(parts).split())


def items(children: Iterable[Block | Inline], names: Set[str], filler: str) -> list[Block]:
    """Return the blocks of these names; what stands between them gets a block named `filler`.

    A list between the items of a list belongs to the item before, as browsers show it.
    """
    found: list[Block] = []
    loose: Block | None = None
    for child in _spread(children, names):
        if isinstance(child, Block) and child.name in names:
            found.append(Block(child.name, child.attributes, [*child.children]))
            loose = None
        elif is_blank(child) and loose is None:
            continue
        elif found and isinstance(child, Block) and child.name in _LISTS and filler == "li":
            found[-1].children.append(child)
        elif loose:
            loose.children.append(child)
        else:
            loose = Block(filler, {}, [child])
            found.append(loose)
    return found


def with_lists(children: Iterable[Block | Inline]) -> Iterator[Block | Inline]:
    """Yield children, items that stand in no list gathered in one."""
    holder: Block | None = None
    for child in children:
        name = _HOLDERS.get(child.name) if isinstance(child, Block) else None
        if holder and (holder.name == name or is_blank(child)):
            holder.children.append(child)
            continue
        if holder:
            yield holder
        holder = Block(name, {}, [child]) if name else None
        if not holder:
            yield child
    if holder:
        yield holder


def _spread(children: Iterable[Block | Inline], names: Set[str]) -> Iterator[Block | Inline]:
    """Yield children; of a block that only groups such items, these."""
    for child in children:
        if (
            isinstance(child, Block)
            and child.name not in names | _LISTS | {"dl"}
            and any(isinstance(inner, Block) and inner.name in names for inner in child.children)
        ):
            yield from _spread(child.children, names)
        else:
            yield child


def _text(text: str) -> Inline:
    return Inline("text", text, {}, ())
