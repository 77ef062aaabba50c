"""What a command needs before anything else: a database with all its tables."""

from __future__ import annotations

from django.apps import apps
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

_SENTENCE = "The database is not ready. Run: manage.py migrate"


def require_tables() -> None:
    """Ask for `migrate` in one line, where a query would end in a traceback.

    Raises:
        CommandError: when the database does not answer or lacks a table of any app.
    """
    needed = {model._meta.db_table for model in apps.get_models() if model._meta.managed}
    try:
        is_ready = needed <= set(connection.introspection.table_names())
    except DatabaseError as error:
        raise CommandError(_SENTENCE) from error
    if not is_ready:
        raise CommandError(_SENTENCE)
