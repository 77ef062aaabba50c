"""How each database is asked for words, and how SQLite's full-text table follows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from blog.search.question import Question, Term
from blog.search.tokens import IN_TEXT
from ledger.guards import Guard

_TABLE = "blog_searchentry"
_ADD = "INSERT INTO blog_search(rowid, tokens, kind) VALUES (NEW.id, NEW.tokens, NEW.kind);"
# The table holds no text: it is told the old tokens, and takes them out of its lists.
_TAKE_OUT = (
    "INSERT INTO blog_search(blog_search, rowid, tokens, kind)"
    " VALUES ('delete', OLD.id, OLD.tokens, OLD.kind);"
)

FOLLOWING = Guard(
    name="blog_search_follows",
    table=_TABLE,
    needs=("blog_search",),
    sqlite=tuple(
        f"CREATE TRIGGER guard_blog_search_{event.lower()} AFTER {event} ON {_TABLE} BEGIN {does} END"
        for event, does in (
            ("INSERT", _ADD),
            ("DELETE", _TAKE_OUT),
            ("UPDATE", f"{_TAKE_OUT} {_ADD}"),
        )
    ),
    # PostgreSQL keeps its index itself.
    postgresql=(),
    sqlite_after=("INSERT INTO blog_search(blog_search) VALUES ('rebuild')",),
)
"""A guard like the others, so that migrations, flushes, checks and `/readyz` treat it like one."""


class Part(StrEnum):
    """What is asked. Each has an index of its own: beside each post stand ten comments."""

    POSTS = "posts and pages"
    COMMENTS = "comments"


@dataclass(frozen=True)
class Matching:
    """A query for entries with its values."""

    sql: str
    values: tuple[str, ...]


def matching(question: Question, vendor: str, part: Part, *, beginning: str = IN_TEXT) -> Matching:
    """Return the query for keys, in column `id`, of what holds all that is wanted and nothing that is not.

    Tokens are letters and digits only, so nothing in them means anything to either database.

    Args:
        vendor: `sqlite` or `postgresql`.
        beginning: `IN_TITLE` to look at titles alone.
    """
    wanted, unwanted = (
        [
            Term(tuple(f"{beginning}{token}" for token in term.tokens), term.is_beginning)
            for term in terms
        ]
        for terms in (question.wanted, question.unwanted)
    )
    if vendor == "sqlite":
        return _ask_sqlite(part, wanted, unwanted)
    return _ask_postgresql(part, wanted, unwanted)


def entries(question: Question, vendor: str, part: Part) -> Matching:
    """Return the query for all that matches, as `id`, `kind`, `number`, `post_id`, `at`."""
    keys = matching(question, vendor, part)
    if vendor == "postgresql":
        columns = "SELECT id, kind, number, post_id, at "
        return Matching(columns + keys.sql.removeprefix("SELECT id "), keys.values)
    # SQLite would otherwise read each entry with all its words, of which nothing is needed here.
    return Matching(
        f"SELECT e.id, e.kind, e.number, e.post_id, e.at FROM ({keys.sql}) m"  # noqa: S608
        " CROSS JOIN blog_searchentry e INDEXED BY search_without_words WHERE e.id = m.id",
        keys.values,
    )


_PARTS_OF_SQLITE = {Part.POSTS: "(post OR page)", Part.COMMENTS: "comment"}
# As the indexes say it, or they would not be used.
_PARTS_OF_POSTGRESQL = {Part.POSTS: "kind <> 'comment'", Part.COMMENTS: "kind = 'comment'"}


def _ask_sqlite(part: Part, wanted: Sequence[Term], unwanted: Sequence[Term]) -> Matching:
    """Ask the full-text table, which knows where each token stands."""

    def said(term: Term) -> str:
        return f'"{" ".join(term.tokens)}"{" *" if term.is_beginning else ""}'

    asked = f"({' AND '.join(map(said, wanted))})"
    if unwanted:
        asked += f" NOT ({' OR '.join(map(said, unwanted))})"
    asked = f"tokens : ({asked}) AND kind : {_PARTS_OF_SQLITE[part]}"
    return Matching("SELECT rowid AS id FROM blog_search WHERE blog_search MATCH %s", (asked,))


def _ask_postgresql(part: Part, wanted: Sequence[Term], unwanted: Sequence[Term]) -> Matching:
    """Ask the index for words and pairs of words, and the tokens themselves for more in a row.

    An index of places would not do: it forgets those after the 16,383rd word, and all but 256 of
    each word (PostgreSQL 18, 12.4 and 8.11).
    """
    long = {term: _row(term) for term in (*wanted, *unwanted) if len(term.tokens) > 2}
    asked = [lexeme for term in wanted for lexeme in _lexemes(term)]
    asked += [f"!{_lexemes(term)[0]}" for term in unwanted if term not in long]
    sql = [
        f"SELECT id FROM blog_searchentry WHERE {_PARTS_OF_POSTGRESQL[part]}",  # noqa: S608
        "blog_search_vector(tokens) @@ %s::tsquery",
        *("strpos(tokens, %s) > 0" for term in wanted if term in long),
        *("strpos(tokens, %s) = 0" for term in unwanted if term in long),
    ]
    rows = [long[term] for term in (*wanted, *unwanted) if term in long]
    return Matching(" AND ".join(sql), (" & ".join(asked), *rows))


def _lexemes(term: Term) -> list[str]:
    """Return what the index knows of a term: its one word, or each pair of its words."""
    tokens = term.tokens
    found = [f"_{one}_{following}" for one, following in pairwise(tokens)] or list(tokens)
    quoted = [f"'{lexeme}'" for lexeme in found]
    return [*quoted[:-1], quoted[-1] + (":*" if term.is_beginning else "")]


def _row(term: Term) -> str:
    return f" {' '.join(term.tokens)}{'' if term.is_beginning else ' '}"
