"""Posts: versions, approvals, publishing, reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BlogConfig(AppConfig):
    """What the chief executive publishes."""

    name = "blog"
    verbose_name = _("Blog")

    def ready(self) -> None:
        """Name guards, roles, checks (which register themselves), the search index, and written mail."""
        from blog import (  # noqa: F401
            checks,
            guards,
            letters,
            note_letters,
            outbox,
            record_checks,
            roles,
        )
        from blog.page_store import shown
        from blog.search import database as search
        from blog.workflow import telling
        from ledger.guards import register

        guards.register_all()
        register(search.FOLLOWING)
        shown.register_all()
        record_checks.register_all()
        outbox.register_digest(telling.WAITING, letters.waiting_letter)
        outbox.register_digest(telling.LIVE, letters.live_letter)
        outbox.register_digest(telling.STOPPED, letters.stopped_letter)
        outbox.register_digest(telling.WITHDRAWN, letters.withdrawn_letter)
        outbox.register_digest(telling.NOTED, note_letters.noted_letter, sent=note_letters.told)
        post_migrate.connect(roles.install, sender=self, dispatch_uid="blog.roles")
        # Of the app that is migrated last, when the tables of all texts are there.
        guarding = apps.get_app_config("ledger")
        post_migrate.connect(_fill_search, sender=guarding, dispatch_uid="blog.search")


def _fill_search(plan: Sequence[object] = (), **kwargs: Any) -> None:
    """Index what was public before there was an index; later, `manage.py reindex` does."""
    from blog import search_index

    if plan and search_index.is_missing() and _is_migrated():
        search_index.reindex()


def _is_migrated() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
