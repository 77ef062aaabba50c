"""Words of an export's fields as plain lines: without tags, with entities resolved."""

from __future__ import annotations

import re
from html import unescape

from blog.plaintext import normalise

# Only what people put into titles: other words in angle brackets are words.
_MARKUP = re.compile(
    r"</?(?:a|abbr|acronym|b|big|br|cite|code|del|dfn|em|font|h[1-6]|i|img|ins|kbd|li|mark|nobr|ol|p"
    r"|q|s|samp|small|span|strike|strong|sub|sup|tt|u|ul|var|wbr)(?:\s[^<>]{0,2000})?/?>|<!--[^<>]{0,500}-->",
    re.IGNORECASE,
)
_SPACING = re.compile(r"<(?:br|/?p|/?li|/?h[1-6]|/?ul|/?ol)\b", re.IGNORECASE)


def plain(html: str) -> str:
    """Return a title, a name or an excerpt as one line of text.

    Entities are resolved twice, since exports of exports encode them twice: `&amp;amp;` is `&`.
    """
    spaced = _SPACING.sub(r" \g<0>", html)
    return " ".join(normalise(unescape(unescape(_MARKUP.sub("", spaced)))).split())


def shortened(line: str, limit: int) -> str:
    """Return a line of at most `limit` characters, with an ellipsis if something is left out."""
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
