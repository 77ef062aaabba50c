"""What the pages about readers share: who may open them, and their frame."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from audience.rights import may_see
from blog.admin.pages import user_of


class PagesOnly(admin.ModelAdmin):
    """Pages of our own in place of Django's list and form; nothing is added, changed or deleted."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Everybody with a role."""
        return may_see(user_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from what readers do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody counts by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Time does that."""
        return False

    def page(
        self, request: HttpRequest, template: str, *, title: str, **context: Any
    ) -> HttpResponse:
        """Render a page, never kept by any cache.

        Raises:
            PermissionDenied: the account has no role.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        known = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        response = TemplateResponse(request, f"admin/audience/{template}", known | context)
        add_never_cache_headers(response)
        return response
