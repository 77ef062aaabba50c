"""The record: append-only, hash-chained rows. The ground floor, which knows no other app."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The record of the newsroom."""

    name = "ledger"
    verbose_name = "Record"
