"""A connection to PostgreSQL on which a process hears which keys have changed.

PostgreSQL hands notifications on in the order in which their transactions committed, and none before
its transaction can be seen (postgresql.org/docs/current/sql-notify.html). So whoever sends a mark and
has got it back has heard of everything that was committed before she sent it.
"""

from __future__ import annotations

import re
import selectors
import time
import uuid
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import PGnotify

from blog.page_store.saying import COMMENTS, SITE
from blog.page_store.shown import CHANNEL, WATCH

WAITS = 5.0
"""Seconds after which a server that does not answer counts as gone."""

# What DATABASE_URL says of these goes before. The last one is in milliseconds.
_OURS: dict[str, Any] = {
    "application_name": "page keys",
    "connect_timeout": 5,
    "tcp_user_timeout": 5000,
}


_KEY = re.compile(rf"{SITE}|{COMMENTS}|post-[0-9]{{1,19}}")
"""What pages have for keys. Whoever may reach the database may send anything else on the channel."""


class Line:
    """What is heard on a connection of its own: not from Django's pool, and never in a transaction.

    Every method raises `psycopg.Error` or `OSError` when the server cannot be reached, after which the
    line is of no more use.
    """

    def __init__(self) -> None:
        """Connect as Django does, and listen."""
        as_django: dict[str, Any] = connections[DEFAULT_DB_ALIAS].get_connection_params()
        self._connection = psycopg.connect(**(_OURS | as_django), autocommit=True)
        # A channel of our own, so that no other process wakes up for our marks.
        self._own = f"page_marks_{uuid.uuid4().hex}"
        self._keys: set[str] = set()
        self._mark = 0
        # Bytes, which a handler of psycopg's own would refuse where they are no text.
        self._connection.pgconn.notify_handler = self._note
        # What is sent here is nothing that must outlive the server.
        self._connection.execute(
            f"SET synchronous_commit = off; LISTEN {CHANNEL}; LISTEN {self._own}"
        )

    def fileno(self) -> int:
        """Return the descriptor that can be read once something has come."""
        return self._connection.fileno()

    def catch_up(self) -> set[str]:
        """Return the keys not returned yet that were sent before now, and perhaps some sent since.

        Raises LookupError while nobody sends any, as during a migration.
        """
        end, wanted = time.monotonic() + WAITS, self._mark + 1
        self._send(str(wanted))
        self._take()
        while self._mark < wanted:
            self._wait(end - time.monotonic())
            self._connection.pgconn.consume_input()
            self._take()
        keys, self._keys = self._keys, set()
        return keys

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _send(self, mark: str) -> None:
        is_watched = "EXISTS (SELECT FROM pg_trigger WHERE tgname = %s)"
        sent = self._connection.execute(
            f"SELECT pg_notify(%s, %s), {is_watched}", [self._own, mark, WATCH]
        )
        if not (sent.fetchone() or (None, False))[1]:
            raise LookupError("The triggers that announce changes are away: manage.py migrate")

    def _wait(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            if seconds <= 0 or not selector.select(seconds):
                raise TimeoutError("PostgreSQL does not hand notifications on")

    def _take(self) -> None:
        while said := self._connection.pgconn.notifies():
            self._note(said)

    def _note(self, said: PGnotify) -> None:
        payload = said.extra.decode(errors="replace")
        if said.relname.decode(errors="replace") == self._own:
            self._mark = int(payload)
        elif _KEY.fullmatch(payload):
            self._keys.add(payload)
