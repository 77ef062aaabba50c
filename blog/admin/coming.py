"""The calendar of the newsroom: what goes public when."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.admin.pages import page
from blog.coming import first_of, going_out, month_of, scheduled, stopped
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
        months=[month_of(first, zone) for first in _months(request, zone)],
        quiet=QuietPeriod.objects.not_over().count(),
        stopped=stopped(),
        zone=zone,
    )


def _months(request: HttpRequest, zone: ZoneInfo) -> list[date]:
    """Return the first day of the month that is asked for; else of this one, and of the next with a post."""
    asked = request.GET.get("month", "")
    months = [first_of(asked, zone)]
    upcoming = None if asked else going_out().first()
    if upcoming and upcoming.published_at:
        months.append(timezone.localdate(upcoming.published_at, zone).replace(day=1))
    return sorted({*months})
