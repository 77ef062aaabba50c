"""What a database holds, as its backup names it: how far it is migrated, and the head of its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ledger.models import GENESIS

_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"
_HEAD = "SELECT sequence, hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of the record; number 0 and `GENESIS` while there is none."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        """As `verify_ledger --head` reads it."""
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What was read: the latest migration of each app, and the head of the record."""

    migrations: dict[str, str]
    head: Head


def read(query: Callable[[str], Iterable[Any]]) -> Contents:
    """Return the contents of a database whose rows `query` gives for a statement.

    Plain SQL, since the database may be older than the models: one backs up before migrating.
    """
    head = next(iter(query(_HEAD)), (0, GENESIS))
    return Contents(dict(query(_MIGRATIONS)), Head(*head))
