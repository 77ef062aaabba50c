"""The text of a post that came as HTML, written anew in the few elements a post may hold.

`parse` gives HTML that is meant to be safe and valid; `blog.markup` makes sure of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from blog.addresses import is_media
from blog.html_cards import card_in, card_of, figure
from blog.html_contents import inlines, is_blank, is_named, items, verbatim, with_lists, words_of
from blog.html_embeds import with_links
from blog.html_lines import Lines, language_class
from blog.html_parts import HEADINGS, Block, Inline
from blog.html_tables import Tables
from blog.html_tokens import tokens
from blog.html_tree import tree
from blog.outline import Heading, Outline

_ONE_LINE = HEADINGS | {"caption", "dt", "pre", "summary", "th"}
"""Blocks that hold a line of words, and so no heading of its own."""

_ENCLOSING = frozenset({"blockquote", "dd", "details", "dl", "figure", "li", "table"})
"""Blocks whose headings a list of contents does not name."""

_GROUPS = frozenset({"article", "center", "div", "section"})
"""Blocks that say nothing by themselves."""

_ENTRIES = frozenset({"dd", "dt"})

_LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
_ALIGNMENTS = {
    "left": "left",
    "center": "center",
    "right": "right",
    "end": "right",
    "start": "left",
}
_STYLE_ALIGNMENT = re.compile(r"text-align\s*:\s*(left|center|right|start|end)")
_CLASS_ALIGNMENT = re.compile(r"(?:has-text-)?align-(left|center|right)")


def parse(source: str) -> tuple[str, tuple[Heading, ...]]:
    """Return normalised HTML in today's elements, and its headings outside quotes, lists and tables."""
    writer = _Writer(tree(with_links(tokens(source))))
    return writer.html(), tuple(writer.headings)


