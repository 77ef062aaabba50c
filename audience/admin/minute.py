"""The page of the Monday minute, and whether one wants it by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audience import sending
from audience.admin.frame import PagesOnly
from audience.minute import minute_of
from audience.models import Minute
from audience.periods import day_of, monday_of
from blog.admin.pages import say, user_of
from blog.middleware import site_of

_SAID = {
    "mail": gettext_lazy("It comes to you every Monday at seven."),
    "no-mail": gettext_lazy("It no longer comes by mail. This page stays."),
}


@admin.register(Minute)
class MinuteAdmin(PagesOnly):
    """One week on one page."""

    def get_urls(self) -> list[URLPattern]:
        """The page."""
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="audience_minute_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show a week (GET), or keep whether the mail is wanted (POST)."""
        if request.method == "POST":
            return self._chosen(request)
        zone = site_of(request).zone
        this_monday = monday_of(timezone.localdate(timezone=zone))
        last = this_monday - timedelta(days=7)
        asked = day_of(request.GET.get("week", ""))
        week = min(monday_of(asked), last) if asked else last
        context = {
            "minute": minute_of(week, zone),
            "earlier": week - timedelta(days=7),
            "later": week + timedelta(days=7) if week < last else None,
            "is_mailed": sending.is_wanted_by(user_of(request)),
        }
        return self.page(request, "minute.html", title=_("Monday minute"), **context)

    def _chosen(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        user, do = user_of(request), request.POST.get("do", "")
        if do not in _SAID:
            say(request, _("Press one of the buttons."), is_refusal=True)
        elif do == "mail" and not user.email:
            say(request, _("Your account has no e-mail address to send it to."), is_refusal=True)
        else:
            sending.choose(user, is_wanted=do == "mail")
            say(request, str(_SAID[do]))
        return HttpResponseRedirect(reverse("admin:audience_minute_changelist"))
