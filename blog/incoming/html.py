"""The HTML of a mail that becomes a post, as Markdown: paragraphs, headings, lists, links, quotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from blog.addresses import is_web_address
from blog.html_tokens import Token, tokens
from blog.incoming.words import BLOCKS, SIGNATURE
from blog.plaintext import normalise

# Normalised words hold neither, so they stand only where the reader below has put them.
_OPENED, _CLOSED = "\ufffa", "\ufffb"
_QUOTATION = re.compile(f"{_OPENED}([^{_OPENED}{_CLOSED}]*){_CLOSED}")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PREFIXES = ("\n- ", "\n1. ", "\n\n## ")
_ADDRESS_CHARACTERS = "%/:=&?~#+!$,;'@*"


def markdown_of(html: str, *, picture: Callable[[str], str]) -> str:
    """Return what a person wrote into a mail in HTML. Bold and italic are left out, no word is.

    Args:
        picture: returns what stands for a picture of this address, or nothing.
    """
    reader = _Written(picture)
    for token in tokens(normalise(html)):
        reader.read(token)
    reader.end()
    lines = [" ".join(line.split()) for line in "".join(reader.pieces).split("\n")]
    text = "\n".join(SIGNATURE if line == SIGNATURE.strip() else line for line in lines)
    text = _QUOTATION.sub(lambda found: _quoted(found[1]), text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _quoted(text: str) -> str:
    lines = re.sub(r"\n{3,}", "\n\n", text).strip().split("\n")
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


class _Written:
    """Collects pieces of Markdown in the order they are read."""

    def __init__(self, picture: Callable[[str], str]) -> None:
        self.pieces: list[str] = []
        self._picture = picture
        self._is_over = False
        self._quotes = 0
        self._lists: list[str] = []
        # The address of the link that is open, and how many pieces there were before its words.
        self._link: tuple[str, int] | None = None

    def read(self, token: Token) -> None:
        """Add what a tag or a stretch of text says."""
        if token.kind == "text":
            self._add(re.sub(r"\s+", " ", token.name.replace("\ufffc", "")))
        elif token.kind == "start":
            self._begin(token.name, token.attributes)
        else:
            self._end(token.name)

    def end(self) -> None:
        """Close a quotation that the mail left open."""
        if self._quotes:
            self.pieces.append(f"\n{_CLOSED}\n")

    def _begin(self, tag: str, values: Mapping[str, str]) -> None:
        if "divRplyFwdMsg" in values.get("id", ""):
            # Outlook quotes without a quotation. The line tells `own_words` that something follows.
            self._add("\n>")
            self._is_over = True
        elif tag == "a":
            # Links do not nest: a second one leaves the first without its end.
            self._link = (values.get("href", ""), len(self.pieces))
        elif tag == "img" and not self._is_over:
            self._add(f"\n\n{self._picture(values.get('src', ''))}\n\n")
        else:
            self._begin_block(tag)

    def _end(self, tag: str) -> None:
        if tag == "a" and self._link:
            self._end_link(*self._link)
            self._link = None
        elif tag == "blockquote" and self._quotes:
            self._quotes -= 1
            self._add("\n\n" if self._quotes else f"\n{_CLOSED}\n")
        elif tag in {"ul", "ol"}:
            del self._lists[-1:]
            self._add("\n" if self._lists else "\n\n")
        elif tag in _HEADINGS or tag == "p":
            self._add("\n\n")
        elif tag in BLOCKS and tag != "li":
            self._add("\n")

    def _begin_block(self, tag: str) -> None:
        if tag == "blockquote":
            self._quotes += 1
            self._add("\n\n" if self._quotes > 1 else f"\n{_OPENED}\n")
        elif tag in {"ul", "ol"}:
            self._lists.append(tag)
            self._add("\n" if len(self._lists) > 1 else "\n\n")
        elif tag == "li":
            self._add("\n1. " if self._lists[-1:] == ["ol"] else "\n- ")
        elif tag in _HEADINGS:
            self._add("\n\n## ")
        elif tag == "br" or tag in BLOCKS:
            self._add("\n\n" if tag == "p" else "\n")

    def _end_link(self, address: str, start: int) -> None:
        """Write a link around the words since `start`, if they are one line of words."""
        words = "".join(self.pieces[start:])
        target = quote(address.strip(), safe=_ADDRESS_CHARACTERS)
        is_line = words.strip() and "\n" not in words and "\ufffc" not in words
        if is_line and is_web_address(target):
            shown = re.sub(r"([\[\]\\])", r"\\\1", words.strip())
            before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
            self.pieces[start:] = [f"{before}[{shown}]({target}){after}"]

    def _add(self, text: str) -> None:
        if self._is_over:
            return
        # What begins a line keeps the words that come next beside it.
        if text.strip() or self.pieces[-1:] not in [[prefix] for prefix in _PREFIXES]:
            self.pieces.append(text)
