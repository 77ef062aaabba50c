"""Guards: triggers by which the database itself refuses what no role may do.

An app registers its guards in its AppConfig.ready(). Migrations never create triggers, since
SQLite's schema editor drops those of a table it remakes and stops at those of other tables that
name it: before migrations the guards step aside, after them `install` puts all of them back.

The words in a refusal reach people through IntegrityError, so write them for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from ledger import triggers

_LONGEST_NAME = 63
"""PostgreSQL cuts longer names."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One rule, as the triggers that hold it in each database.

    Attributes:
        name: what `missing` calls it.
        table: the table whose rows it guards.
        needs: other tables its triggers read; it is installed once all of them exist.
        sqlite: complete statements `CREATE TRIGGER guard_… END`, without a semicolon after END.
        postgresql: complete statements `CREATE OR REPLACE FUNCTION guard_…` and
            `CREATE TRIGGER guard_… EXECUTE FUNCTION guard_…()`.
        sqlite_after: statements that run on SQLite each time the triggers come back, for triggers
            that keep something up: nothing did so while they were away.
        postgresql_after: the same for PostgreSQL.
        after: the same for both databases.

    Every trigger and function is called `guard_…`, because `drop` goes by that: so a guard that
    the code no longer knows goes as well.
    """

    name: str
    table: str
    needs: tuple[str, ...]
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]
    sqlite_after: tuple[str, ...] = ()
    postgresql_after: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(text.startswith("CREATE TRIGGER guard_") for text in self.sqlite):
            raise ValueError(f"{self.name}: start each SQLite statement CREATE TRIGGER guard_….")
        for name in triggers.created(self.sqlite + self.postgresql):
            if not name.startswith(triggers.PREFIX) or len(name) > _LONGEST_NAME:
                raise ValueError(f"{self.name}: “{name}” is no name for a guard's trigger.")


def refusal(
    name: str,
    table: str,
    *,
    on: Sequence[str],
    message: str,
    when: str | None = None,
    needs: tuple[str, ...] = (),
) -> Guard:
    """Build a guard that refuses changes of rows while a condition is true.

    Args:
        name: short and unique, e.g. `blog_post_sealed`; triggers are called after it.
        table: the table whose rows it guards.
        on: some of INSERT, UPDATE, DELETE.
        message: one plain sentence for people.
        when: an SQL condition over OLD and NEW that both databases understand, subqueries
            included; NULL does not refuse. Without it every such change is refused.
        needs: other tables that `when` reads.
    """
    condition = f"WHEN ({when}) " if when else ""
    return Guard(
        name=name,
        table=table,
        needs=needs,
        sqlite=tuple(
            f"CREATE TRIGGER guard_{name}_{event.lower()} BEFORE {event} ON {table} {condition}"
            f"BEGIN SELECT RAISE(ABORT, {_literal(message)}); END"
            for event in on
        ),
        postgresql=_plpgsql(
            name,
            f"BEFORE {' OR '.join(on)} ON {table} FOR EACH ROW",
            f"IF ({when or 'TRUE'}) THEN {_raise(message)} END IF; RETURN COALESCE(NEW, OLD);",
        ),
    )


def no_truncate(table: str, message: str) -> Guard:
    """Build a guard that refuses TRUNCATE, which no row trigger sees; SQLite has no TRUNCATE."""
    name = f"{table}_no_truncate"
    moment = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
    return Guard(name, table, (), sqlite=(), postgresql=_plpgsql(name, moment, _raise(message)))


def _plpgsql(name: str, moment: str, body: str) -> tuple[str, str]:
    """Return the function and the trigger of a guard; 23514 is a violated check constraint."""
    function = (
        f"CREATE OR REPLACE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $guard$ BEGIN {body} END $guard$"
    )
    return function, f"CREATE TRIGGER guard_{name} {moment} EXECUTE FUNCTION guard_{name}()"


def _raise(message: str) -> str:
    return f"RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = {_literal(message)};"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def not_replaced(table: str, keys: Sequence[Sequence[str]]) -> Guard:
    """Build the guard against SQLite's REPLACE, which removes the row that has the same key.

    It holds on a connection of any program, also one that has not switched recursive_triggers on.
    PostgreSQL has no REPLACE; its ON CONFLICT DO UPDATE is an update like any other.

    Args:
        keys: the columns of each unique key of the table.
    """
    name = f"{table}_not_replaced"
    same = " OR ".join(
        "(" + " AND ".join(f"o.{column} = NEW.{column}" for column in key) + ")" for key in keys
    )
    refused = refusal(
        name,
        table,
        on=["INSERT"],
        message=f"A row of {table} is final and cannot be replaced.",
        when=f"EXISTS (SELECT 1 FROM {table} o WHERE {same})",  # noqa: S608 - constants
    )
    return replace(refused, postgresql=())


def append_only(
    table: str,
    *,
    keys: Sequence[Sequence[str]] = (("id",),),
    but: str | None = None,
    needs: tuple[str, ...] = (),
) -> tuple[Guard, ...]:
    """Build the guards of a table whose rows are neither changed nor removed.

    Args:
        table: the table.
        keys: the columns of each unique key of the table.
        but: an SQL condition over OLD and NEW that permits an UPDATE when it is true, e.g. the
            blanking of words that must go; NULL does not permit.
        needs: other tables that `but` reads.

    Use it as `register(*append_only("ledger_entry", keys=[["sequence"]]))`.
    """
    changed = f"A row of {table} is final and cannot be changed."
    removed = f"A row of {table} is final and cannot be removed."
    unless = f"({but}) IS NOT TRUE" if but else None
    return (
        refusal(
            f"{table}_unchanged",
            table,
            on=["UPDATE"],
            message=changed,
            when=unless,
            needs=needs,
        ),
        refusal(f"{table}_kept", table, on=["DELETE"], message=removed),
        no_truncate(table, removed),
        not_replaced(table, keys),
    )


_registered: dict[str, Guard] = {}


def register(*guards: Guard) -> None:
    """Add guards to those that `install` puts in place; one of a known name replaces it."""
    _registered.update((guard.name, guard) for guard in guards)


def registered() -> tuple[Guard, ...]:
    """Return all guards, in the order of their registration."""
    return tuple(_registered.values())


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put every registered guard whose tables exist in place, all or none; idempotent."""
    store = triggers.store(connections[using])
    installed = store.read()
    found = _installable(installed.tables)
    wanted = [_statements(guard, store) for guard in found]
    if installed.in_force == _expected(wanted, store):
        return
    with transaction.atomic(using=using):
        store.drop()
        for statements in wanted:
            store.create(statements)
        store.run([text for guard in found for text in _afterwards(guard, store)])


