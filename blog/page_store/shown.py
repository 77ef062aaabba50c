"""Which tables public pages show: a change of a row gives its keys a new number, in its transaction.

The database does it, by triggers that are guards like the others, so that no verb, command or
migration can forget it. SQLite counts in a table of its own; PostgreSQL sends the keys to whoever
listens, when the transaction commits (`mirror`), so that no two transactions wait for one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from blog.page_store.saying import COMMENTS, SITE
from ledger.guards import Guard, register

TABLE = "blog_page_key"

CREATE_TABLE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (key TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID
"""
CREATE_INDEX = f"CREATE INDEX IF NOT EXISTS {TABLE}_number ON {TABLE} (number)"

CHANNEL = "page_keys"
"""The channel of PostgreSQL on which keys are sent."""

WATCH = "guard_blog_post_shown_update"
"""One of the triggers. All of them go while tables are remade, and when this one is away, none counts."""

_EVENTS = ("INSERT", "UPDATE", "DELETE")

# Numbers only grow, so a reader asks for those above the last she saw; and they are milliseconds since
# the epoch where that is more, so that they grow past what was kept even when an older copy of the
# database takes the place of this one.
_BUMP = """INSERT INTO blog_page_key (key, number) VALUES ({key}, (SELECT MAX(
COALESCE(MAX(number), 0) + 1, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
FROM blog_page_key)) ON CONFLICT (key) DO UPDATE SET number = excluded.number;"""


def bump(key: str) -> str:
    """Return the SQL, for SQLite, that gives a key a new number; `key` is an SQL expression."""
    return _BUMP.format(key=key)


_COUNT_SITE, _SEND_SITE = bump(f"'{SITE}'"), f"SELECT pg_notify('{CHANNEL}', '{SITE}')"


def bump_all(connection: BaseDatabaseWrapper) -> None:
    """Make every page anew, whatever has changed: after a restored backup, and at a start."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SITE if connection.vendor == "sqlite" else _SEND_SITE)


def shown_everywhere(
    table: str, *, on: Sequence[str] = _EVENTS, columns: Sequence[str] = ()
) -> tuple[Guard, ...]:
    """Build the guards of a table that any page may show.

    Args:
        on: some of INSERT, UPDATE, DELETE.
        columns: those whose update counts; all unless given.
    """
    of = f" OF {', '.join(columns)}" if columns else ""
    moments = [_Moment(table, event, f"{event}{of}", (f"'{SITE}'",)) for event in on]
    return _guards(table, moments)


def comments_shown(table: str, *, added: str, altered: str) -> tuple[Guard, ...]:
    """Build the guards of a table of comments, whose column `post_id` names the post.

    Args:
        added: an SQL condition over NEW, true for a new row that a page shows.
        altered: one over OLD and NEW, true for a change that a page shows.
    """
    shared, own = f"'{COMMENTS}'", "'post-' || {}.post_id"
    new, old = own.format("NEW"), own.format("OLD")
    moments = [
        _Moment(table, "INSERT", "INSERT", (shared, new), added),
        _Moment(table, "UPDATE", "UPDATE", (shared, old, new), altered),
        _Moment(table, "DELETE", "DELETE", (shared, old)),
    ]
    return _guards(table, moments)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A change of rows, and the keys, as SQL expressions, that it changes."""

    table: str
    event: str
    happens: str
    keys: tuple[str, ...]
    when: str = ""

    @property
    def name(self) -> str:
        """What its trigger is called."""
        return f"guard_{self.table}_shown_{self.event.lower()}"

    @property
    def begins(self) -> str:
        """How its trigger begins, in either database."""
        return f"CREATE TRIGGER {self.name} AFTER {self.happens} ON {self.table}"

    @property
    def counted(self) -> str:
        """The trigger of SQLite, which counts."""
        condition = f" WHEN {self.when}" if self.when else ""
        return f"{self.begins}{condition} BEGIN {' '.join(map(bump, self.keys))} END"

    @property
    def sent(self) -> tuple[str, str]:
        """The function and the trigger of PostgreSQL, which sends a key once for a transaction."""
        sends = " ".join(f"PERFORM pg_notify('{CHANNEL}', {key});" for key in self.keys)
        # Not by WHEN, whose columns must be there when the trigger is made: a migration may step back.
        does = f"IF {self.when} THEN {sends} END IF;" if self.when else sends
        # Not for each statement: those of the worker mostly change nothing.
        return _sending(self.name, does, f"{self.begins} FOR EACH ROW")


def _sending(name: str, does: str, begins: str) -> tuple[str, str]:
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $guard$ BEGIN {does} RETURN NULL; END $guard$"
    )
    return function, f"{begins} EXECUTE FUNCTION {name}()"


def _emptied(table: str) -> tuple[str, str]:
    """Return the function and the trigger for TRUNCATE, which those of rows do not see."""
    name = f"guard_{table}_shown_truncate"
    moment = f"CREATE TRIGGER {name} AFTER TRUNCATE ON {table} FOR EACH STATEMENT"
    return _sending(name, f"PERFORM pg_notify('{CHANNEL}', '{SITE}');", moment)


def _guards(table: str, moments: Sequence[_Moment]) -> tuple[Guard, ...]:
    counted = Guard(
        f"{table}_counted",
        table,
        (TABLE,),
        sqlite=tuple(moment.counted for moment in moments),
        postgresql=(),
        # Nothing was counted while the triggers were away.
        sqlite_after=(_COUNT_SITE,),
    )
    sent = Guard(
        f"{table}_sent",
        table,
        (),
        sqlite=(),
        postgresql=(*(text for moment in moments for text in moment.sent), *_emptied(table)),
        postgresql_after=(_SEND_SITE,),
    )
    return counted, sent


def register_all() -> None:
    """Register the tables of this app, and that of accounts, whose names stand beside bylines."""
    for table in _ANY_CHANGE:
        register(*shown_everywhere(table))
    for table in _ONCE_SHOWN:
        register(*shown_everywhere(table, on=("UPDATE", "DELETE")))
    names = ("username", "first_name", "last_name")
    register(*shown_everywhere("auth_user", on=("UPDATE",), columns=names))


_ANY_CHANGE = (
    "blog_site",
    "blog_post",
    "blog_post_topics",
    "blog_topic",
    "blog_series",
    "blog_author",
    "blog_publicchange",
    "blog_quietperiod",
    "blog_imageuse",
    "blog_nearpost",
)
# A new row of these is shown by nothing until its post says so.
_ONCE_SHOWN = ("blog_version", "blog_rendering", "blog_image")
