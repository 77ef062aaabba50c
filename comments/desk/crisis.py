"""The page of the switch that holds or closes all comments of the site at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.fields import CleanCharField
from blog.middleware import site_of
from blog.models import Site
from blog.models.site import CrisisMode
from blog.refusal import Refused
from comments import moderation
from comments.moderation.crisis import STATEMENT_LENGTH
from comments.rights import may_decide

_HOURS = [
    ("1", gettext_lazy("1 hour")),
    ("4", gettext_lazy("4 hours")),
    ("24", gettext_lazy("24 hours")),
    ("72", gettext_lazy("3 days")),
]
_MODES = [
    (
        CrisisMode.HOLD,
        gettext_lazy("A person reads every comment before it appears, also of readers we know"),
    ),
    (
        CrisisMode.CLOSE,
        gettext_lazy("Nobody can send a comment; what was written comes back to its writer"),
    ),
]


class CrisisForm(forms.Form):
    """What happens to comments, for how long, and what readers are told."""

    mode = forms.ChoiceField(
        label=gettext_lazy("What happens"),
        choices=_MODES,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what shall happen.")},
    )
    hours = forms.ChoiceField(
        label=gettext_lazy("For how long"),
        choices=_HOURS,
        widget=forms.RadioSelect,
        initial="4",
        error_messages={"required": gettext_lazy("Choose for how long.")},
    )
    statement = CleanCharField(
        label=gettext_lazy("What readers are told"),
        required=False,
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Above the comments of every post, and wherever somebody sends one. May be empty."
        ),
    )


def crisis_page(desk: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show the switch (GET), or turn it on or off (POST)."""
    if not may_decide(cast(User, request.user)):
        raise PermissionDenied
    if request.method != "POST":
        return _page(desk, request, CrisisForm(initial=_initial(site_of(request))))
    if request.POST.get("then") == "end":
        return _ended(desk, request)
    form = CrisisForm(request.POST)
    if form.is_valid():
        try:
            return _started(desk, request, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(desk, request, form, status=422)


def _initial(site: Site) -> dict[str, Any]:
    return {"mode": site.crisis, "statement": site.crisis_statement} if site.crisis else {}


def _started(desk: ModelAdmin, request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
    moderation.start_crisis(
        mode=data["mode"],
        statement=data["statement"],
        until=timezone.now() + timedelta(hours=int(data["hours"])),
        by=cast(User, request.user),
    )
    is_closed = data["mode"] == CrisisMode.CLOSE
    closed, held = (
        _("All comments are closed from now on."),
        _("All comments are held from now on."),
    )
    desk.message_user(request, closed if is_closed else held)
    return HttpResponseRedirect(reverse("admin:comments_comment_crisis"))


def _ended(desk: ModelAdmin, request: HttpRequest) -> HttpResponse:
    try:
        moderation.end_crisis(by=cast(User, request.user))
    except Refused as refusal:
        return _page(desk, request, CrisisForm(), status=422, problem=str(refusal))
    desk.message_user(request, _("Comments go on as usual."))
    return HttpResponseRedirect(reverse("admin:comments_comment_crisis"))


def _page(
    desk: ModelAdmin,
    request: HttpRequest,
    form: CrisisForm,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Crisis switch"),
        "opts": desk.opts,
        "form": form,
        "problem": problem,
    }
    template = "admin/comments/comment/crisis.html"
    response = TemplateResponse(request, template, context, status=status)
    add_never_cache_headers(response)
    return response
