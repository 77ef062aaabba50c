"""PostgreSQL's own programs: found, new enough, and told no secret that others can read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.config.backups.conftest import Kept, Place, back_up, names, refused

pytestmark = pytest.mark.django_db(transaction=True)


def script(folder: Path, name: str, says: str, *lines: str) -> None:
    """Write a program that prints a line, if one is given, and goes on."""
    said = [f"echo '{says}'"] if says else []
    (folder / name).write_text("\n".join(["#!/bin/sh", *said, *lines, ""]))
    (folder / name).chmod(0o755)


def test_postgresql_needs_programs_as_new_as_the_server(
    ceo: User, backups: Path, database: str, settings: Any, tmp_path: Path
) -> None:
    settings.POSTGRES_BIN = str(tmp_path)
    if database == "sqlite":
        back_up(backups)
        return
    refused("pg_dump is not installed. Install PostgreSQL's client programs of version 18", backups)
    script(tmp_path, "pg_dump", "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)")
    refused("pg_dump is of version 15, the server of 18. Install", backups)
    script(tmp_path, "pg_dump", "something else")
    refused("pg_dump is of version 0, the server of 18.", backups)
    says = "pg_dump (PostgreSQL) 18.1"
    fails = "pg_dump: error: query failed: ERROR:  permission denied for table blog_post"
    script(tmp_path, "pg_dump", says, f'[ "$1" = --version ] || {{ echo "{fails}" >&2; exit 1; }}')
    refused("pg_dump failed: query failed: ERROR:  permission denied for table blog_post.", backups)
    assert names(backups) == []


def test_the_password_of_the_database_is_no_argument(
    kept: Kept, place: Place, backups: Path, database: str, settings: Any, tmp_path: Path
) -> None:
    """Everybody on the machine can read the arguments of a program."""
    programs, said = Path(settings.POSTGRES_BIN), tmp_path / "said"
    for name in ("pg_dump", "pg_restore"):
        tell = f'echo "$PGPASSWORD" "$@" >> {said}'
        script(tmp_path, name, "", tell, f'exec {programs / name} "$@"')
    with_password = replace(
        place,
        database_url=place.database_url.replace("//postgres@", "//postgres:pass%20word@"),
        programs=str(tmp_path),
    )
    for arguments in (("restore", kept.folder), ("backup", backups)):
        done = with_password.manage(*arguments)
        assert done.returncode == 0, done.stderr
    if database == "sqlite":
        assert not said.exists()
        return
    lines = said.read_text().splitlines()
    assert sum("dbname=" in line for line in lines) == 2
    assert all(line.startswith("pass word ") and line.count("pass word") == 1 for line in lines)
