"""Links in a text and hosts in links; bounded and possessive patterns, so no input is slow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Literal

from comments.spam.lexicon import vocabulary

LinkForm = Literal["plain", "markdown", "html", "bbcode"]

MOST_LINKS = 200
_SHORTEST_KEYWORD = 5
SHORTENERS = vocabulary("shorteners")
_TLDS = (
    "com|net|org|info|biz|io|co|dev|app|xyz|top|shop|online|site|website|space|club|click|link|live|"
    "store|tech|pro|vip|bet|casino|win|fun|icu|buzz|cyou|sbs|lol|blog|page|agency|digital|ai|tv|cc|"
    "gov|edu|eu|uk|de|fr|es|nl|pl|ru|su|ua|cn|jp|kr|br|au|ca|ng|ke|za|pk|id|vn|th|tr|ir|ly|gd|gg|gl"
)
_TARGET = r"""https?://[^\s<>"'\[\]()]{1,2000}"""
_LINK = re.compile(
    rf"""
    <a\s[^<>]{{0,300}}?href\s*=\s*["']?(?P<html>[^\s"'<>]{{1,2000}}+)["']?[^<>]{{0,300}}+>
        (?P<html_label>[^<>]{{0,300}}+)(?:</a>)?
    | \[(?:url|link)=["']?(?P<bbcode>[^\s"'\[\]]{{1,2000}}+)["']?\]
        (?P<bbcode_label>[^\[\]]{{0,300}}+)(?:\[/(?:url|link)\])?
    | \[(?:url|link)\](?!\()(?P<bbcode_bare>[^\s\[\]]{{1,2000}}+)(?:\[/(?:url|link)\])?
    | \[(?P<markdown_label>[^\[\]]{{1,300}}+)\]\(\s{{0,9}}+<?(?P<markdown>[^\s()<>]{{1,2000}}+)>?
        (?:\s{{1,9}}+(?:"[^"]{{0,5000}}+"|'[^']{{0,5000}}+'|\([^()]{{0,5000}}+\)))?\s{{0,9}}+\)
    | (?P<plain>{_TARGET})
    | (?<![\w.@/-])(?P<bare>(?:www\.[a-z0-9-]{{1,63}}\.[a-z]{{2,12}}
        |(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,4}}(?:{_TLDS}))(?![\w-]|\.\w)(?:/[^\s<>"'\[\]()]{{0,2000}})?)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,20}:)?(?://)?(?:[^\s/@]{0,200}@)?([^\s/:?#@]{1,253})", re.I
)
_LOOKS_LIKE_HOST = re.compile(
    rf"(?:https?://|www\.|(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_TLDS})\b)", re.I
)


@dataclass(frozen=True)
class Link:
    """One link: where it leads, what it shows (empty for a bare one) and how it was written."""

    target: str
    label: str
    form: LinkForm
    span: tuple[int, int]

    @property
    def host(self) -> str:
        return host_of(self.target)

    @property
    def is_misleading(self) -> bool:
        """The label, or what stands before an @ in the target, looks like an address of another site."""
        if "." in self._before_host and _LOOKS_LIKE_HOST.match(self._before_host):
            return True
        label = self.label.strip()
        shown = host_of(label)
        is_shortened = label.endswith(("...", "…")) and self.host.startswith(shown)
        if is_shortened or not _LOOKS_LIKE_HOST.match(label):
            return False
        return registered(shown) != registered(self.host)

    @property
    def _before_host(self) -> str:
        """`bank.example` in `https://bank.example@elsewhere.example`: browsers take it for a user."""
        authority = re.split(r"[/?#]", self.target.partition("//")[2], maxsplit=1)[0]
        return authority.rpartition("@")[0]


def find_links(text: str) -> Iterator[Link]:
    """Yields the links of a text in order, at most `MOST_LINKS`; e-mail addresses are none."""
    for number, match in enumerate(_LINK.finditer(text)):
        if number == MOST_LINKS:
            return
        yield _link_from(match)


def _link_from(match: re.Match[str]) -> Link:
    """Returns the link with its target as a browser reads it; a title, which no page shows, is gone."""
    found = match.groupdict(default="")
    if found["html"]:
        return Link(unescape(found["html"]), found["html_label"], "html", match.span())
    if found["bbcode"] or found["bbcode_bare"]:
        target = unescape(found["bbcode"] or found["bbcode_bare"])
        return Link(target, found["bbcode_label"], "bbcode", match.span())
    if found["markdown"]:
        target = unescape(found["markdown"])
        return Link(target, found["markdown_label"], "markdown", match.span())
    return Link(unescape(found["plain"] or found["bare"]), "", "plain", match.span())


def host_of(url: str) -> str:
    """Returns the host of an address in lower case without `www.`, or an empty string."""
    match = _HOST.match(url.strip()[:2300])
    return match.group(1).lower().removeprefix("www.").strip(".…") if match else ""


def registered(host: str) -> str:
    """Returns the last two labels, three under suffixes such as `co.uk`: whose site it is."""
    labels = host.split(".")
    is_deep = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if is_deep else -2 :])


def selling_words(host: str) -> frozenset[str]:
    """Returns the commercial words in the name of a site: between its hyphens, longer ones anywhere."""
    label = registered(host).partition(".")[0]
    parts = set(re.split(r"[\W\d_]+", label))
    words = vocabulary("commercial_names")
    within = {word for word in words if len(word) >= _SHORTEST_KEYWORD and word in label}
    return words & parts | within
