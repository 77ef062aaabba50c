"""What was written and signed, for auditors: to read, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from blog import roles
from blog.admin.lookups import PlainLookups
from blog.admin.pages import user_of
from blog.models import Adoption, Approval, Rendering, Review, Version

_PROVE = _("To prove that no row was changed, run: manage.py verify_ledger.")


class Sealed(PlainLookups):
    """Rows that the database itself keeps as they are; superusers cannot touch them here either."""

    actions = None
    show_full_result_count = False
    search_help_text = _PROVE

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it in the menu to auditors only; everybody else has “Earlier versions”."""
        if not hasattr(request, "_is_auditor"):
            request._is_auditor = roles.has_role(  # type: ignore[attr-defined]
                user_of(request), roles.AUDITOR
            )
        return bool(request._is_auditor)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: only the verbs write."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a sealed row is final."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a sealed row stays."""
        return False


@admin.register(Version)
class VersionAdmin(Sealed):
    """Every text that was saved."""

    list_display = ["post_number", "number", "title", "saved_by_label", "saved_at", "content_hash"]
    list_filter = ["saved_at"]
    search_fields = ["title", "content_hash", "saved_by_label"]
    ordering = ["-pk"]

    @admin.display(description=_("post"), ordering="post")
    def post_number(self, version: Version) -> str:
        """The post as the record names it."""
        return f"blog.post:{version.post_id}"


@admin.register(Rendering)
class RenderingAdmin(Sealed):
    """The HTML of each text."""

    list_display = ["pk", "version", "renderer", "html_hash"]
    list_select_related = ["version"]
    search_fields = ["html_hash", "version__title"]


@admin.register(Review)
class ReviewAdmin(Sealed):
    """Which signatures were asked for."""

    list_display = ["pk", "version", "needs", "opened_by_label", "opened_at"]
    list_select_related = ["version"]
    search_fields = ["version__title", "opened_by_label"]
    ordering = ["-pk"]


@admin.register(Approval)
class ApprovalAdmin(Sealed):
    """Each decision, and the row of the record it belongs to."""

    list_display = ["pk", "review", "signature", "decision", "by_label", "at", "record"]
    list_select_related = ["review__version"]
    list_filter = ["decision"]
    search_fields = ["review__version__title", "by_label", "record"]
    ordering = ["-pk"]


@admin.register(Adoption)
class AdoptionAdmin(Sealed):
    """Each signature over an import, and the row of the record it belongs to."""

    list_display = ["batch", "count", "by_label", "at", "list_hash", "record"]
    list_select_related = ["batch"]
    search_fields = ["batch__file_name", "by_label", "list_hash", "record"]
    ordering = ["-pk"]
