"""A page of what answers a question: posts and pages, then comments, and how many of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from blog.models import Post, SearchEntry
from blog.search import statements
from blog.search.narrowing import Choice, Sql, Years, span
from blog.search.question import Question

PER_PAGE = 20

_COMMENT = SearchEntry.Kind.COMMENT.value


@dataclass(frozen=True)
class Facet:
    """A value by which results can be narrowed, and how many there are of it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Found:
    """One page of what was found, how much there is, and how it divides.

    Each list of facets counts what the other choices leave; `topics` and `years` count posts and
    pages only, since a common word is in far more comments than can be gone through for each reader.
    """

    entries: Sequence[SearchEntry] = ()
    total: int = 0
    kinds: Sequence[Facet] = ()
    topics: Sequence[Facet] = ()
    years: Sequence[Facet] = ()


_Row = tuple[str, str, str, int, int]
_COMMENTS_LAST = 2


def find(question: Question, choice: Choice, page: int) -> Found:
    """Return one page (from 1) of what answers a question, in an order that is the same everywhere.

    First what has everything in its title, then other posts and pages, then comments; each of them
    from the newest to the oldest. Six queries at most, seven on PostgreSQL.
    """
    if not question.wanted:
        return Found()
    offset = (page - 1) * PER_PAGE
    if connection.vendor == "sqlite":
        # A transaction would wait for whoever writes.
        return _find(question, choice, span(), offset)
    with transaction.atomic():
        _run(Sql(statements.SETTINGS))
        return _find(question, choice, span(), offset)


def _find(question: Question, choice: Choice, years: Years, offset: int) -> Found:
    rows: list[_Row] = _run(statements.posts(question, choice, years, PER_PAGE, offset))
    kinds, of_years = _divided(rows, choice)
    before = sum(count for kind, count in kinds.items() if choice.kind in {"", kind})
    places = {int(key): int(place) for what, key, place, *_ in rows if what == "entry"}
    where = statements.conditions(choice, years)
    ((comments,),) = _run(statements.count_of_comments(question, where))
    wanted = comments if choice.kind in {"", _COMMENT} else 0
    room = PER_PAGE - len(places)
    if wanted and room and before + wanted > offset:
        start = max(0, offset - before)
        keys = _run(statements.comments(question, where, room, start))
        places.update((key, _COMMENTS_LAST) for (key,) in keys)
    kinds[_COMMENT] = comments
    return Found(
        entries=_entries(places),
        total=before + wanted,
        kinds=[Facet(kind, kind, count) for kind, count in kinds.items() if count],
        topics=[Facet(slug, name, count) for what, slug, name, _, count in rows if what == "topic"],
        years=[Facet(year, year, count) for year, count in of_years.items() if count],
    )


def _divided(rows: Sequence[_Row], choice: Choice) -> tuple[Counter[str], Counter[str]]:
    """Return how many posts and pages there are of each kind, and of each year."""
    kinds, years = Counter[str](), Counter[str]()
    for what, kind, year, is_on_topic, count in rows:
        if what == "part" and is_on_topic:
            kinds[kind] += count if choice.year in {0, int(year)} else 0
            years[year] += count if choice.kind in {"", kind} else 0
    del years["0"]
    return kinds, years


def _entries(places: Mapping[int, int]) -> list[SearchEntry]:
    """Return the entries of a page with their posts, in order; of public posts whatever was found."""
    rows = SearchEntry.objects.filter(post__in=Post.objects.published())
    found = rows.select_related("post__live_version").defer("tokens", "post__live_version__body")
    return sorted(
        found.filter(pk__in=list(places)),
        key=lambda entry: (places[entry.pk], -entry.at.timestamp(), -entry.number),
    )


def _run(statement: Sql) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        rows: list[Any] = cursor.fetchall()
    return rows
