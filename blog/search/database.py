"""How each database is asked for words, and how SQLite's full-text table follows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blog.search.question import Question, Term
from blog.search.tokens import IN_TEXT
from ledger.guards import Guard

_TABLE = "blog_searchentry"
_ADD = "INSERT INTO blog_search(rowid, tokens) VALUES (NEW.id, NEW.tokens);"
# The table holds no text: it is told the old tokens, and takes them out of its lists.
_TAKE_OUT = (
    "INSERT INTO blog_search(blog_search, rowid, tokens) VALUES ('delete', OLD.id, OLD.tokens);"
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


@dataclass(frozen=True)
class Matching:
    """A query for the keys of entries, in column `id`, with its values."""

    sql: str
    values: tuple[str, ...]


def matching(question: Question, vendor: str, *, beginning: str = IN_TEXT) -> Matching:
    """Return the query for entries that hold all that is wanted and nothing that is not.

    Tokens are letters and digits only, so nothing in them means anything to either database.

    Args:
        vendor: `sqlite` or `postgresql`.
        beginning: `IN_TITLE` to look at titles alone.
    """
    ask = _ask_sqlite if vendor == "sqlite" else _ask_postgresql
    wanted, unwanted = (
        [
            Term(tuple(f"{beginning}{token}" for token in term.tokens), term.is_beginning)
            for term in terms
        ]
        for terms in (question.wanted, question.unwanted)
    )
    return ask(wanted, unwanted)


def _ask_sqlite(wanted: Sequence[Term], unwanted: Sequence[Term]) -> Matching:
    """Ask the full-text table, which knows where each token stands."""

    def said(term: Term) -> str:
        return f'"{" ".join(term.tokens)}"{" *" if term.is_beginning else ""}'

    asked = f"({' AND '.join(map(said, wanted))})"
    if unwanted:
        asked += f" NOT ({' OR '.join(map(said, unwanted))})"
    return Matching("SELECT rowid AS id FROM blog_search WHERE blog_search MATCH %s", (asked,))


def _ask_postgresql(wanted: Sequence[Term], unwanted: Sequence[Term]) -> Matching:
    """Ask the index for single tokens, and the tokens themselves for several in a row.

    An index of places would not do: it forgets those after the 16,383rd word, and all but 256 of
    each word (PostgreSQL 18, 12.4 and 8.11).
    """
    asked = [
        _word(token, term, token is term.tokens[-1]) for term in wanted for token in term.tokens
    ]
    asked += [f"!{_word(term.tokens[0], term, True)}" for term in unwanted if len(term.tokens) == 1]
    sql = [
        "SELECT id FROM blog_searchentry WHERE blog_search_vector(tokens) @@ %s::tsquery",
        *("strpos(tokens, %s) > 0" for term in wanted if len(term.tokens) > 1),
        *("strpos(tokens, %s) = 0" for term in unwanted if len(term.tokens) > 1),
    ]
    rows = [_row(term) for term in (*wanted, *unwanted) if len(term.tokens) > 1]
    return Matching(" AND ".join(sql), (" & ".join(asked), *rows))


def _word(token: str, term: Term, is_last: bool) -> str:
    return f"'{token}'{':*' if term.is_beginning and is_last else ''}"


def _row(term: Term) -> str:
    return f" {' '.join(term.tokens)}{'' if term.is_beginning else ' '}"
