"""How each database keeps the triggers of guards: reading, creating and dropping them.

Both stores know a guard's triggers and functions by their names, which begin with `guard_`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "guard_"

_CREATED = re.compile(r"\bCREATE (?:CONSTRAINT )?TRIGGER (\w+)")


def created(statements: Sequence[str]) -> list[str]:
    """Return the names of the triggers that `statements` create."""
    return [name for text in statements for name in _CREATED.findall(text)]


@dataclass
class Installed:
    """What a database holds: its tables, and by name the text of each guard's trigger in force."""

    tables: set[str] = field(default_factory=set)
    in_force: dict[str, str] = field(default_factory=dict)


class Store(Protocol):
    """The triggers of one database."""

    def read(self) -> Installed:
        """Return what is installed now; one query."""

    def expected(self, statements: Sequence[str]) -> dict[str, str]:
        """Return what `read().in_force` says of the triggers that `statements` create."""

    def create(self, statements: Sequence[str]) -> None:
        """Create the triggers of one guard."""

    def run(self, statements: Sequence[str]) -> None:
        """Run any statements, in order."""

    def drop(self) -> None:
        """Drop every trigger and function of guards."""


def store(connection: BaseDatabaseWrapper) -> Store:
    """Return the store of triggers behind a connection."""
    return SQLite(connection) if connection.vendor == "sqlite" else PostgreSQL(connection)


@dataclass(frozen=True)
class SQLite:
    """SQLite keeps the text of each trigger as it was typed, from the word CREATE on."""

    connection: BaseDatabaseWrapper

    def read(self) -> Installed:
        """Return what is installed; nothing is in force while REPLACE INTO fires no triggers."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'trigger') "
                "UNION ALL SELECT 'setting', 'recursive_triggers', recursive_triggers "
                "FROM pragma_recursive_triggers"
            )
            rows = cursor.fetchall()
        is_safe = ("setting", "recursive_triggers", 1) in rows
        return Installed(
            tables={name for kind, name, _ in rows if kind == "table"},
            in_force={
                name: text
                for kind, name, text in rows
                if is_safe and kind == "trigger" and name.startswith(PREFIX)
            },
        )

    def expected(self, statements: Sequence[str]) -> dict[str, str]:
        """Return the statements themselves."""
        return dict(zip(created(statements), statements, strict=True))

    def create(self, statements: Sequence[str]) -> None:
        """Run the statements."""
        self.run(statements)

    def run(self, statements: Sequence[str]) -> None:
        """Run any statements, in order."""
        with self.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def drop(self) -> None:
        """Drop by name; a name is unique in the whole database."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in [name for (name,) in cursor.fetchall() if name.startswith(PREFIX)]:
                cursor.execute(f'DROP TRIGGER "{name}"')


# The text of a trigger and of its function, as PostgreSQL itself prints them.
_PRINT = (
    "encode(sha256(convert_to(pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid), 'UTF8')),"
    " 'hex')"
)
_TRIGGERS = (
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND starts_with(t.tgname::text, 'guard_') "
    "AND c.relnamespace = current_schema()::regnamespace"
)
_READ = f"""
    SELECT 'table', c.relname::text, '', '' FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT 'trigger', t.tgname::text, {_PRINT}, COALESCE(obj_description(t.oid, 'pg_trigger'), '')
    {_TRIGGERS} AND t.tgenabled = 'A'
"""  # noqa: S608 - made of constants only
# The lock lets two machines that migrate at once take turns.
_DROP = f"""
    DO $drop$ DECLARE found record; BEGIN
    PERFORM pg_advisory_xact_lock(x'677561726473'::bigint);
    FOR found IN SELECT t.tgname, t.tgrelid::regclass AS place {_TRIGGERS} LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.place);
    END LOOP;
    FOR found IN SELECT p.oid::regprocedure AS signature FROM pg_proc p
        WHERE starts_with(p.proname::text, 'guard_') AND p.prorettype = 'trigger'::regtype
        AND p.pronamespace = current_schema()::regnamespace LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', found.signature);
    END LOOP;
    END $drop$
"""  # noqa: S608 - made of constants only


@dataclass(frozen=True)
class PostgreSQL:
    """PostgreSQL prints a trigger in its own words, so a comment on it keeps two digests.

    One is of our statements, the other of what PostgreSQL printed right after they ran. The
    triggers are ENABLE ALWAYS: `session_replication_role` does not switch them off.
    """

    connection: BaseDatabaseWrapper

    def read(self) -> Installed:
        """Return what is installed, without triggers that are disabled or print differently."""
        with self.connection.cursor() as cursor:
            cursor.execute(_READ)
            rows = cursor.fetchall()
        found = Installed(tables={name for kind, name, _, _ in rows if kind == "table"})
        for kind, name, printed, comment in rows:
            source, _, printed_then = comment.partition(" ")
            if kind == "trigger" and printed == printed_then:
                found.in_force[name] = source
        return found

    def expected(self, statements: Sequence[str]) -> dict[str, str]:
        """Return the digest of all statements of the guard for each of its triggers."""
        source = hashlib.sha256("\n".join(statements).encode()).hexdigest()
        return dict.fromkeys(created(statements), source)

    def create(self, statements: Sequence[str]) -> None:
        """Run the statements, then switch the triggers on for good and comment on them.

        The functions look for tables in this schema first: a temporary table of the same name would
        otherwise be read in place of the real one.
        """
        with self.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SELECT quote_ident(current_schema())")
            (schema,) = cursor.fetchone()
            for name, source in self.expected(statements).items():
                cursor.execute(f"ALTER FUNCTION {name}() SET search_path = {schema}, pg_temp")
                cursor.execute(
                    f"SELECT t.tgrelid::regclass::text, {_PRINT} {_TRIGGERS} AND t.tgname = %s",
                    [name],
                )
                table, printed = cursor.fetchone()
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
                cursor.execute(f"COMMENT ON TRIGGER {name} ON {table} IS '{source} {printed}'")

    def run(self, statements: Sequence[str]) -> None:
        """Run any statements, in order."""
        with self.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def drop(self) -> None:
        """Drop triggers and functions by name."""
        with self.connection.cursor() as cursor:
            cursor.execute(_DROP)
