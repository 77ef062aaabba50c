"""The text of a Ghost post that has no HTML: from its editors' own formats, as far as they are text.

Ghost keeps the HTML of nearly every post beside these; a draft never opened since may lack it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from transfer.json_pieces import nested

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside"})
_LEXICAL_BLOCKS = {"paragraph": "p", "quote": "blockquote", "aside": "blockquote", "listitem": "li"}
# What cards call their words, in the order in which they show them.
_WORDS = (
    *("heading", "header", "subheading", "subheader", "title", "content", "html", "calloutText"),
    *("productTitle", "productDescription", "fileTitle", "fileCaption", "buttonText", "caption"),
)
_ADDRESSES = ("url", "buttonUrl", "productUrl", "productButtonUrl", "src", "productImageSrc")


def html_of(row: dict[str, Any]) -> str:
    """Return the HTML of a post's `lexical` or `mobiledoc` text; an empty string without either."""
    lexical = nested(_text(row.get("lexical")))
    if isinstance(lexical, dict):
        return "\n".join(_lexical(lexical.get("root")))
    mobiledoc = nested(_text(row.get("mobiledoc")))
    if isinstance(mobiledoc, dict):
        return "\n".join(_mobiledoc(mobiledoc))
    return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _lexical(node: object) -> Iterator[str]:
    """Yield the HTML of a node; `nested` has seen to it that it is not too deep."""
    if not isinstance(node, dict):
        return
    kind = _text(node.get("type"))
    inner = "".join(part for child in _listed(node.get("children")) for part in _lexical(child))
    if kind in {"text", "extended-text"}:
        yield escape(_text(node.get("text")))
    elif kind in {"linebreak", "br"}:
        yield "<br>"
    elif kind in {"link", "autolink"}:
        yield f'<a href="{escape(_text(node.get("url")))}">{inner}</a>'
    elif kind == "root":
        for child in _listed(node.get("children")):
            yield from _lexical(child)
    elif name := _name_of_block(kind, node):
        yield f"<{name}>{inner}</{name}>"
    else:
        yield from _card(kind, node)
        yield inner


def _name_of_block(kind: str, node: dict[str, Any]) -> str:
    if kind in {"heading", "extended-heading", "extended-quote"}:
        tag = _text(node.get("tag"))
        return tag if tag in _BLOCKS else "blockquote" if kind == "extended-quote" else "h2"
    if kind == "list":
        return "ol" if node.get("listType") == "number" else "ul"
    return _LEXICAL_BLOCKS.get(kind, "")


def _card(kind: str, values: dict[str, Any]) -> Iterator[str]:
    """Yield the HTML of what an author put between paragraphs: a picture, code, a product."""
    if kind in {"markdown", "card-markdown"}:
        yield f"<pre>{escape(_text(values.get('markdown')))}</pre>"
    elif kind in {"code", "codeblock"}:
        yield f"<pre><code>{escape(_text(values.get('code')))}</code></pre>"
    elif kind == "image":
        yield _picture(values)
    elif kind == "gallery":
        yield from (_picture(image) for image in _listed(values.get("images")))
        yield from _worded(values)
    elif kind in {"hr", "horizontalrule"}:
        yield "<hr>"
    else:
        yield from _worded(values)


def _worded(values: dict[str, Any]) -> Iterator[str]:
    """Yield all words of a card, which are HTML, and where it leads: how it looks is Ghost's own."""
    for text in dict.fromkeys(_text(values.get(name)).strip() for name in _WORDS):
        yield f"<div>{text}</div>" if text else ""
    for url in dict.fromkeys(_text(values.get(name)) for name in _ADDRESSES):
        yield f'<p><a href="{escape(url)}">{escape(url)}</a></p>' if url else ""


def _picture(values: object) -> str:
    if not isinstance(values, dict) or not _text(values.get("src")):
        return ""
    caption = _text(values.get("caption"))
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    alt = escape(_text(values.get("alt")))
    return f'<figure><img src="{escape(values["src"])}" alt="{alt}">{below}</figure>'


def _mobiledoc(document: dict[str, Any]) -> Iterator[str]:
    cards = _listed(document.get("cards"))
    atoms = _listed(document.get("atoms"))
    for section in _listed(document.get("sections")):
        match section:
            case [1, str(tag), list(markers), *_]:
                name = tag if tag in _BLOCKS else "p"
                yield f"<{name}>{_marked(markers, atoms)}</{name}>"
            case [3, str(tag), list(entries), *_]:
                name = "ol" if tag == "ol" else "ul"
                points = "".join(f"<li>{_marked(_listed(e), atoms)}</li>" for e in entries)
                yield f"<{name}>{points}</{name}>"
            case [2, str(src), *_]:
                yield _picture({"src": src})
            case [10, int(number), *_] if 0 <= number < len(cards):
                yield from _mobiledoc_card(cards[number])


def _mobiledoc_card(card: object) -> Iterator[str]:
    match card:
        case [str(kind), dict(values), *_]:
            yield from _card(kind, values)


def _marked(markers: Iterable[object], atoms: list[Any]) -> str:
    """Return the text of a paragraph; bold, links and the like are lost, never words."""
    parts = []
    for marker in markers:
        match marker:
            case [0, _, _, str(text)]:
                parts.append(escape(text))
            case [1, _, _, int(number)] if 0 <= number < len(atoms):
                parts.append("<br>")
    return "".join(parts)
