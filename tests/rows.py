"""Every row of the database but the record, to compare before and after."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model

_LEFT_OUT = {"ledger.entry", "sessions.session", "admin.logentry"}
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
