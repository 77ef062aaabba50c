"""The database of this site, as backups see it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from django.db import connection

from config.backups.contents import Contents
from config.backups.postgresql import PostgreSQL
from config.backups.sqlite import SQLite
from transfer.progress import Silent


class Database(Protocol):
    """What each kind of database can do; all of it raises BackupError."""

    @property
    def kind(self) -> str:
        """How manifests call it."""

    def is_empty(self) -> bool:
        """Whether it has no tables."""

    def dump(self, file: Path, progress: Silent) -> Contents:
        """Write one moment of the database into a new file, and say what that file holds."""

    def check(self, file: Path) -> None:
        """Prove that a dump can be read."""

    def load(self, file: Path, progress: Silent) -> None:
        """Bring a dump into the empty database, all of it or nothing."""


def current() -> Database:
    """Return the database that DATABASE_URL names."""
    if connection.vendor == "sqlite":
        return SQLite(Path(connection.settings_dict["NAME"]))
    return PostgreSQL()
