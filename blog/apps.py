"""Posts: versions, approvals, publishing, reading."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BlogConfig(AppConfig):
    """What the chief executive publishes."""

    name = "blog"
    verbose_name = "Posts"

    def ready(self) -> None:
        """Name the guards, the roles and the checks of the record."""
        from blog import guards, record_checks, roles
        from blog.search import database as search
        from ledger.guards import register

        guards.register_all()
        register(search.FOLLOWING)
        record_checks.register_all()
        post_migrate.connect(roles.install, sender=self, dispatch_uid="blog.roles")
