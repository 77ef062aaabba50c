"""What the search page shows: the question as it was read, a page of results, and ways to narrow them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404

from blog.lists import page_number
from blog.models import SearchEntry
from blog.search import question as reading
from blog.search import ways
from blog.search.excerpts import Piece, excerpt
from blog.search.narrowing import Choice
from blog.search.question import Question
from blog.search.results import PER_PAGE, Found, find
from blog.search.ways import Way, address
from blog.search_index import registered


@dataclass(frozen=True)
class Result:
    """One thing that was found, and the part of its text that answers."""

    entry: SearchEntry
    excerpt: Sequence[Piece]

    @property
    def is_comment(self) -> bool:
        """Whether it was said under a post."""
        return self.entry.kind == SearchEntry.Kind.COMMENT


@dataclass(frozen=True)
class Answer:
    """All that the page shows."""

    question: Question
    choice: Choice
    page: int
    total: int
    results: Sequence[Result]
    kinds: Sequence[Way]
    topics: Sequence[Way]
    years: Sequence[Way]

    @property
    def query(self) -> str:
        """What the field shows again."""
        return self.question.text

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PER_PAGE)

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of what answers the question is asked for."""
        return self.choice != Choice()

    @property
    def everything_url(self) -> str:
        """The same question, not narrowed."""
        return address(self.query, Choice())

    @property
    def previous_url(self) -> str:
        """The page before this one, or an empty string."""
        return address(self.query, self.choice, self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        """The page after this one, or an empty string."""
        return address(self.query, self.choice, self.page + 1) if self.page < self.pages else ""


def search(parameters: Mapping[str, str]) -> Answer:
    """Answer what an address asks: `q` and, where they make sense, `kind`, `topic`, `year`, `page`.

    Any text is a question. Seven queries at most, eight on PostgreSQL.

    Raises:
        Http404: for a page that is no number, or lies after the last one.
    """
    question = reading.read(parameters.get("q", ""))
    choice = ways.choice_of(parameters)
    page = page_number(parameters.get("page", "1"))
    found = find(question, choice, page)
    if page > 1 and not found.entries:
        raise Http404
    return Answer(
        question=question,
        choice=choice,
        page=page,
        total=found.total,
        results=list(_results(found, question)),
        kinds=list(ways.kinds(found.kinds, question.text, choice)),
        topics=list(ways.topics(found.topics, question.text, choice)),
        years=list(ways.years(found.years, question.text, choice)),
    )


def _results(found: Found, question: Question) -> Iterator[Result]:
    for entry in _visible(found.entries):
        yield Result(entry, excerpt(entry.text, question))


def _visible(entries: Sequence[SearchEntry]) -> list[SearchEntry]:
    """Return the entries without those that their own app would not show now. One query for each kind.

    The index knows what may be seen since it changes together with it; this is the second lock, for
    what was changed behind the back of the verbs.
    """
    shown = {entry.pk for entry in entries if entry.kind not in registered()}
    for kind, belonging in registered().items():
        keys = {entry.number: entry.pk for entry in entries if entry.kind == kind}
        if keys:
            seen = belonging.visible().filter(pk__in=keys).values_list("pk", flat=True)
            shown.update(keys[number] for number in seen)
    return [entry for entry in entries if entry.pk in shown]
