"""What a post answers, and where else it points: plain values, whose addresses nobody fetches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from blog.addresses import LONGEST, is_page_address

URL_LENGTH = LONGEST
TITLE_LENGTH = 200
NAME_LENGTH = 100
QUOTE_LENGTH = 300
MOST_LINKS = 10

ADDRESS = (
    "Write a whole address that begins with https:// or http://, without a name or password in it."
)
_LINE = "Title | Source | https://…"


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
        return f"{self.title} by {self.author}" if self.author else self.title

    @property
    def text(self) -> str:
        """All of it, a line each, to be compared."""
        return "\n".join(filter(None, (self.line, self.url, self.quote)))


@dataclass(frozen=True)
class Elsewhere:
    """A page of another site that is worth reading after this one, and who made it."""

    title: str
    source: str
    url: str

    @property
    def line(self) -> str:
        """It as people type it; the inverse of `parse_lines`."""
        return f"{self.title} | {self.source} | {self.url}"


def elsewhere(rows: Iterable[Mapping[str, str]]) -> list[Elsewhere]:
    """Return stored rows (`[{"title": …, "source": …, "url": …}]`) as links, whole ones only."""
    return [Elsewhere(row["title"], row["source"], row["url"]) for row in rows]


def to_lines(rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as the lines a person edits."""
    return "\n".join(link.line for link in elsewhere(rows))


def parse_lines(text: str) -> tuple[list[dict[str, str]], list[str]]:
    """Read `Title | Source | address` lines; a title may hold a bar of its own.

    Returns:
        The rows that could be read, and a sentence for each line that could not.
    """
    rows, sentences = [], []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = [part.strip() for part in line.rsplit("|", 2)]
        if len(parts) < 3:
            sentences.append(f"Write each line as “{_LINE}”. This one has too few parts: {line}")
            continue
        row = dict(zip(("title", "source", "url"), parts, strict=True))
        found = list(_row_problems(row))
        sentences += [f"{sentence} It is about this line: {line}" for sentence in found]
        rows += [] if found else [row]
    if len(rows) > MOST_LINKS:
        sentences.append(f"At most {MOST_LINKS} links. Here are {len(rows)}.")
    return rows, sentences


def answer_problems(found: Answered) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an answer: which part (`url`, `title`, …), and a sentence."""
    if not any((found.url, found.title, found.author, found.quote)):
        return
    if not found.url:
        yield "url", "Where is the post that you answer? Write its address."
    elif not found.is_linked:
        yield "url", ADDRESS
    if not found.title:
        yield "title", "What is the post that you answer called? Write its title."
    limits = (("title", TITLE_LENGTH), ("author", NAME_LENGTH), ("quote", QUOTE_LENGTH))
    for part, most in limits:
        if len(getattr(found, part)) > most:
            yield part, f"The {part} of the post that you answer has at most {most} characters."


def problems(answered: Answered, rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Yield a sentence for each thing that keeps them from being saved."""
    for _, sentence in answer_problems(answered):
        yield sentence
    rows = list(rows)
    if len(rows) > MOST_LINKS:
        yield f"From elsewhere has at most {MOST_LINKS} links."
    for row in rows:
        yield from _row_problems(row)


def _row_problems(row: Mapping[str, str]) -> Iterator[str]:
    title, source, url = (row.get(name, "") for name in ("title", "source", "url"))
    if not title or not source:
        yield "A link to elsewhere needs a title and the name of its source."
    if len(title) > TITLE_LENGTH or len(source) > NAME_LENGTH:
        yield f"A title has at most {TITLE_LENGTH} characters, the name of a source {NAME_LENGTH}."
    if any(sign in source for sign in "|\n") or "\n" in title:
        yield "A title and a source stand on one line, and a source has no bar (|)."
    if "|" in url or not is_page_address(url):
        yield ADDRESS
