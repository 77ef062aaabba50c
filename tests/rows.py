"""Every row of the database, to compare before and after."""

from __future__ import annotations

import hashlib
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from blog.page_store import shown

# The parts of a count are joined by every change; `tests/comments/test_tally.py` looks at their sum.
_LEFT_OUT = {"ledger.entry", "sessions.session", "admin.logentry", "comments.tally"}
# An entry of search is made anew from what it finds, by whose kind and number it is known.
_MADE_ANEW = {"blog.searchentry": "id"}


def rows_but_the_record() -> dict[str, list[dict[str, Any]]]:
    """Return all columns of all rows by model, in the order of their keys."""
    return {
        model._meta.label_lower: _rows(model)
        for model in apps.get_models()
        if model._meta.label_lower not in _LEFT_OUT
    }


def _rows(model: type[Model]) -> list[dict[str, Any]]:
    rows = list(model._base_manager.order_by("pk").values())
    without = _MADE_ANEW.get(model._meta.label_lower)
    return [{name: row[name] for name in row if name != without} for row in rows]


def hashes_of_rows() -> dict[str, list[str]]:
    """Return one hash for each row of each table there is, by the name of the table.

    Columns are taken by name: a migration that remakes a table of SQLite may order them anew.
    The numbers of what pages show are left out: they say what was done to a database, not what it holds.
    """
    tables = set(connection.introspection.table_names()) - {shown.TABLE}
    return {table: _hashes(table) for table in sorted(tables)}


def _hashes(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    return sorted(_hash(sorted(zip(names, row, strict=True))) for row in rows)


def _hash(row: list[tuple[str, Any]]) -> str:
    return hashlib.sha256(repr(row).encode()).hexdigest()
