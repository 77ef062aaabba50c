"""The record in the newsroom: to read, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ledger.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    """A list to search and filter; superusers cannot add, change or delete here either."""

    list_display = ["sequence", "at", "actor_label", "verb", "subject", "channel"]
    list_filter = ["at", "channel", "verb"]
    search_fields = ["subject"]
    search_help_text = _("Search by what it was about, e.g. blog.post:12.")
    ordering = ["-sequence"]
    actions = None
    show_full_result_count = False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The record, under its name."""
        return super().changelist_view(request, {"title": _("Record"), **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: only `record` writes."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Refuse: an entry is final."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Refuse: the record only grows."""
        return False
