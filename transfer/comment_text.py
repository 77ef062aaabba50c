"""Comments that come as HTML, in the Markdown that `comments.sanitize` reads: no visible word is lost."""

from __future__ import annotations

import re
from itertools import groupby

import nh3

from blog.addresses import is_web_address
from comments.sanitize import MAX_LENGTH, to_html
from comments.text import clean_text
from transfer.nodes import Node, parse

_LINES = frozenset({"dd", "div", "dl", "dt", "figcaption", "figure", "p", "table", "tr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ol", "ul"})
_BLOCKS = _LINES | _HEADINGS | _LISTS | {"blockquote", "li", "pre", "hr"}
_MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*", "cite": "*"}
_CELLS = frozenset({"td", "th"})
_KEPT = {*_BLOCKS, *_MARKS, *_CELLS, "a", "br", "code", "img", "kbd", "tt"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
_CLEANER = nh3.Cleaner(tags=_KEPT, attributes=_ATTRIBUTES, link_rel=None)
_WITHOUT_MARKS = nh3.Cleaner(tags=_KEPT - {*_MARKS}, attributes=_ATTRIBUTES, link_rel=None)

MOST_CONTAINERS = 3
"""Quotes and lists within each other; `comments.sanitize` shows deeper ones as they are typed."""

_SPECIAL = re.compile(r"[\\*`\[\]<]|(?<![^\W_])_|_(?![^\W_])")
_LINE_START = re.compile(r"^(?:>|[-+](?=\s|$)|~~~)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_ENTITY = re.compile(r"&(?=#?[0-9a-zA-Z]+;)")


def from_html(html: str) -> str:
    """Return the source of a comment that shows the words of `html`, a fragment.

    Links, emphasis, lists, quotes and code are kept, pictures become links, headings bold lines, all
    else its text. Characters that Markdown would read show as they are. White space is as in HTML:
    whoever has a source in which line ends count makes paragraphs of them first.
    """
    for cleaner in (_CLEANER, _WITHOUT_MARKS):
        root = parse(cleaner.clean(html))
        source = clean_text("\n\n".join(_blocks(root, 0)))
        # Marks may stand where Markdown does not take them for marks; then they are left out.
        is_sure = len(source) > MAX_LENGTH or not _is_marked(root)
        if is_sure or _seen(to_html(source)) == _words(_plain(root)):
            return source
    return clean_text("\n\n".join(map(_escaped_lines, _plain(root).split("\n"))))


def pieces(source: str, limit: int = MAX_LENGTH) -> list[str]:
    """Return a source in pieces of at most `limit` characters, parted where a reader would part it."""
    found: list[str] = []
    while len(source) > limit:
        ends = (source.rfind(mark, 1, limit) for mark in ("\n\n", "\n", " "))
        end = next((end for end in ends if end > limit // 3), limit)
        found.append(source[:end].rstrip())
        source = source[end:].lstrip()
    return [*found, source] if source or not found else found


def _blocks(node: Node, depth: int) -> list[str]:
    """Return the Markdown of what a node holds, block by block."""
    found: list[str] = []
    for is_block, some in groupby(node.children, key=_is_block):
        if is_block:
            found += (block for child in some for block in _block(child, depth))
        elif line := _lines("".join(map(_inline, some))):
            found.append(line)
    return found


def _is_block(node: Node) -> bool:
    return node.name in _BLOCKS or _holds_blocks(node)


def _is_marked(node: Node) -> bool:
    """Whether anything but paragraphs and lines is in it."""
    plain = {"", "br", "div", "p"}
    return any(one.name not in plain or _is_marked(one) for one in node.children)


def _holds_blocks(node: Node) -> bool:
    waiting = [*node.children]
    while waiting:
        child = waiting.pop()
        if child.name in _BLOCKS:
            return True
        waiting += child.children
    return False


def _block(node: Node, depth: int) -> list[str]:
    if node.name == "pre":
        return _fence(_text(node))
    if node.name == "blockquote" and depth < MOST_CONTAINERS:
        inner = "\n\n".join(_blocks(node, depth + 1))
        return ["\n".join(f"> {line}".rstrip() for line in inner.split("\n"))] if inner else []
    if node.name in _LISTS and depth < MOST_CONTAINERS:
        return _list(node, depth)
    inside = _blocks(node, depth)
    if node.name in _HEADINGS and len(inside) == 1 and "\n" not in inside[0]:
        return [f"**{inside[0]}**"] if not inside[0].startswith(("*", "[", "`")) else inside
    return inside


def _fence(code: str) -> list[str]:
    longest = max(map(len, re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    code = code.strip("\n")
    return [f"{fence}\n{code}\n{fence}"] if code.strip() else []


def _list(node: Node, depth: int) -> list[str]:
    items = [_blocks(Node("li", children=[child]), depth + 1) for child in _items(node)]
    lines: list[str] = []
    first = int(start) if (start := node.attributes.get("start", "1")).isdecimal() else 1
    for number, blocks in enumerate(filter(None, items), start=min(first, 10**8)):
        mark = f"{number}. " if node.name == "ol" else "- "
        indented = "\n\n".join(blocks).replace("\n", "\n" + " " * len(mark))
        lines.append(mark + re.sub(r"(?m)^ +$", "", indented))
    return ["\n".join(lines)] if lines else []


def _items(node: Node) -> list[Node]:
    return [child for child in node.children if child.name or child.text.strip()]


def _inline(node: Node) -> str:
    """Return the Markdown of a node within a line."""
    match node.name:
        case "":
            return _SPECIAL.sub(r"\\\g<0>", re.sub(r"\s+", " ", node.text))
        case "br":
            return "\n"
        case "img":
            source = node.attributes.get("src", "")
            return _link(_escaped(node.attributes.get("alt", "").strip() or source), source)
        case "code" | "kbd" | "tt":
            return _code(" ".join(_text(node).split()))
    inside = "".join(map(_inline, node.children))
    if node.name == "a":
        return _link(inside, node.attributes.get("href", ""))
    if node.name in _CELLS:
        return f"{inside} "
    return _marked(inside, _MARKS[node.name]) if node.name in _MARKS else inside


def _marked(inside: str, mark: str) -> str:
    words = inside.strip()
    if not words or "\n" in words:
        return inside
    before, after = inside[: inside.index(words[0])], inside[len(inside.rstrip()) :]
    return f"{before}{mark}{words}{mark}{after}"


def _link(text: str, href: str) -> str:
    words = " ".join(text.split())
    if not is_web_address(href) or not words or "](" in words:
        return text
    if words == _escaped(href):
        return f" {words} " if text.startswith(" ") else words
    target = _ENTITY.sub(r"\\&", re.sub(r"[()\\]", r"\\\g<0>", href))
    before, after = text[: text.index(words[0])], text[len(text.rstrip()) :]
    return f"{before}[{words}]({target}){after}"


def _code(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _text(node: Node) -> str:
    if node.name == "br":
        return "\n"
    return node.text + "".join(map(_text, node.children))


def _lines(text: str) -> str:
    """Return the lines of a paragraph, none of which begins like a list, a quote or a fence."""
    lines = (" ".join(line.split(" ")).strip() for line in text.split("\n"))
    shown = (_NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\\\g<0>", line)) for line in lines)
    return "\n".join(line for line in shown if line)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _escaped_lines(line: str) -> str:
    return _lines(_escaped(line))


def _plain(node: Node) -> str:
    """Return the words of a node, a line for each block; of a picture what it shows, or its address."""
    if node.name == "img":
        return node.attributes.get("alt", "").strip() or node.attributes.get("src", "")
    inside = node.text + "".join(map(_plain, node.children))
    if node.name in _BLOCKS or node.name == "br":
        return f"\n{inside}\n"
    return f"{inside} " if node.name in _CELLS else inside


def _seen(html: str) -> str:
    """Return the words that HTML shows."""
    return _words(_plain(parse(html)))


def _words(text: str) -> str:
    """Return text as it is stored, without any white space: where a line breaks is no word."""
    return "".join(clean_text(text).split())
