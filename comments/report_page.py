"""The page on which a reader asks for a second look at a public comment.

As with a comment, no cookie and no token: a report uses no authority that another site could borrow.
"""

from __future__ import annotations

import logging

from django import forms
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog.models import Post
from blog.refusal import Refused
from comments.arrival import Arrival, Origin, network_of, origin_of
from comments.forms import PlainField
from comments.models import Comment, Report
from comments.moderation import report as report_comment
from comments.throttle import seconds_to_wait

logger = logging.getLogger(__name__)

NOTE_LENGTH = 300


class ReportForm(forms.Form):
    """Why somebody should look again, and a few words if the reader likes."""

    reason = forms.ChoiceField(
        choices=Report.Reason.choices,
        error_messages={
            "required": gettext_lazy("Choose what is wrong with it."),
            "invalid_choice": gettext_lazy("Choose what is wrong with it."),
        },
    )
    note = PlainField(required=False, max_length=NOTE_LENGTH)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Show the form, or take the report. Whatever goes wrong, the words come back with it."""
    request.encoding = "utf-8"
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    comment = _comment(comment_id)
    if not comment.can_be_reported and not (request.method == "POST" and _said(comment, network)):
        raise Http404
    if request.method != "POST":
        return _page(request, comment, ReportForm())
    form = ReportForm(request.POST)
    try:
        return _taken(request, comment, form, network)
    except DatabaseError:
        logger.exception("A report could not be stored")
        sentence = _("The site is very busy. Please send this again in a moment.")
        return _page(request, comment, form, 503, sentence, retry_after=5)


def _comment(number: int) -> Comment:
    public = Comment.objects.filter(post__in=Post.objects.published())
    return get_object_or_404(public.select_related("post__live_version"), pk=number)


def _said(comment: Comment, network: str) -> bool:
    """Whether this reader has reported it before: her second click is thanked, wherever it is now."""
    return comment.reports.filter(reader=network).exists()


def _taken(request: HttpRequest, comment: Comment, form: ReportForm, network: str) -> HttpResponse:
    origin = origin_of(request)
    if origin == Origin.FOREIGN:
        sentence = _(
            "This came from a page that is not ours. If you mean it, send it again from here."
        )
        return _page(request, comment, form, 403, sentence)
    if settings.READ_ONLY:
        sentence = _("This site is read-only for a short while. Please come back later.")
        return _page(request, comment, form, 403, sentence)
    if not form.is_valid():
        return _page(request, comment, form, 422)
    wait = seconds_to_wait(network, what="report")
    if wait:
        sentence = ngettext(
            "Much came from your network just now. Please send it again in %(count)s second.",
            "Much came from your network just now. Please send it again in %(count)s seconds.",
            wait,
        ) % {"count": wait}
        return _page(request, comment, form, 429, sentence, retry_after=wait)
    came = Arrival(network=network, origin=origin, stamp="missing")
    try:
        report_comment(comment, **form.cleaned_data, arrival=came)
    except Refused as gone:
        raise Http404 from gone
    response = render(request, "comments/report_thanks.html", {"post": comment.post})
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest,
    comment: Comment,
    form: ReportForm,
    status: int = 200,
    message: str = "",
    *,
    retry_after: int | None = None,
) -> HttpResponse:
    context = {
        "comment": comment if comment.is_visible else None,
        "post": comment.post,
        "form": form,
        "message": message,
    }
    response = render(request, "comments/report.html", context, status=status)
    if status != 200:
        response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response