class _Writer:
    """Writes one text; each method gives the HTML of one kind of block, `""` for an empty one."""

    def __init__(self, root: Block) -> None:
        self._root = root
        self.headings: list[Heading] = []
        self._numbered: dict[int, Heading] = {}
        self._held: dict[int, tuple[bool, bool]] = {}
        self._outline = Outline()
        self._number(root, is_listed=True)
        places = [item.text for item in inlines(root) if item.kind == "place"]
        self._lines = Lines(places, (heading.id for heading in self._numbered.values()))
        self._tables = Tables(self._cell, self._line, lambda cell: _class(_alignment(cell)))
        self._kinds: dict[str, Callable[[Block, str], str]] = {
            **dict.fromkeys(HEADINGS, self._heading),
            **dict.fromkeys(_LISTS, self._list),
            **dict.fromkeys(("pre", "listing", "plaintext", "xmp"), self._preformatted),
            "blockquote": lambda block, _: _wrapped("blockquote", self._flow(block.children)),
            "details": lambda block, _: self._details(block),
            "dl": lambda block, _: self._definitions(block),
            "figure": lambda block, _: self._figure(block),
            "hr": lambda *_: "<hr>\n",
            "table": lambda block, _: self._tables.html(block),
        }

    def html(self) -> str:
        return self._flow(self._root.children)

    def _number(self, block: Block, *, is_listed: bool) -> None:
        """Place the headings in the outline, in the order they are read."""
        for child in block.children:
            if not isinstance(child, Block):
                continue
            if child.name in HEADINGS:
                if text := words_of(inlines(child)):
                    heading = self._outline.place(int(child.name[1]), text)
                    self._numbered[id(child)] = heading
                    self.headings += [heading] if is_listed else []
            elif child.name not in _ONE_LINE:
                self._number(child, is_listed=is_listed and child.name not in _ENCLOSING)

    def _holds(self, child: Block | Inline) -> tuple[bool, bool]:
        """Return whether something can be seen in a child, and whether a picture of ours is in it."""
        if isinstance(child, Inline):
            is_shown = child.kind == "picture" and is_media(child.attributes.get("src", ""))
            return not child.is_blank, is_shown
        if id(child) not in self._held:
            each = [self._holds(inner) for inner in child.children]
            self._held[id(child)] = any(held[0] for held in each), any(held[1] for held in each)
        return self._held[id(child)]

    def _flow(
        self, children: Iterable[Block | Inline], align: str = "", *, is_bare: bool = False
    ) -> str:
        """Return blocks as they are, and the lines between them as paragraphs or, if bare, as lines."""
        parts: list[str] = []
        line: list[Inline] = []
        for child in [*with_lists(children), None]:
            if isinstance(child, Inline):
                line.append(child)
                continue
            card = card_of(line, self._lines, is_alone=not is_bare)
            words, line = "" if card else self._lines.html(line), []
            if card:
                parts.append(figure(card))
            elif words:
                parts.append(f"{words}\n" if is_bare else f"<p{_class(align)}>{words}</p>\n")
            if child:
                parts.append(self._block(child, align))
        return "".join(parts)

    def _block(self, block: Block, align: str) -> str:
        align = _alignment(block) or align
        if block.name in self._kinds:
            return self._kinds[block.name](block, align)
        return self._flow(block.children, align)

    def _bare(self, block: Block) -> str:
        """Return what a block holds, a single line of words without a paragraph around it."""
        children = block.children
        while len(seen := [child for child in children if not is_blank(child)]) == 1:
            only = seen[0]
            if isinstance(only, Inline) or only.name not in _GROUPS:
                break
            children = only.children
        return self._flow(children, is_bare=True).strip(" \t\n")

    def _cell(self, block: Block) -> str:
        return self._line(block) if block.name == "th" else self._bare(block)

    def _line(self, block: Block) -> str:
        return self._lines.html(list(inlines(block)))

    def _heading(self, block: Block, align: str) -> str:
        heading, words = self._numbered.get(id(block)), self._line(block)
        if heading is None:
            return f"<p{_class(align)}>{words}</p>\n" if words else ""
        name = f"h{heading.level}"
        return f'<{name} id="{heading.id}"{_class(align)}>{words}</{name}>\n'

    def _list(self, block: Block, _: str) -> str:
        name = _LISTS[block.name]
        shown = [self._bare(item) for item in items(block.children, {"li"}, "li")]
        if not any(shown):
            return ""
        rows = "".join(f"<li>{item}</li>\n" for item in shown if item or name == "ol")
        start, kind = (block.attributes.get(said, "").strip() for said in ("start", "type"))
        said = f' start="{int(start)}"' if re.fullmatch("[0-9]{1,9}", start) else ""
        said += f' type="{kind}"' if kind in {"a", "A", "i", "I"} else ""
        return f"<{name}{said if name == 'ol' else ''}>\n{rows}</{name}>\n"

    def _definitions(self, block: Block) -> str:
        """Return a list of terms; one without terms was a way to indent, and becomes paragraphs."""
        entries = items(block.children, _ENTRIES, "dd")
        if all(entry.name == "dd" for entry in entries):
            return self._flow([Block("div", {}, entry.children) for entry in entries])
        shown = []
        for entry in entries:
            words = self._line(entry) if entry.name == "dt" else self._bare(entry)
            shown.append(f"<{entry.name}>{words}</{entry.name}>\n" if words else "")
        return _wrapped("dl", "".join(shown))

    def _preformatted(self, block: Block, _: str) -> str:
        words = self._lines.kept(list(verbatim(block.children))).strip("\n")
        if words and "<code" not in words and (said := language_class(block.attributes)):
            words = f"<code{said}>{words}</code>"
        return f'<pre tabindex="0">{words}</pre>\n' if words else ""

    def _figure(self, block: Block) -> str:
        """Return a figure if it shows a picture of ours or has a caption; else what it holds."""
        captions = [child for child in block.children if is_named(child, "figcaption")]
        if card := card_in(block, self._lines):
            return figure(card, "\n".join(filter(None, map(self._bare, captions))))
        rest = [child for child in block.children if not is_named(child, "figcaption")]
        is_seen = any(self._holds(child)[0] for child in rest)
        is_said = any(self._holds(caption)[0] for caption in captions)
        if not is_seen or not (is_said or self._holds(block)[1]):
            return self._flow(block.children)
        caption = "\n".join(filter(None, map(self._bare, captions)))
        said = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f"<figure>{self._bare(Block('', {}, rest))}{said}</figure>\n"

    def _details(self, block: Block) -> str:
        summaries = [child for child in block.children if is_named(child, "summary")]
        body = self._flow(child for child in block.children if not is_named(child, "summary"))
        summary = " ".join(filter(None, map(self._line, summaries)))
        if not body:
            return f"<p>{summary}</p>\n" if summary else ""
        return f"<details>\n<summary>{summary or 'Details'}</summary>\n{body}</details>\n"


def _class(align: str) -> str:
    return f' class="align-{align}"' if align else ""


def _wrapped(name: str, html: str) -> str:
    return f"<{name}>\n{html}</{name}>\n" if html else ""


def _alignment(block: Block) -> str:
    """Return `left`, `center`, `right`, or `""` where the block does not say."""
    given = block.attributes
    if block.name == "center":
        return "center"
    if said := _STYLE_ALIGNMENT.search(given.get("style", "").lower()):
        return _ALIGNMENTS[said[1]]
    for name in given.get("class", "").split():
        if named := _CLASS_ALIGNMENT.fullmatch(name):
            return named[1]
    return _ALIGNMENTS.get(given.get("align", "").strip().lower(), "")
