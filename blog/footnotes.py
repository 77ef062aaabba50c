"""Footnotes in an author's Markdown, numbered as they are read and with a way back from each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

_LABEL = re.compile(r"\[\^[^\]\s]{1,100}\]")


def plugin(markdown: MarkdownIt) -> None:
    """Teach `markdown` `[^1]` and `[^1]: the note`; a note may be referred to more than once.

    References get the ids `fnref-1`, `fnref-1-2`, …, notes `fn-1`. A note that nothing on the page
    refers to is left out, as is its number.
    """
    footnote_plugin(markdown, inline=False)
    markdown.inline.ruler.at("footnote_ref", _reference)
    markdown.core.ruler.after("footnote_tail", "footnote_order", _order)
    for name, rule in _RULES.items():
        markdown.add_render_rule(name, rule)


def _reference(state: StateInline, silent: bool) -> bool:
    """Read a reference whose label is near: the plugin's search is quadratic on `[^[^[^…`."""
    return bool(_LABEL.match(state.src, state.pos)) and bool(footnote_ref(state, silent))


def _order(state: StateCore) -> None:
    """Keep the notes that can be reached from the text, in the order a reader meets them."""
    start = next((i for i, token in enumerate(state.tokens) if token.type == _BLOCK), None)
    if start is None:
        return
    text, notes = state.tokens[:start], _notes(state.tokens[start + 1 : -1])
    block = [state.tokens[start], state.tokens[-1]]
    cited = _Citations()
    cited.count(text)
    for note in cited.notes:  # grows while notes refer to more notes
        cited.count(notes[note])
    state.tokens = text
    if cited.notes:
        state.tokens.append(block[0])
        for number, note in enumerate(cited.notes, 1):
            state.tokens += _with_ways_back(notes[note], number, cited.times[note])
        state.tokens.append(block[1])


_BLOCK = "footnote_block_open"


def _notes(tokens: Iterable[Token]) -> dict[int, list[Token]]:
    """Return the tokens of each note by the plugin's own number of it."""
    notes: dict[int, list[Token]] = {}
    current: list[Token] = []
    for token in tokens:
        if token.type == "footnote_open":
            current = notes[token.meta["id"]] = []
        current.append(token)
    return notes


class _Citations:
    """The notes that are referred to, in the order of their first reference, and how often."""

    def __init__(self) -> None:
        self.notes: list[int] = []
        self.times: dict[int, int] = {}
        self._numbers: dict[int, int] = {}

    def count(self, tokens: Iterable[Token]) -> None:
        """Tell each reference in `tokens` the number of its note and which one to it it is."""
        for token in tokens:
            for reference in token.children or ():
                if reference.type == "footnote_ref":
                    reference.meta = self._count(reference.meta["id"])

    def _count(self, note: int) -> dict[str, int]:
        if note not in self._numbers:
            self.notes.append(note)
            self._numbers[note] = len(self.notes)
        self.times[note] = self.times.get(note, 0) + 1
        return {"number": self._numbers[note], "time": self.times[note]}


def _with_ways_back(note: list[Token], number: int, times_cited: int) -> list[Token]:
    """Return a note that ends in a paragraph with a link back to each reference."""
    tokens = [token for token in note if token.type != "footnote_anchor"]
    tokens[0].meta = {"number": number}
    links = [
        Token("footnote_anchor", "", 0, meta={"number": number, "time": time})
        for time in range(1, times_cited + 1)
    ]
    if tokens[-2].type == "paragraph_close":
        return [*tokens[:-2], *links, *tokens[-2:]]
    paragraph = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
    return [*tokens[:-1], paragraph[0], *links, paragraph[1], tokens[-1]]


def _reference_id(meta: dict[str, int]) -> str:
    return f"fnref-{meta['number']}" + (f"-{meta['time']}" if meta["time"] > 1 else "")


def _show_reference(_: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    number = tokens[index].meta["number"]
    return (
        f'<sup class="footnote-ref"><a href="#fn-{number}" id="{_reference_id(tokens[index].meta)}"'
        f' role="doc-noteref" aria-label="Footnote {number}">{number}</a></sup>'
    )


def _show_way_back(_: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    meta = tokens[index].meta
    label = f"Back to reference {meta['number']}" + (f"-{meta['time']}" if meta["time"] > 1 else "")
    # The selector after the arrow asks for the plain sign instead of a coloured picture.
    return (
        f' <a href="#{_reference_id(meta)}" class="footnote-backref" role="doc-backlink"'
        f' aria-label="{label}">↩\ufe0e</a>'
    )


_RULES = {
    "footnote_ref": _show_reference,
    "footnote_anchor": _show_way_back,
    "footnote_open": lambda _, tokens, index, *rest: (
        f'<li id="fn-{tokens[index].meta["number"]}">\n'
    ),
    "footnote_close": lambda *_: "</li>\n",
    _BLOCK: lambda *_: (
        '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n<ol>\n'
    ),
    "footnote_block_close": lambda *_: "</ol>\n</section>\n",
}
