"""Inserting a row with a statement that is put into SQL once for its table.

Django compiles each insert anew from every column, which costs more than the insert. This is for rows
that are written while somebody waits; everything else saves them as always. No signal is sent.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connections, models, router


def insert(row: models.Model) -> None:
    """Insert one new row, and give it the key that the database chose, if it has none.

    Raises:
        IntegrityError: as `save` does.
    """
    model, has_key = type(row), row.pk is not None
    using = router.db_for_write(model)
    connection = connections[using]
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in _fields(model, has_key)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, using, has_key), values)
        if not has_key:
            (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, using


@lru_cache(maxsize=64)
def _fields(model: type[models.Model], has_key: bool) -> tuple[models.Field[Any, Any], ...]:
    fields = model._meta.concrete_fields
    return tuple(field for field in fields if has_key or not field.primary_key)


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], using: str, has_key: bool) -> str:
    quoted = connections[using].ops.quote_name
    columns = [quoted(str(field.column)) for field in _fields(model, has_key)]
    marks = ", ".join(["%s"] * len(columns))
    table, key = quoted(model._meta.db_table), quoted(_key(model))
    returning = "" if has_key else f" RETURNING {key}"
    # Names of our own tables and columns; the values are marks.
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}){returning}"  # noqa: S608


def _key(model: type[models.Model]) -> str:
    return next(str(field.column) for field in model._meta.concrete_fields if field.primary_key)
