"""The one statement that finds, counts and sorts: what is found is gone through once for all of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from blog.models import Post, SearchEntry
from blog.search.database import matching
from blog.search.question import Question
from blog.search.tokens import IN_TITLE

PER_PAGE = 20

MOST_YEARS = 100
"""Years told apart, up to the newest; what is older is found, and counted under no year."""

# Sorting a hundred thousand entries takes 10 MB. Other processes would take longer to start than to
# help, and compiling the statement longer than to run it.
_SETTINGS = """
    SELECT set_config('work_mem', '32MB', true), set_config('jit', 'off', true),
        set_config('max_parallel_workers_per_gather', '0', true)
"""
_FACETS = """
    SELECT 'part', kind, CAST(year AS VARCHAR(4)), is_on_topic, times FROM (
        SELECT kind, {years} AS year, CASE WHEN {topic} THEN 1 ELSE 0 END AS is_on_topic,
            COUNT(*) AS times
        FROM found GROUP BY 1, 2, 3
    ) parts
    UNION ALL
    SELECT 'topic', t.slug, t.name, 1, CAST(SUM(f.times) AS BIGINT) FROM (
        SELECT post_id, COUNT(*) AS times FROM found WHERE {kind} AND {year} GROUP BY post_id
    ) f JOIN blog_post_topics p ON p.post_id = f.post_id JOIN blog_topic t ON t.id = p.topic_id
    GROUP BY t.slug, t.name
    UNION ALL
    SELECT 'entry', CAST(id AS VARCHAR(20)), CAST(place AS VARCHAR(1)), 1, 0 FROM (
        SELECT id, place FROM found WHERE {kind} AND {topic} AND {year}
        ORDER BY place, at DESC, number DESC LIMIT %s OFFSET %s
    ) page
"""


@dataclass(frozen=True)
class Choice:
    """Which of the results are asked for; what is empty is not chosen. `topic` is a slug."""

    kind: str = ""
    topic: str = ""
    year: int = 0


@dataclass(frozen=True)
class Facet:
    """A value by which results can be narrowed, and how many there are of it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Found:
    """One page of what was found, how much there is, and how it divides.

    Each list of facets counts what the other choices leave.
    """

    entries: Sequence[SearchEntry] = ()
    total: int = 0
    kinds: Sequence[Facet] = ()
    topics: Sequence[Facet] = ()
    years: Sequence[Facet] = ()


@dataclass
class _Sql:
    """A piece of SQL with its values, in the order in which they stand in it."""

    text: str
    values: Sequence[str | int] = ()


_Row = tuple[str, str, str, int, int]


def find(question: Question, choice: Choice, page: int) -> Found:
    """Return one page (from 1) of what answers a question, in an order that is the same everywhere.

    First what has everything in its title, then other posts and pages, then comments; each of them
    from the newest to the oldest. Three queries, four on PostgreSQL.
    """
    if not question.wanted:
        return Found()
    with transaction.atomic():
        rows = _rows(question, choice, page)
        entries = _entries({int(key): place for what, key, place, *_ in rows if what == "entry"})
    kinds, years = Counter[str](), Counter[str]()
    for what, kind, year, is_on_topic, count in rows:
        if what == "part" and is_on_topic:
            kinds[kind] += count if choice.year in {0, int(year)} else 0
            years[year] += count if choice.kind in {"", kind} else 0
    return Found(
        entries=entries,
        total=sum(count for kind, count in kinds.items() if choice.kind in {"", kind}),
        kinds=[Facet(kind, kind, count) for kind, count in kinds.items() if count],
        topics=[Facet(slug, name, count) for what, slug, name, _, count in rows if what == "topic"],
        years=[Facet(year, year, count) for year, count in years.items() if count and year != "0"],
    )


def _entries(places: Mapping[int, str]) -> list[SearchEntry]:
    """Return the entries of a page with their posts, in order."""
    rows = SearchEntry.objects.select_related("post__live_version")
    found = rows.defer("tokens", "post__live_version__body").in_bulk(list(places))
    return sorted(
        found.values(),
        key=lambda entry: (places[entry.pk], -entry.at.timestamp(), -entry.number),
    )


