"""Pictures in somebody's Markdown: those that came along stand under our address, the rest stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import unquote

from blog.image_addresses import ImageAddress
from transfer import html_pictures

# Bounded, so that brackets that are never closed cost little.
_INLINE = re.compile(
    r"!\[(?P<alt>[^\[\]\n]{0,1000})\]\(\s{0,9}"
    r"(?:<(?P<angled>[^<>\n]{1,2000})>|(?P<plain>[^\s()<>]{1,2000}))"
    r"(?P<title>\s{1,9}(?:\"[^\"\n]{0,1000}\"|'[^'\n]{0,1000}'))?\s{0,9}\)(?P<rest>\{[^{}\n]{0,200}\})?"
)
_USED = re.compile(
    r"!\[[^\[\]\n]{0,1000}\]\[(?P<label>[^\[\]\n]{1,200})\]|!\[(?P<short>[^\[\]\n]{1,200})\](?![\[(])"
)
_DEFINED = re.compile(
    r"(?m)^ {0,3}\[(?P<label>[^\[\]\n]{1,200})\]:[ \t]*<?(?P<src>[^\s<>]{1,2000})>?"
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")

Find = Callable[[str, str], ImageAddress | None]


def rewritten(text: str, find: Find) -> str:
    """Return Markdown in which each picture that `find` knows by address and text has ours.

    What stands in code is left alone; a picture in HTML becomes one in Markdown.
    """
    used = {_level(m["label"] or m["short"]) for m in _USED.finditer(text)}
    return "".join(
        part if is_code else _with_pictures(part, find, used) for part, is_code in _parts(text)
    )


def _with_pictures(text: str, find: Find, used: set[str]) -> str:
    def inline(match: re.Match[str]) -> str:
        found = find(_address(match["angled"] or match["plain"]), match["alt"])
        if found is None:
            return match[0]
        return f"![{match['alt']}]({found.url}{match['title'] or ''})"

    def defined(match: re.Match[str]) -> str:
        found = find(_address(match["src"]), "") if _level(match["label"]) in used else None
        return f"[{match['label']}]: {found.url}" if found else match[0]

    def from_html(shown: html_pictures.Shown) -> ImageAddress | None:
        return find(shown.src, shown.alt)

    text = _DEFINED.sub(defined, _INLINE.sub(inline, text))
    return _as_markdown(html_pictures.rewritten(text, from_html))


_OURS = re.compile(r'<img src="(?P<src>/media/images/[^"]+)" alt="(?P<alt>[^"]*)">')


def _as_markdown(text: str) -> str:
    """Write our pictures as Markdown, since typed HTML is shown as text."""

    def image(match: re.Match[str]) -> str:
        alt = re.sub(r"[\[\]]", "", unescape(match["alt"]))
        return f"![{alt}]({match['src']})"

    return _OURS.sub(image, text)


def _address(written: str) -> str:
    return unquote(written.replace("\\", ""))


def _level(label: str) -> str:
    return " ".join(label.split()).casefold()


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in runs of lines, and whether each is fenced code."""
    run: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if not fence and match:
            yield "".join(run), False
            run, fence = [line], match[1]
        elif fence and match and match[1].startswith(fence) and line.strip() == match[1]:
            yield "".join([*run, line]), True
            run, fence = [], ""
        else:
            run.append(line)
    yield "".join(run), bool(fence)
