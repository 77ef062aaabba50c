"""What a post answers, and where else it points: plain values, whose addresses nobody fetches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext, gettext_lazy

from blog.addresses import LONGEST, is_page_address

URL_LENGTH = LONGEST
TITLE_LENGTH = 200
NAME_LENGTH = 100
QUOTE_LENGTH = 300
MOST_LINKS = 10

ADDRESS = gettext_lazy(
    "Write a whole address that begins with https:// or http://, without a name or password in it."
)


@dataclass(frozen=True)
class Answered:
    """The post of somebody else that this one answers; without a title there is none."""

    url: str = ""
    title: str = ""
    author: str = ""
    quote: str = ""

    @property
    def is_linked(self) -> bool:
        """Whether its address may stand in a link; a preview holds what is still being typed."""
        return is_page_address(self.url)

    @property
    def line(self) -> str:
        """It in one line: “Title by Author”."""
        if not self.author:
            return self.title
        return gettext("%(title)s by %(author)s") % {"title": self.title, "author": self.author}

    @property
    def text(self) -> str:
        """All of it, a line each, to be compared."""
        return "\n".join(filter(None, (self.line, self.url, self.quote)))


@dataclass(frozen=True)
class FurtherLink:
    """A page of another site that is worth reading after this one, and who made it."""

    title: str
    source: str
    url: str

    @property
    def line(self) -> str:
        """It as people type it; the inverse of `parse_lines`."""
        return f"{self.title} | {self.source} | {self.url}"


def in_answer_to(title: str, author: str) -> str:
    """Return the sentence that stands above an answer, whatever markup its parts are in."""
    if not author:
        return gettext("In answer to %(title)s") % {"title": title}
    return gettext("In answer to %(title)s by %(author)s") % {"title": title, "author": author}


def further_links(rows: Iterable[Mapping[str, str]]) -> list[FurtherLink]:
    """Return stored rows (`[{"title": …, "source": …, "url": …}]`) as links, whole ones only."""
    return [FurtherLink(row["title"], row["source"], row["url"]) for row in rows]


def to_lines(rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as the lines a person edits."""
    return "\n".join(link.line for link in further_links(rows))


def parse_lines(text: str) -> tuple[list[dict[str, str]], list[str]]:
    """Read `Title | Source | address` lines; a title may hold a bar of its own.

    An address needs neither: the name of its host stands in for what is missing.

    Returns:
        The rows that could be read, and a sentence for each line that could not.
    """
    rows, sentences = [], []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = _parts(line)
        if len(parts) < 3:
            said = gettext(
                "Write each line as “Title | Source | https://…”. This one has too few parts: %(line)s"
            )
            sentences.append(said % {"line": line})
            continue
        row = dict(zip(("title", "source", "url"), parts, strict=True))
        found = list(_row_problems(row))
        said = gettext("%(sentence)s It is about this line: %(line)s")
        sentences += [said % {"sentence": sentence, "line": line} for sentence in found]
        rows += [] if found else [row]
    if len(rows) > MOST_LINKS:
        said = gettext("At most %(most)s links. Here are %(count)s.")
        sentences.append(said % {"most": MOST_LINKS, "count": len(rows)})
    return rows, sentences


def _parts(line: str) -> list[str]:
    """Return title, source and address of a line; an address alone is called by its host."""
    parts = [part.strip() for part in line.rsplit("|", 2)]
    host = (urlsplit(parts[-1]).hostname or "") if is_page_address(parts[-1]) else ""
    if host and len(parts) < 3:
        name = host.removeprefix("www.")
        return [parts[0] if len(parts) == 2 else name, name, parts[-1]]
    return parts


def answer_problems(found: Answered) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an answer: which part (`url`, `title`, …), and a sentence."""
    if not any((found.url, found.title, found.author, found.quote)):
        return
    if not found.url:
        yield "url", gettext("Where is the post that you answer? Write its address.")
    elif not found.is_linked:
        yield "url", str(ADDRESS)
    if not found.title:
        yield "title", gettext("What is the post that you answer called? Write its title.")
    for part, (most, said) in _LIMITS.items():
        if len(getattr(found, part)) > most:
            yield part, said % {"most": most}


_LIMITS = {
    "title": (
        TITLE_LENGTH,
        gettext_lazy("The title of the post that you answer has at most %(most)s characters."),
    ),
    "author": (
        NAME_LENGTH,
        gettext_lazy("The author of the post that you answer has at most %(most)s characters."),
    ),
    "quote": (
        QUOTE_LENGTH,
        gettext_lazy("The quote of the post that you answer has at most %(most)s characters."),
    ),
}


def problems(answered: Answered, rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Yield a sentence for each thing that keeps them from being saved."""
    for _, sentence in answer_problems(answered):
        yield sentence
    rows = list(rows)
    if len(rows) > MOST_LINKS:
        yield gettext("From elsewhere has at most %(most)s links.") % {"most": MOST_LINKS}
    for row in rows:
        yield from _row_problems(row)


def _row_problems(row: Mapping[str, str]) -> Iterator[str]:
    title, source, url = (row.get(name, "").strip() for name in ("title", "source", "url"))
    if not title or not source:
        yield gettext("A link to elsewhere needs a title and the name of its source.")
    if len(title) > TITLE_LENGTH or len(source) > NAME_LENGTH:
        said = gettext("A title has at most %(title)s characters, the name of a source %(source)s.")
        yield said % {"title": TITLE_LENGTH, "source": NAME_LENGTH}
    if any(sign in source for sign in "|\n") or "\n" in title:
        yield gettext("A title and a source stand on one line, and a source has no bar (|).")
    if "|" in url or not is_page_address(url):
        yield str(ADDRESS)
