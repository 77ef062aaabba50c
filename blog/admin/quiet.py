"""The page of quiet periods: what is quiet and will be, planning one, ending one."""

from __future__ import annotations

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import workflow
from blog.admin.pages import page, row_number, say, to, user_of
from blog.coming import falling_into
from blog.fields import CleanCharField, MomentField
from blog.middleware import site_of
from blog.models import Post, QuietPeriod
from blog.models.quiet import REASON_LENGTH
from blog.refusal import Refused


class QuietForm(forms.Form):
    """A span in the time zone of the site, and why."""

    reason = CleanCharField(
        label=gettext_lazy("Why it is quiet"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("For example: before the results of the year. Colleagues read it."),
        error_messages={"required": gettext_lazy("Say in a few words why it is quiet.")},
    )
    starts_at = MomentField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Empty means from now on."),
    )
    ends_at = MomentField(
        label=gettext_lazy("Until"),
        error_messages={"required": gettext_lazy("Choose the day and the time it ends.")},
    )


def quiet(admin: ModelAdmin[Post], request: HttpRequest) -> HttpResponse:
    """Show the periods (GET); plan one, or end one (POST). What is refused stays in its fields."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    form = QuietForm(request.POST if request.POST.get("do") == "plan" else None)
    if request.method == "POST":
        try:
            if sentence := _done(request, form):
                say(request, sentence)
                return to("quiet")
        except Refused as refusal:
            if not form.is_bound:
                say(request, str(refusal), is_refusal=True)
                return to("quiet")
            form.add_error(None, str(refusal))
    return _page(admin, request, form)


def _done(request: HttpRequest, form: QuietForm) -> str:
    """Do what the pressed button says; return what to say of it, or nothing when the form has errors."""
    user = user_of(request)
    match request.POST.get("do"):
        case "plan":
            if not form.is_valid():
                return ""
            planned = workflow.plan_quiet(**form.cleaned_data, by=user)
            return _planned(falling_into(planned).count())
        case "end":
            return _ended(user, row_number(request.POST.get("period", "")))
    raise Refused(_("Press one of the buttons."))


def _ended(user: User, key: int | None) -> str:
    period = QuietPeriod.objects.not_over().filter(pk=key).first() if key is not None else None
    if period is None:
        return _("It is over already.")
    workflow.end_quiet(period, by=user)
    return _("It has ended.") if period.has_begun else _("It is called off.")


def _planned(count: int) -> str:
    if not count:
        return _("It is planned.")
    return ngettext(
        "It is planned. %(count)s scheduled post falls into it and will not go out:"
        " choose another moment.",
        "It is planned. %(count)s scheduled posts fall into it and will not go out:"
        " choose another moment.",
        count,
    ) % {"count": count}


def _page(admin: ModelAdmin[Post], request: HttpRequest, form: QuietForm) -> HttpResponse:
    periods = list(QuietPeriod.objects.not_over())
    return page(
        admin,
        request,
        "quiet.html",
        post=None,
        title=_("Quiet periods"),
        status=422 if form.errors else 200,
        form=form,
        periods=[(period, falling_into(period)) for period in periods],
        may_plan=user_of(request).has_perm("blog.plan_quiet_period"),
        zone=site_of(request).zone,
    )
