"""A PostgreSQL database as a file of a backup, by the programs that come with PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from config.backups import contents
from config.backups.contents import Contents
from config.backups.errors import BackupError
from transfer.progress import Silent

_UNOWNED = ("--no-owner", "--no-privileges")
"""Roles are the server's, and on another machine they have other names."""


@dataclass(frozen=True)
class PostgreSQL:
    """The database that DATABASE_URL names."""

    kind = "postgresql"

    def is_empty(self) -> bool:
        """Whether it has no tables."""
        return not connection.introspection.table_names()

    def dump(self, file: Path, progress: Silent) -> Contents:
        """Write one moment of the database into a new file while others write to the database."""
        program = _program("pg_dump")
        with transaction.atomic():
            _query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # This connection waits, perhaps for hours, while the program works.
            _query("SET LOCAL idle_in_transaction_session_timeout = 0")
            ((snapshot,),) = _query("SELECT pg_export_snapshot()")
            # What is read here and what the program reads is the same moment.
            found = contents.read(_query)
            moment = f"--snapshot={snapshot}"
            _run(program, "--format=custom", moment, *_UNOWNED, f"--file={file}", *_database())
        file.chmod(0o600)
        return found

    def check(self, file: Path) -> None:
        """Read the directory of a dump, and change nothing.

        Raises:
            BackupError: it is damaged, or newer than the program that reads it.
        """
        _run(_program("pg_restore"), "--list", str(file))

    def load(self, file: Path, progress: Silent) -> None:
        """Bring a dump into the empty database, all of it or nothing."""
        whole = ("--single-transaction", "--exit-on-error")
        _run(_program("pg_restore"), *whole, *_UNOWNED, *_database(), str(file))


def _query(statement: str) -> Iterable[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _program(name: str) -> str:
    """Return where a program lies that can speak to the server.

    Raises:
        BackupError: there is none, or it is older than the server.
    """
    connection.ensure_connection()
    server = connection.connection.info.server_version // 10_000
    wanted = (
        f"Install PostgreSQL's client programs of version {server},"
        " or name the folder they are in with POSTGRES_BIN."
    )
    path = shutil.which(name, path=settings.POSTGRES_BIN or None)
    if path is None:
        raise BackupError(f"{name} is not installed. {wanted}")
    said = re.search(r"\(PostgreSQL\) (\d+)", _run(path, "--version"))
    version = int(said[1]) if said else 0
    if version < server:
        raise BackupError(f"{name} is of version {version}, the server of {server}. {wanted}")
    return path


def _database() -> tuple[str, ...]:
    """Return the option that names the database; the password is no part of it."""
    connection.ensure_connection()
    return ("--dbname", connection.connection.info.dsn)


def _run(program: str, *arguments: str) -> str:
    """Run a program and return what it printed.

    Raises:
        BackupError: it failed; the sentence is the first line it said.
    """
    # In the environment, since everybody on the machine can read arguments.
    password = connection.connection.info.password if connection.connection else ""
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own
        [program, *arguments],
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it gave no reason"]
        raise BackupError(f"{Path(program).name} failed: {_reason(said[0])}.")
    return done.stdout


def _reason(line: str) -> str:
    return re.sub(r"^\w+: (error: )?", "", line).rstrip(".")
