"""One article of a LinkedIn archive: a page with a heading, two lines about its dates, and the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from transfer.items import SourceError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a file says; `created` and `published` as they are written, the second empty in a draft."""

    title: str
    url: str
    created: str
    published: str
    body: str


def read(html: str) -> Written:
    """Return the article in a page.

    Raises:
        SourceError: there is no text in it.
    """
    page = _Page(html)
    page.feed(html)
    page.close()
    if page.begins is None:
        raise SourceError("It has no text where articles of LinkedIn have theirs.")
    body = html[page.begins : page.ends if page.ends is not None else len(html)]
    return Written(
        title="".join(page.texts["h1"]) or "".join(page.texts["title"]),
        url=page.url,
        created=_date("".join(page.texts["created"])),
        published=_date("".join(page.texts["published"])),
        body=page.cover + body,
    )


def _date(text: str) -> str:
    match = _DATE.search(text)
    return match[0] if match else ""


class _Page(HTMLParser):
    """Remembers the texts of the head, and from where to where the `div` with the words goes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._starts = [0, *(match.end() for match in re.finditer("\n", html))]
        self._open: str = ""
        self._depth = 0
        self.texts: dict[str, list[str]] = {"h1": [], "title": [], "created": [], "published": []}
        self.url = self.cover = ""
        self.begins: int | None = None
        self.ends: int | None = None

    def _here(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where something begins."""
        values = {name: value or "" for name, value in attrs}
        if self.begins is not None:
            self._depth += tag == "div"
        elif tag == "div":
            self.begins = self._here() + len(self.get_starttag_text() or "")
            self._depth = 1
        elif tag == "img" and not self.cover:
            self.cover = f"<p>{self.get_starttag_text()}</p>\n"
        elif tag == "a" and self._open == "h1":
            self.url = values.get("href", "")
        elif tag in {"h1", "title"}:
            self._open = tag
        elif values.get("class") in self.texts:
            self._open = values["class"]

    def handle_endtag(self, tag: str) -> None:
        """Note where something ends."""
        if self.begins is None:
            if tag in {"h1", "title", "p", "h2"}:
                self._open = ""
        elif tag == "div" and self.ends is None:
            self._depth -= 1
            if self._depth == 0:
                self.ends = self._here()

    def handle_data(self, data: str) -> None:
        """Keep the text of what is open before the words begin."""
        if self._open and self.begins is None:
            self.texts[self._open].append(data)
