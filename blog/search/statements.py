"""The statements that find, count and sort: one for posts and pages, two for comments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models import Exists, OuterRef

from blog.models import Post, SearchEntry
from blog.search.database import Part, entries, matching
from blog.search.narrowing import ALWAYS, Choice, Sql, Years, in_year, on_topic, year_of
from blog.search.question import Question
from blog.search.tokens import IN_TITLE

# Sorting a hundred thousand entries takes 10 MB. Other processes would take longer to start than to
# help, and compiling the statement longer than to run it.
SETTINGS = """
    SELECT set_config('work_mem', '32MB', true), set_config('jit', 'off', true),
        set_config('max_parallel_workers_per_gather', '0', true)
"""
"""What PostgreSQL is told for the transaction that searches."""

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


def posts(question: Question, choice: Choice, years: Years, limit: int, offset: int) -> Sql:
    """Return the statement for posts and pages: how they divide, and one page of keys in order."""
    found = _found(question)
    parts = {
        "kind": Sql("kind = %s", [choice.kind]) if choice.kind else ALWAYS,
        "topic": on_topic(choice),
        "year": in_year(choice, years),
        "years": year_of(years),
    }
    text = _FACETS.format(**{name: part.text for name, part in parts.items()})
    used = re.findall(r"{(\w+)}", _FACETS)
    values = [value for name in used for value in parts[name].values]
    return Sql(f"{found.text} {text}", [*found.values, *values, limit, offset])


def count_of_comments(question: Question, where: Sequence[Sql]) -> Sql:
    """Return the statement that counts comments; without a condition it reads no entry on SQLite."""
    if where:
        found = _comments(question, where)
        return Sql(f"SELECT COUNT(*) {found.text}", found.values)
    keys = matching(question, connection.vendor, Part.COMMENTS)
    return Sql(f"SELECT COUNT(*) FROM ({keys.sql}) m", keys.values)  # noqa: S608 - constants


def comments(question: Question, where: Sequence[Sql], limit: int, offset: int) -> Sql:
    """Return the statement for one page of keys of comments, the newest first."""
    found = _comments(question, where)
    text = f"SELECT id {found.text} ORDER BY at DESC, number DESC LIMIT %s OFFSET %s"
    return Sql(text, [*found.values, limit, offset])


def conditions(choice: Choice, years: Years) -> list[Sql]:
    """Return what a comment that matches must be as well: of what was chosen, and readable now.

    That every post with comments in the index is public, as it mostly is, one short query knows. So
    not each of a hundred thousand comments is asked for its post.
    """
    where = [on_topic(choice), in_year(choice, years), _public() if _is_any_hidden() else ALWAYS]
    return [part for part in where if part != ALWAYS]


def _found(question: Question) -> Sql:
    """Return the common table of posts and pages that match and are public now."""
    vendor = connection.vendor
    found = entries(question, vendor, Part.POSTS)
    title = matching(question, vendor, Part.POSTS, beginning=IN_TITLE)
    public = _public()
    text = f"""
        WITH found AS (
            SELECT id, kind, number, post_id, at,
                CASE WHEN id IN ({title.sql}) THEN 0 ELSE 1 END AS place
            FROM ({found.sql}) e WHERE {public.text}
        )
    """  # noqa: S608 - made of constants and of placeholders
    return Sql(text, [*title.values, *found.values, *public.values])


def _comments(question: Question, where: Sequence[Sql]) -> Sql:
    """Return the rest of a statement about comments that match and are as all of `where` says."""
    found = entries(question, connection.vendor, Part.COMMENTS)
    text = " AND ".join(part.text for part in where) or ALWAYS.text
    values = [value for part in where for value in part.values]
    return Sql(f"FROM ({found.sql}) e WHERE {text}", [*found.values, *values])


def _public() -> Sql:
    """Return whether the post of an entry is public at this moment."""
    keys, moments = Post.objects.published().order_by().values("pk").query.sql_with_params()
    return Sql(f"post_id IN ({keys})", moments)


def _is_any_hidden() -> bool:
    """Whether a comment is indexed whose post is not public at this moment. One query."""
    said = SearchEntry.objects.filter(post=OuterRef("pk"), kind=SearchEntry.Kind.COMMENT)
    return Post.objects.exclude(pk__in=Post.objects.published()).filter(Exists(said)).exists()
