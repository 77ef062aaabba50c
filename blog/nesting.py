"""A limit to how deep Markdown stands in itself, since the time for a text grows with it."""

from __future__ import annotations

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

MOST_BRACKETS = 14
"""How many links, pictures and emphases the parser looks into at once; the rest stays text."""

MOST_BLOCKS = 10
"""How deep blocks may stand in each other: a quote counts one, a list two; the rest stays text."""

BlockRule = Callable[[StateBlock, int, int, bool], bool]

_CONTAINERS: dict[str, list[str]] = {
    "blockquote": ["paragraph", "reference", "blockquote", "list"],
    "list": ["paragraph", "reference", "blockquote"],
    "footnote_def": ["paragraph", "reference"],
}
"""The rules that hold other blocks, and the blocks that each of them ends."""


def limit_nesting(markdown: MarkdownIt) -> None:
    """Keep `markdown` from nesting deeper, without losing a word.

    Its own limit alone would drop what is written deeper in blocks than that.
    """
    markdown.options["maxNesting"] = MOST_BRACKETS
    for rule in markdown.block.ruler.__rules__:
        if rule.name in _CONTAINERS:
            markdown.block.ruler.at(rule.name, _limited(rule.fn), {"alt": _CONTAINERS[rule.name]})


def _limited(rule: BlockRule) -> BlockRule:
    def limited(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < MOST_BLOCKS and rule(state, start, end, silent)

    return limited
