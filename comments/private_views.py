"""The private page of a comment: where it stands, and what its writer may still do.

The address is the whole right to the page, so nothing here is stored on the way, and no session or
cookie is read. Each step is a POST of its own; a GET changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from blog.refusal import Refused
from comments import moderation
from comments.arrival import Origin, network_of, origin_of
from comments.models import Comment
from comments.moderation.appealing import checked_appeal
from comments.moderation.consenting import checked_signature
from comments.moderation.editing import checked_text
from comments.private_links import comment_for, private_path
from comments.private_page import page_of
from comments.throttle import seconds_to_wait

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """One thing a writer may do: its name, its verb, the field it needs, and what that must hold."""

    name: str
    do: Callable[[Comment, str], Comment]
    field: str = ""
    check: Callable[[str], Any] = str


@dataclass(frozen=True)
class Problem:
    """Why a step was not taken."""

    status: int
    heading: StrOrPromise
    sentence: StrOrPromise
    wait: int = 0


EDIT = Step("edit", moderation.edit, "body", checked_text)
WITHDRAW = Step("withdraw", lambda comment, _: moderation.withdraw(comment))
COME_BACK = Step("come_back", lambda comment, _: moderation.come_back(comment))
APPEAL = Step("appeal", moderation.appeal, "body", checked_appeal)
CONSENT = Step(
    "consent", lambda comment, _: moderation.consent(comment), "agreed", checked_signature
)

_FOREIGN = Problem(
    403,
    gettext_lazy("Please send it from here"),
    gettext_lazy(
        "This came from a page that is not ours. If it was you, send it again from this page."
    ),
)
_READ_ONLY = Problem(
    403,
    gettext_lazy("Not done yet"),
    gettext_lazy(
        "This site is read-only for a short while, so nothing can change. Please come back later."
    ),
)
_BUSY = Problem(
    503,
    gettext_lazy("Not saved yet"),
    gettext_lazy("The site is very busy. Please send it again in a moment."),
    wait=5,
)
_BROKEN = Problem(
    500,
    gettext_lazy("Not saved yet"),
    gettext_lazy("Something broke on our side and was noted. Please try again."),
)


@require_safe
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Show the private page, to whoever holds its address."""
    return _page(request, _comment(token))


@csrf_exempt
@require_POST
def edit(request: HttpRequest, token: str) -> HttpResponse:
    """Take other words for the comment."""
    return _take(request, token, EDIT)


@csrf_exempt
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take the comment back."""
    return _take(request, token, WITHDRAW)


@csrf_exempt
@require_POST
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Put a withdrawn comment where it was."""
    return _take(request, token, COME_BACK)


@csrf_exempt
@require_POST
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a second look."""
    return _take(request, token, APPEAL)


@csrf_exempt
@require_POST
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Sign that a private note may be published."""
    return _take(request, token, CONSENT)


def _take(request: HttpRequest, token: str, step: Step) -> HttpResponse:
    """Take one step. Whatever goes wrong, the answer is the page, with the words in an editable field."""
    request.encoding = "utf-8"
    words = request.POST.get(step.field, "")
    comment = _comment(token)
    try:
        problem = _problem_of(request, comment, step, words)
    except DatabaseError:
        logger.exception("A step on a private page could not be stored")
        problem = _BUSY
    except Exception:
        # Whatever broke, the writer keeps her words; the log keeps the fault.
        logger.exception("A step on a private page could not be taken")
        problem = _BROKEN
    if problem is None:
        return _private(HttpResponseRedirect(private_path(comment), status=303))
    sent = words if step.field == "body" else ""
    return _page(request, _comment(token), step, problem, sent)


def _problem_of(request: HttpRequest, comment: Comment, step: Step, words: str) -> Problem | None:
    """Take the step, or return why not."""
    if origin_of(request) == Origin.FOREIGN:
        return _FOREIGN
    if settings.READ_ONLY:
        return _READ_ONLY
    try:
        step.check(words)
    except Refused as refusal:
        return Problem(422, gettext("Almost there"), str(refusal))
    wait = seconds_to_wait(network_of(request.META.get("REMOTE_ADDR", "")), what="mine")
    if wait:
        sentence = ngettext(
            "Much came from your network just now. Please send it again in %(count)s second.",
            "Much came from your network just now. Please send it again in %(count)s seconds.",
            wait,
        ) % {"count": wait}
        return Problem(429, gettext("A little slower, please"), sentence, wait)
    try:
        step.do(comment, words)
    except Refused as refusal:
        return Problem(409, gettext("That cannot be done now"), str(refusal))
    return None


def _comment(token: str) -> Comment:
    comment = comment_for(token)
    if comment is None:
        raise Http404
    return comment


def _page(
    request: HttpRequest,
    comment: Comment,
    step: Step | None = None,
    problem: Problem | None = None,
    sent: str = "",
) -> HttpResponse:
    context = {
        "comment": comment,
        "page": page_of(comment),
        "problem": problem,
        "step": step.name if step else "",
        "sent": sent,
    }
    status = problem.status if problem else 200
    response = _private(render(request, "comments/mine.html", context, status=status))
    response.holds_words = True  # type: ignore[attr-defined]
    if problem and problem.wait:
        response.headers["Retry-After"] = str(problem.wait)
    return response


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    # The address tells nobody where she came from; `no-referrer` would make our own forms say
    # “Origin: null”.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
