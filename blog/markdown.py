"""Markdown as authors write it: CommonMark, tables, strikethrough, footnotes, bare addresses, pictures.

`parse` gives HTML that is meant to be safe and valid; `blog.markup` makes sure of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog import bare_links, figures, footnotes, markdown_cards
from blog.addresses import is_local, is_media, is_web_address
from blog.allowed import LANGUAGE
from blog.nesting import limit_nesting
from blog.outline import Heading, Outline

MOST_CELLS = 10_000
"""Cells of all tables of one text. A short row is filled up with empty cells, so that two thousand
characters could ask for 65,000; rows beyond the limit stay text."""


def parse(source: str) -> tuple[str, tuple[Heading, ...]]:
    """Return normalised Markdown as HTML, and its headings outside quotes and lists."""
    env: dict[str, Any] = {}
    return _MARKDOWN.render(source, env), tuple(env["headings"])


class _Markdown(MarkdownIt):
    """Leaves a link to anywhere that is not allowed as the text that was typed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name markdown-it calls
        return is_web_address(url) or is_local(url)


class _Renderer(RendererHTML):
    """Adds what keyboards and screen readers need; a wide table or code block scrolls by itself."""

    def table_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        env["tables"] = number = env.get("tables", 0) + 1
        label = f'role="region" aria-label="Table {number}"'
        return f'<div class="table-scroll" tabindex="0" {label}>\n<table>\n'

    def table_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return "</table>\n</div>\n"

    def fence(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        info = unescapeAll(tokens[index].info).split()
        language = info[0].lower() if info else ""
        name = f' class="language-{language}"' if LANGUAGE.fullmatch(language) else ""
        code = escapeHtml(tokens[index].content)
        return f'<pre tabindex="0"><code{name}>{code}</code></pre>\n'

    def code_block(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return self.fence(tokens, index, options, env)

    def image(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        url, title = str(token.attrGet("src")), str(token.attrGet("title") or "")
        alt = self.renderInlineAsText(token.children, options, env)
        picture = figures.own(url)
        return figures.shown(picture, alt, title) if picture else figures.plain(url, alt, title)

    def link_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        if str(tokens[index].attrGet("href")).lower().startswith("http"):
            tokens[index].attrSet("rel", "noopener")
        return self.renderToken(tokens, index, options, env)


def _nest_headings(state: StateCore) -> None:
    """Number headings as `Outline` does and give them ids; drop those without words."""
    headings: list[Heading] = []
    outline = Outline()
    kept: list[Token] = []
    tokens = iter(state.tokens)
    for token in tokens:
        if token.type != "heading_open":
            kept.append(token)
            continue
        inline, close = next(tokens), next(tokens)
        text = " ".join(_words(inline.children).split())
        if not text:
            continue
        heading = outline.place(int(token.tag[1]), text)
        token.tag = close.tag = f"h{heading.level}"
        token.attrSet("id", heading.id)
        kept += (token, inline, close)
        if token.level == 0:
            headings.append(heading)
    state.tokens = kept
    state.env["headings"] = headings


def _words(children: Sequence[Token] | None) -> str:
    """Return the text of inline tokens, of a picture its alternative text."""
    parts = []
    for token in children or ():
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type in {"text", "code_inline"}:
            parts.append(token.content)
        elif token.type == "image":
            parts.append(_words(token.children))
    return "".join(parts)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table as far as the cells suffice."""
    head = state.src[state.bMarks[start] : state.eMarks[start]]
    columns = head.count("|") + 1
    cells = state.env.setdefault("cells", MOST_CELLS)
    if not table(state, start, min(end, start + 1 + cells // columns), silent):
        return False
    if not silent:
        state.env["cells"] -= columns * (state.line - start)
    return True


def _align_cells(state: StateCore) -> None:
    """Say alignment by class, since the site's policy allows no inline style; mark header cells."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"}:
            style = str(token.attrs.pop("style", ""))
            if style:
                token.attrSet("class", style.replace("text-align:", "align-"))
            if token.type == "th_open":
                token.attrSet("scope", "col")


def _show_images(state: StateCore) -> None:
    """Show pictures under `/media/`; any other becomes a link, so no reader's browser asks for it."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_without_foreign_images(token.children))


def _without_foreign_images(children: list[Token]) -> Iterator[Token]:
    links_open = 0
    for token in children:
        links_open += token.nesting if token.type.startswith("link_") else 0
        if token.type != "image" or is_media(str(token.attrGet("src"))):
            yield token
        else:
            href = str(token.attrGet("src"))
            text = Token("text", "", 0, content=figures.label(_words(token.children), href))
            if links_open or not href:
                yield text
            else:
                yield Token("link_open", "a", 1, attrs={"href": href, "class": figures.ELSEWHERE})
                yield text
                yield Token("link_close", "a", -1)


def _caption_figures(state: StateCore) -> None:
    """Make a paragraph that is one picture with a title a figure; the title is its caption."""
    for before, token, after in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if before.type == "paragraph_open" and token.children and not before.hidden:
            image, *others = token.children
            if image.type == "image" and not others and image.attrGet("title"):
                before.tag = after.tag = "figure"
                caption = Token("text", "", 0, content=str(image.attrs.pop("title")))
                token.children += (
                    Token("caption_open", "figcaption", 1),
                    caption,
                    Token("caption_close", "figcaption", -1),
                )


def _build() -> MarkdownIt:
    markdown = _Markdown("commonmark", {"html": False}, renderer_cls=_Renderer)
    markdown.enable(["table", "strikethrough"]).use(footnotes.plugin)
    markdown.use(bare_links.plugin).use(markdown_cards.plugin)
    markdown.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    for rule in (_show_images, _caption_figures, _align_cells, _nest_headings):
        markdown.core.ruler.push(rule.__name__, rule)
    limit_nesting(markdown)
    return markdown


_MARKDOWN = _build()
