"""Whether something makes every page anew, asked of the database of another process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.db import connection

from blog.page_store.saying import SITE
from blog.page_store.shown import CHANNEL


@contextmanager
def made_anew(database_url: str, *, than: Path | None = None) -> Iterator[None]:
    """Fail unless every page is made anew because of what is done meanwhile.

    Args:
        than: the file that a database of SQLite was made from, when it was not there before.
    """
    kind, _, path = database_url.partition(":///")
    if kind == "sqlite":
        before = _number(than, "&immutable=1") if than else _number(Path(path))
        yield
        assert _number(Path(path)) > before
        return
    server = connection.get_connection_params() | {"dbname": database_url.rpartition("/")[2]}
    with psycopg.connect(**server, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        yield
        assert SITE in {said.payload for said in listening.notifies(timeout=5, stop_after=1)}


def _number(path: Path, how: str = "") -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro{how}", uri=True)) as database:
        found = database.execute("SELECT number FROM blog_page_key WHERE key = ?", [SITE])
        number: int = found.fetchone()[0]
        return number
