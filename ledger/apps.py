"""The record: append-only, hash-chained rows. The ground floor, which knows no other app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """The record of the newsroom, and the guards of the whole database."""

    name = "ledger"
    verbose_name = _("Record")

    def ready(self) -> None:
        """Guard the record, and have all guards step aside while tables are remade."""
        from ledger import checks, guards  # noqa: F401 - the checks register themselves

        guards.register(*guards.append_only("ledger_entry", keys=[["sequence"], ["key"], ["hash"]]))
        pre_migrate.connect(_drop_guards, sender=self)
        post_migrate.connect(_install_guards, sender=self)


def _drop_guards(using: str, plan: list[Any], **kwargs: Any) -> None:
    """Leave the guards alone when there is nothing to migrate."""
    from ledger import guards

    if plan:
        guards.drop(using)


def _install_guards(using: str, **kwargs: Any) -> None:
    """Run after every migrate and flush."""
    from ledger import guards

    guards.install(using)
