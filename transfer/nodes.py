"""A small tree of well-formed HTML, for turning it into something else."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from blog.plaintext import normalise

DEEPEST = 40
"""Elements within each other that are looked at; those deeper are read as part of the last."""

VOID = frozenset({"br", "hr", "img"})
"""Elements without content; a tree may hold no others of that kind."""


@dataclass
class Node:
    """An element, or with an empty name a text."""

    name: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)


class _Tree(HTMLParser):
    """Builds nodes from what nh3 has made well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._root = Node("div")
        self._open = [self._root]

    @property
    def root(self) -> Node:
        return self._root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, attributes={name: value or "" for name, value in attrs})
        if len(self._open) < DEEPEST or tag in VOID:
            self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node if len(self._open) < DEEPEST else self._open[-1])

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        # Before anything is escaped: what nobody sees would else hide how a line begins.
        self._open[-1].children.append(Node("", normalise(data)))


def parse(html: str) -> Node:
    """Return well-formed HTML as the node that holds it all."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return tree.root
