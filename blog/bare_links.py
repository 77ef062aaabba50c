"""Addresses that stand in Markdown without brackets: readers can click them all the same."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_inline import StateInline

from blog.addresses import LONGEST, is_page_address
from blog.plaintext import normalise

# Not within a word, nor in an attribute of HTML that is shown as text.
_SCHEME = re.compile(r"(?<![^\W_]|[\"'=/<@])https?\Z", re.IGNORECASE)
_BEFORE = len("xhttps")
# One more than may be, so that a longer one is known by its length and read no further.
_ADDRESS = re.compile(rf"[^\s<>\"`\\|\[\]“”„«»、。，「」『』（）]{{1,{LONGEST + 1}}}")
_COUNT = "bare links"
MOST = 1_000
"""Addresses of one text that are looked at: each costs as much as a paragraph."""

_ENDS = "?!.,:;*_~'’…"


def plugin(markdown: MarkdownIt) -> None:
    """Teach `markdown` that `https://…` in the middle of words is a link; its words are the address.

    The full stop of the sentence, the mark of an emphasis and a bracket that was opened before it
    belong to the words around it. Anything that is no address a page may have stays text.
    """
    markdown.inline.ruler.before("escape", "bare_link", _bare_link)


def _bare_link(state: StateInline, silent: bool) -> bool:
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.src[max(0, state.pos - _BEFORE) : state.pos])
    if not scheme:
        return False
    begin = state.pos - len(scheme[0])
    found = _ADDRESS.match(state.src, begin)
    typed = _without_end(found[0]) if found else ""
    # A backslash hides what follows: that is read as one, and the address is not what it seems.
    goes_on = found is None or state.src.startswith("\\", found.end())
    url = unescapeAll(typed)
    href = state.md.normalizeLink(url)
    if goes_on or normalise(url) != url or not _may_be_linked(state, url, href):
        return False
    if not state.pending.endswith(scheme[0]):
        return False
    state.pending = state.pending[: -len(scheme[0])]
    link = state.push("link_open", "a", 1)
    link.attrs = {"href": href}
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)
    state.pos = begin + len(typed)
    return True


def _may_be_linked(state: StateInline, url: str, href: str) -> bool:
    """Whether both spellings are addresses of pages; a text with very many gets no more links."""
    count = state.env.get(_COUNT, 0)
    if count >= MOST:
        return False
    state.env[_COUNT] = count + 1
    return is_page_address(url) and (href == url or is_page_address(href))


def _without_end(address: str) -> str:
    """Return an address without what ends the sentence it stands in."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in _ENDS or (address[end - 1] == ")" and surplus > 0)):
        surplus -= address[end - 1] == ")"
        end -= 1
    return address[:end]