def _rows(question: Question, choice: Choice, page: int) -> list[_Row]:
    statement = _statement(question, choice, _years(), PER_PAGE, (page - 1) * PER_PAGE)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_SETTINGS)
        cursor.execute(statement.text, statement.values)
        rows: list[_Row] = cursor.fetchall()
    return rows


def _years() -> list[tuple[int, datetime]]:
    """Return the years up to this one with the moment each began here, newest first. One query."""
    oldest = SearchEntry.objects.aggregate(at=Min("at"))["at"]
    if oldest is None:
        return []
    first, last = timezone.localtime(oldest).year, timezone.localtime().year
    return [
        (year, datetime(year, 1, 1, tzinfo=timezone.get_current_timezone()))
        for year in range(last, max(first, last - MOST_YEARS) - 1, -1)
    ]


def _statement(
    question: Question, choice: Choice, years: list[tuple[int, datetime]], limit: int, offset: int
) -> _Sql:
    found = _found(question)
    parts = {
        "kind": _Sql("kind = %s", [choice.kind]) if choice.kind else _Sql("1 = 1"),
        "topic": _on_topic(choice.topic) if choice.topic else _Sql("1 = 1"),
        "year": _in_year(choice.year, years) if choice.year else _Sql("1 = 1"),
        "years": _year_of(years),
    }
    text = _FACETS.format(**{name: part.text for name, part in parts.items()})
    used = re.findall(r"{(\w+)}", _FACETS)
    values = [value for name in used for value in parts[name].values]
    return _Sql(f"{found.text} {text}", [*found.values, *values, limit, offset])


def _found(question: Question) -> _Sql:
    """Return the common table of all that matches and belongs to a post that is public now."""
    vendor = connection.vendor
    words, title = matching(question, vendor), matching(question, vendor, beginning=IN_TITLE)
    public, moments = Post.objects.published().order_by().values("pk").query.sql_with_params()
    # SQLite would otherwise read each entry with all its words, of which nothing is needed here.
    narrow = "INDEXED BY search_without_words" if vendor == "sqlite" else ""
    text = f"""
        WITH found AS (
            SELECT e.id, e.kind, e.number, e.post_id, e.at,
                CASE WHEN e.kind = 'comment' THEN 2 WHEN e.id IN ({title.sql}) THEN 0 ELSE 1 END
                AS place
            FROM ({words.sql}) m CROSS JOIN blog_searchentry e {narrow}
            WHERE e.id = m.id AND e.post_id IN ({public})
        )
    """  # noqa: S608 - made of constants and of placeholders
    return _Sql(text, [*title.values, *words.values, *moments])


def _on_topic(slug: str) -> _Sql:
    text = (
        "post_id IN (SELECT p.post_id FROM blog_post_topics p"
        " JOIN blog_topic t ON t.id = p.topic_id WHERE t.slug = %s)"
    )
    return _Sql(text, [slug])


def _in_year(year: int, years: list[tuple[int, datetime]]) -> _Sql:
    begins = {number: _moment(moment) for number, moment in years}
    if year not in begins:
        return _Sql("1 = 0")
    if year + 1 not in begins:
        return _Sql("at >= %s", [begins[year]])
    return _Sql("at >= %s AND at < %s", [begins[year], begins[year + 1]])


def _year_of(years: Sequence[tuple[int, datetime]]) -> _Sql:
    """Return the year of `at`, or 0 before all of these; the newest first, halved at each step."""
    if not years:
        return _Sql("0")
    if len(years) == 1:
        return _Sql(f"CASE WHEN at >= %s THEN {years[0][0]} ELSE 0 END", [_moment(years[0][1])])
    half = len(years) // 2
    newer, older = _year_of(years[:half]), _year_of(years[half:])
    begins = _moment(years[half - 1][1])
    text = f"CASE WHEN at >= %s THEN {newer.text} ELSE {older.text} END"
    return _Sql(text, [begins, *newer.values, *older.values])


def _moment(moment: datetime) -> str:
    """Return a moment as each database writes one, so that it compares with those that are kept."""
    return str(connection.ops.adapt_datetimefield_value(moment))
