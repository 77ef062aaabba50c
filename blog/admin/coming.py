"""The calendar of the newsroom: what goes public when."""

from __future__ import annotations

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from blog.admin.pages import page
from blog.coming import first_of, month_of, scheduled, stopped
from blog.middleware import site_of
from blog.models import Post, QuietPeriod


def coming(admin: ModelAdmin[Post], request: HttpRequest) -> HttpResponse:
    """Show all that is scheduled, and one month with what is public and what is coming."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    zone = site_of(request).zone
    return page(
        admin,
        request,
        "coming.html",
        post=None,
        title=_("What is coming"),
        scheduled=scheduled(),
        month=month_of(first_of(request.GET.get("month", ""), zone), zone),
        quiet=QuietPeriod.objects.not_over().count(),
        stopped=stopped(),
        zone=zone,
    )
