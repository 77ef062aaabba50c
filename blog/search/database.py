"""The triggers by which SQLite's full-text table follows the words, and what tells that it is there."""

from __future__ import annotations

from ledger.guards import Guard

_TABLE = "blog_searchwords"
_ADD = "INSERT INTO blog_search(rowid, tokens) VALUES (NEW.entry_id, NEW.tokens);"
# The table holds no text: it is told the old tokens, and takes them out of its lists.
_TAKE_OUT = (
    "INSERT INTO blog_search(blog_search, rowid, tokens)"
    " VALUES ('delete', OLD.entry_id, OLD.tokens);"
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
