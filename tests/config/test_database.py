"""The site and its database server: what readers see when that was restarted."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import close_old_connections, connection
from django.test import Client

TOGETHER = 4


def end_other_connections() -> None:
    """End every connection to the database but this one, as a restart does; SQLite has no server."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.mark.django_db(transaction=True)
def test_readers_are_served_when_the_database_server_was_restarted(
    founder: User, run_together: Any
) -> None:
    all_are_reading = threading.Barrier(TOGETHER)

    def read(number: int) -> int:
        status = Client(raise_request_exception=False).get("/").status_code
        # Before this, so that each keeps a connection of its own and the pool holds as many.
        all_are_reading.wait(30)
        return status

    assert run_together(TOGETHER, read, reraise=True) == [200] * TOGETHER
    end_other_connections()
    assert run_together(TOGETHER, read, reraise=True) == [200] * TOGETHER


@pytest.mark.django_db(transaction=True)
def test_file_is_opened_once_for_the_requests_of_a_thread(founder: User, run_together: Any) -> None:
    def is_kept(_: int) -> bool:
        Client().get("/")
        opened = connection.connection
        # What Django does before and after each request.
        close_old_connections()
        return connection.connection is opened

    # A connection to PostgreSQL goes back to the pool.
    assert run_together(1, is_kept, reraise=True) == [connection.vendor == "sqlite"]
