"""The pages behind the links in mail to readers. Opening one changes nothing, whoever opens it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import moderation
from comments.arrival import Origin, origin_of
from comments.mail_choices import LESS, Choice, choices_of, choose
from comments.models import Comment
from comments.private_links import private_path
from comments.reader_links import comment_to_choose, comment_to_confirm

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
_METHODS = ["GET", "HEAD", "POST"]


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask with one button whether the comment and the address are hers; the button says yes."""
    comment = _found(comment_to_confirm(token))
    if request.method == "POST":
        moderation.confirm(comment)
        return HttpResponseRedirect(private_path(comment), status=303)
    context = {"comment": comment, "private_path": private_path(comment)}
    return for_her_alone(render(request, "comments/confirm.html", context))


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def mail_choices(request: HttpRequest, token: str) -> HttpResponse:
    """Show the choices about mail, and take one.

    A mail program may end all mail with one click (RFC 8058). It has no cookie and comes from
    anywhere; what lets more mail come must come from our own page.
    """
    comment = _found(comment_to_choose(token))
    context: dict[str, Any] = {"comment": comment, "action": request.path, "status": ""}
    status = 200
    if request.method == "POST":
        choice = _choice(request)
        if choice is None:
            status, context["status"] = 422, _("Choose one of these first.")
        elif choice not in LESS and origin_of(request) == Origin.FOREIGN:
            status, context["status"] = (
                403,
                _("This came from a page that is not ours. Choose here."),
            )
        else:
            choose(comment, choice)
            comment.refresh_from_db()
            context["status"] = _("It is done.")
    context["choices"] = choices_of(comment)
    return for_her_alone(render(request, "comments/mail_choices.html", context, status=status))


def _choice(request: HttpRequest) -> Choice | None:
    if all(request.POST.get(name) == value for name, value in ONE_CLICK.items()):
        return Choice.NONE
    chosen = request.POST.get("choice", "")
    return Choice(chosen) if chosen in Choice.values else None


def _found(comment: Comment | None) -> Comment:
    if comment is None:
        raise Http404
    return comment


def for_her_alone(response: HttpResponse) -> HttpResponse:
    """Let nobody keep or list the page behind a link that was mailed to one person."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