def drop(using: str = DEFAULT_DB_ALIAS) -> None:
    """Remove all guards, for a migration or for a test that must damage a row; then `install`."""
    with transaction.atomic(using=using):
        triggers.store(connections[using]).drop()


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of the guards that are not in force as written. Costs one query.

    A trigger that is gone, altered or disabled counts, as does a SQLite connection with
    recursive_triggers off. A guard whose tables do not exist yet does not.
    """
    store = triggers.store(connections[using])
    installed = store.read()
    return [
        guard.name
        for guard in _installable(installed.tables)
        if not store.expected(_statements(guard, store)).items() <= installed.in_force.items()
    ]


def _installable(tables: set[str]) -> list[Guard]:
    return [guard for guard in registered() if tables.issuperset({guard.table, *guard.needs})]


def _statements(guard: Guard, store: triggers.Store) -> tuple[str, ...]:
    return guard.sqlite if isinstance(store, triggers.SQLite) else guard.postgresql


def _afterwards(guard: Guard, store: triggers.Store) -> tuple[str, ...]:
    is_sqlite = isinstance(store, triggers.SQLite)
    return (guard.sqlite_after if is_sqlite else guard.postgresql_after) + guard.after


def _expected(wanted: Iterable[Sequence[str]], store: triggers.Store) -> dict[str, str]:
    return {
        name: text for statements in wanted for name, text in store.expected(statements).items()
    }
