"""The words of a mail: what its writer typed, without what her mail program quoted below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext, gettext_noop

from blog.html_tokens import Token, tokens
from blog.plaintext import normalise

MARKER = gettext_noop("— Write your answer above this line —")
"""The line of our own mail above which an answer stands."""

# How mail programs begin what they quote, when neither our line nor a quoted one is left.
_QUOTE_BEGINS = re.compile(r"\s*(>|-{2,} ?\w[\w ]* ?-{2,}\s*$|_{10,}\s*$)")
SIGNATURE = "-- "
# How mail programs begin a mail that is sent on, or answered, whole.
_SENT_ON = re.compile(r"\s*(-{2,} ?\w[\w ]* ?-{2,}|_{10,})\s*$")
_BY_PHONE = re.compile(r"(Sent from my \w[\w ]{0,30}|Get Outlook for (iOS|Android))\.?")
_ATTRIBUTION_LINES = 4
BLOCKS = frozenset({"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table", "pre"})


def marker() -> str:
    """Return the line as our mail shows it, in the language of the site."""
    return gettext(MARKER)


def _is_marker(line: str) -> bool:
    """Whether a line is ours, also from a mail that left before the site had another language."""
    return any(words.strip("— ") in line for words in (MARKER, marker()))


def above_the_line(text: str) -> str:
    """Return the words above our marker line, or above what is quoted, without a signature."""
    kept: list[str] = []
    is_cut = False
    for line in text.splitlines():
        if _is_marker(line) or _QUOTE_BEGINS.match(line):
            is_cut = True
            break
        if line == SIGNATURE:
            break
        kept.append(line)
    if is_cut:
        kept = _without_attribution(kept)
    return "\n".join(kept).strip()


def own_words(text: str) -> tuple[str, bool]:
    """Return the words of a new text, and whether a quotation below them was left out.

    A quotation in the middle is hers: only one that goes to the end is her mail program's. A signature
    goes, and so does the line in which a telephone names itself.
    """
    lines = text.splitlines()
    lines = lines[: lines.index(SIGNATURE)] if SIGNATURE in lines else lines
    at = next((n for n, line in enumerate(lines) if _SENT_ON.match(line)), len(lines))
    end = at
    while end and (lines[end - 1].startswith(">") or not lines[end - 1].strip()):
        end -= 1
    is_cut = at < len(lines) or any(line.startswith(">") for line in lines[end:at])
    kept = (
        "\n".join(_without_attribution(lines[:end]) if is_cut else lines[:end]).strip("\n").rstrip()
    )
    before, _, last = kept.rpartition("\n")
    return (before.rstrip() if _BY_PHONE.fullmatch(last.strip()) else kept), is_cut


def _without_attribution(lines: list[str]) -> list[str]:
    """Leave out the last paragraph when it announces a quotation, as “On 2 November Mo wrote:” does."""
    while lines and not lines[-1].strip():
        lines.pop()
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    last = lines[start:]
    announces = bool(last) and last[-1].rstrip().endswith(":") and len(last) <= _ATTRIBUTION_LINES
    return lines[:start] if announces and re.search(r"\d|@", " ".join(last)) else lines


def unfolded(text: str, *, drops_space: bool = False) -> str:
    """Return text in `format=flowed` with each paragraph on one line (RFC 3676)."""
    paragraphs: list[list[str]] = []
    is_open = False
    for line in text.splitlines():
        bare = line.removeprefix(" ")
        if is_open and not line.startswith(">"):
            paragraphs[-1].append(bare)
        else:
            paragraphs.append([bare])
        is_open = bare.endswith(" ") and bare != SIGNATURE and not line.startswith(">")
        if is_open and drops_space:
            paragraphs[-1][-1] = bare[:-1]
    return "\n".join(map("".join, paragraphs))


def text_of_html(html: str) -> str:
    """Return what a person typed into a mail in HTML, as plain text; it ends where a quotation begins."""
    lines = [" ".join(line.split()) for line in "".join(_typed(html)).split("\n")]
    lines = [SIGNATURE if line == SIGNATURE.strip() else line for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _typed(html: str) -> Iterator[str]:
    """Yield text and line ends up to the first quotation, which a `>` stands for."""
    for token in tokens(normalise(html)):
        if token.kind == "text":
            yield re.sub(r"\s+", " ", token.name)
        elif token.kind == "start" and _begins_quotation(token):
            # What stands above it may be the line that announces it.
            yield "\n>"
            return
        elif token.name in BLOCKS or (token.kind == "start" and token.name == "br"):
            yield "\n\n" if token.name == "p" else "\n"


def _begins_quotation(token: Token) -> bool:
    named = f"{token.attributes.get('class', '')} {token.attributes.get('id', '')}"
    return token.name == "blockquote" or "gmail_quote" in named or "divRplyFwdMsg" in named
