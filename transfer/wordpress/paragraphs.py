"""Text as the classic editor of WordPress keeps it, as HTML: there blank lines part paragraphs.

WordPress keeps no `<p>` and makes them each time it shows a post, between the blocks that are there.
The rule here is its own: what stands between two tags of blocks is one run; where a run may hold
paragraphs, its blank lines part them; every other line end in words is a `<br>`. No word is touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|</?[a-zA-Z][a-zA-Z0-9:-]*"
    r"(?:\s+[^<>\"']{0,400}(?:\"[^\"]{0,5000}\"[^<>\"']{0,400}|'[^']{0,5000}'[^<>\"']{0,400})*|\s*/?)?>",
    re.DOTALL,
)
"""A tag or a comment; attribute values of reasonable length, so that the time stays linear."""

_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:-]*)")

# As they are: white space in them is words, or no words at all.
_KEPT_AS_IS = frozenset({"pre", "script", "style", "textarea", "svg", "math", "noscript"})
# Only other blocks stand directly in them, so that text between those is none.
_FRAMES = frozenset("table thead tbody tfoot tr colgroup ul ol menu dl select optgroup".split())  # noqa: SIM905
# Their content is one paragraph by nature: blank lines in it are only space.
_SINGLE = frozenset("p h1 h2 h3 h4 h5 h6 dt figcaption caption summary legend address".split())  # noqa: SIM905
# One paragraph in them needs no element of its own; several do.
_LOOSE = frozenset(["li", "td", "th", "dd", "figure", "button", "option", "label"])
# Paragraphs as on the page itself.
_FLOW_NAMES = (
    "article aside blockquote body center details dir div fieldset footer form header hgroup html"
    " main nav section"
)
_FLOW = frozenset(_FLOW_NAMES.split())
_VOID_BLOCKS = frozenset({"hr", "col"})
BLOCKS = _FRAMES | _SINGLE | _LOOSE | _FLOW | _KEPT_AS_IS | _VOID_BLOCKS

_SHOWN = re.compile(r"<(?:img|iframe|embed|object|video|audio|input|canvas|map)\b", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t\u00a0]*\n\s*")
# Looked at from the first space on only: a long run of them would else be read from each.
_LINE_END = re.compile(r"(?<![ \t])[ \t]*\n\s*")


def name_of(tag: str) -> str:
    """Return the name of an element in a tag, in lower case; an empty one for a comment."""
    match = _NAME.match(tag)
    return match[1].lower() if match else ""


def split(html: str) -> Iterator[tuple[str, str]]:
    """Yield everything in `html` in order, as what it is (`tag` or `text`) and how it is written."""
    end = 0
    for match in TAG.finditer(html):
        if match.start() > end:
            yield "text", html[end : match.start()]
        yield "tag", match[0]
        end = match.end()
    if end < len(html):
        yield "text", html[end:]


def paragraphs(text: str) -> str:
    """Return text of the classic editor as HTML with paragraphs and line breaks."""
    made: list[str] = []
    run: list[str] = []
    open_blocks = _OpenBlocks()
    for kind, piece in split(text.replace("\r\n", "\n").replace("\r", "\n")):
        name = name_of(piece) if kind == "tag" else ""
        within = open_blocks.last
        if name not in BLOCKS or (within in _KEPT_AS_IS and name != within):
            run.append(piece)
            continue
        made.append(_run("".join(run), within))
        run = []
        made.append(piece)
        open_blocks.follow(piece, name)
    made.append(_run("".join(run), open_blocks.last))
    return "".join(made).strip("\n")


class _OpenBlocks:
    """The blocks that have begun and not ended; it takes the same time however many there are."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()

    @property
    def last(self) -> str:
        """The name of the innermost, an empty text outside of all."""
        return self._names[-1] if self._names else ""

    def follow(self, tag: str, name: str) -> None:
        """Note that a block begins or ends; one that was never begun ends nothing."""
        if not tag.startswith("</"):
            if name not in _VOID_BLOCKS and not tag.endswith("/>"):
                self._names.append(name)
                self._counts[name] += 1
        elif self._counts[name]:
            ended = ""
            while ended != name:
                ended = self._names.pop()
                self._counts[ended] -= 1


def _run(run: str, within: str) -> str:
    """Return what stands between two blocks, inside a third, with its paragraphs."""
    if within in _KEPT_AS_IS or within in _FRAMES:
        return run
    if not run.strip():
        return "\n" if run else ""
    if within in _SINGLE:
        parted = "</p>\n<p>" if within == "p" else " "
        return parted.join(map(_lines, _parts(run.strip("\n"))))
    parts = [part for part in _parts(run.strip()) if part.strip()]
    if within in _LOOSE and len(parts) == 1:
        return _lines(run.strip("\n"))
    return "\n" + "\n".join(map(_paragraph, parts)) + "\n"


def _parts(run: str) -> list[str]:
    """Return what blank lines part, but for those inside a tag."""
    parts: list[list[str]] = [[]]
    for kind, piece in split(run):
        first, *others = _BLANK_LINES.split(piece) if kind == "text" else [piece]
        parts[-1].append(first)
        parts += [[other] for other in others]
    return ["".join(part) for part in parts]


def _paragraph(part: str) -> str:
    """Return one part as a paragraph, unless nothing of it is ever seen."""
    words = TAG.sub("", part).strip()
    return f"<p>{_lines(part.strip())}</p>" if words or _SHOWN.search(part) else part


def _lines(text: str) -> str:
    """Return text with its line ends as `<br>`, but for those beside one, and those inside tags."""
    pieces = [*split(text), ("", "")]
    made: list[str] = []
    before = ""
    for (kind, piece), (_, after) in pairwise(pieces):
        if kind == "text":
            piece = piece.lstrip("\n") if before == "br" else piece
            piece = piece.rstrip() if name_of(after) == "br" else piece
            made.append(_LINE_END.sub("<br>\n", piece))
        else:
            made.append(piece)
        before = name_of(piece) if kind == "tag" else ""
    return "".join(made)
