"""What readers see of the newsletter: the form, and the pages behind the links in mail.

No cookie, no session, no token: as with comments, a request uses no authority that another site could
borrow. Opening a page changes nothing, whoever opens it: mail scanners follow every link.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from comments.arrival import Origin, network_of, origin_of
from comments.mail_views import for_her_alone
from comments.throttle import seconds_to_wait
from newsletter import joining
from newsletter.forms import SubscribeForm
from newsletter.links import choices_address, key_to_choose, key_to_confirm
from newsletter.models import Newsletter, Subscriber

logger = logging.getLogger(__name__)

ONE_CLICK = ("List-Unsubscribe", "One-Click")
LEAVE = "leave"
_METHODS = ["GET", "HEAD", "POST"]
_FOREIGN = gettext_lazy(
    "This came from a page that is not ours. If you mean it, send it again from here."
)


@csrf_exempt
@require_http_methods(_METHODS)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Show the form, or take an address; the answer is the same whether it is known here or not."""
    _require_on()
    if request.method != "POST":
        return _page(request, SubscribeForm())
    request.encoding = "utf-8"
    form = SubscribeForm(request.POST)
    try:
        return _taken(request, form)
    except DatabaseError:
        logger.exception("A sign-up could not be stored")
        sentence = _("The site is very busy. Please send this again in a moment.")
        return _page(request, form, 503, sentence, retry_after=5)


def _taken(request: HttpRequest, form: SubscribeForm) -> HttpResponse:
    if origin_of(request) == Origin.FOREIGN:
        return _page(request, form, 403, str(_FOREIGN))
    if not form.is_valid():
        return _page(request, form, 422)
    said = form.cleaned_data
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    wait = seconds_to_wait(network, said["email"], what=joining.LIMIT)
    if wait:
        sentence = ngettext(
            "Please wait %(count)s second, then send this again.",
            "Please wait %(count)s seconds, then send this again.",
            wait,
        ) % {"count": wait}
        return _page(request, form, 429, sentence, retry_after=wait)
    if not said["subject"]:
        joining.ask(said["email"], said["kind"])
    return HttpResponseRedirect(reverse("newsletter:sent"), status=303)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    _require_on()
    return render(request, "newsletter/sent.html")


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask with one button whether she wants it; the button says yes, and leads to her choices."""
    key = _key(key_to_confirm(token))
    if request.method == "POST":
        reader = joining.confirm(key)
        if reader is not None:
            return for_her_alone(
                render(request, "newsletter/confirmed.html", _choices(request, reader))
            )
    reader = Subscriber.objects.filter(key=key).first()
    if reader is None:
        return for_her_alone(render(request, "newsletter/gone.html"))
    return for_her_alone(render(request, "newsletter/confirm.html", {"reader": reader}))


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def choices(request: HttpRequest, token: str) -> HttpResponse:
    """Show how often she gets mail, and take a choice.

    A mail program leaves with one click (RFC 8058), without a cookie and from anywhere. Whatever lets
    more mail come must come from our own page.
    """
    key = _key(key_to_choose(token))
    choice = _choice(request) if request.method == "POST" else None
    if choice == LEAVE:
        joining.leave(key)
        return for_her_alone(render(request, "newsletter/gone.html"))
    reader = Subscriber.objects.filter(key=key).first()
    if reader is None:
        return for_her_alone(render(request, "newsletter/gone.html"))
    status, said = 200, ""
    if request.method == "POST":
        status, said = _chosen(request, reader, choice)
    context = _choices(request, reader) | {"status": said}
    return for_her_alone(render(request, "newsletter/choices.html", context, status=status))


def _chosen(request: HttpRequest, reader: Subscriber, choice: str | None) -> tuple[int, str]:
    if choice is None:
        return 422, _("Choose one of these first.")
    if origin_of(request) == Origin.FOREIGN:
        return 403, str(_FOREIGN)
    joining.choose(reader.key, choice)
    reader.refresh_from_db()
    return 200, _("It is done.")


def _choice(request: HttpRequest) -> str | None:
    name, value = ONE_CLICK
    if request.POST.get(name) == value:
        return LEAVE
    chosen = request.POST.get("choice", "")
    return chosen if chosen == LEAVE or chosen in Subscriber.Kind.values else None


def _choices(request: HttpRequest, reader: Subscriber) -> dict[str, object]:
    action = choices_address(reader).removeprefix(settings.SITE_URL)
    found = [
        {"value": value, "label": label, "is_chosen": value == reader.kind}
        for value, label in Subscriber.Kind.choices
    ]
    return {"reader": reader, "action": action, "choices": found}


def _require_on() -> None:
    if not Newsletter.current().is_on:
        raise Http404


def _key(found: UUID | None) -> UUID:
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    form: SubscribeForm,
    status: int = 200,
    message: str = "",
    *,
    retry_after: int | None = None,
) -> HttpResponse:
    context = {"form": form, "message": message, "action": request.path}
    response = render(request, "newsletter/subscribe.html", context, status=status)
    if status != 200:
        response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response
