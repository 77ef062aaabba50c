"""The page for a person who asks what is held about her, or wants it erased.

The address travels in the body of a POST, never in an address line, which servers log.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.refusal import Refused
from comments import moderation, person, person_export
from comments.rights import may_decide, readable


def person_page(desk: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Look an address up, hand out what is held under it, or erase that; each by a POST."""
    user = cast(User, request.user)
    if not may_decide(user):
        raise PermissionDenied
    if request.method != "POST":
        return _page(desk, request, address=_address_of_comment(user, request))
    address = request.POST.get("address", "")
    try:
        address = person.address_of(address)
        return _answer(desk, request, address, request.POST.get("do", ""))
    except Refused as refusal:
        return _page(
            desk, request, address=address, problem=str(refusal), status=HTTPStatus.BAD_REQUEST
        )


def _answer(desk: ModelAdmin, request: HttpRequest, address: str, do: str) -> HttpResponse:
    if do == "download":
        return _download(address)
    if do != "erase":
        return _page(desk, request, address=address, found=person.holdings(address))
    if request.POST.get("is_sure") != "yes":
        return _page(
            desk,
            request,
            address=address,
            found=person.holdings(address),
            problem=_("Tick that you are sure, and press the button again. Nothing is erased yet."),
            status=HTTPStatus.BAD_REQUEST,
        )
    erased = moderation.erase_person(address, by=cast(User, request.user))
    count = len(erased.comments)
    said = ngettext(
        "Erased. %(count)s comment blanked.", "Erased. %(count)s comments blanked.", count
    )
    said %= {"count": number_format(count, force_grouping=True)}
    desk.message_user(request, _("There was nothing.") if erased.is_nothing else said)
    return HttpResponseRedirect(reverse("admin:comments_comment_person"))


def _download(address: str) -> HttpResponse:
    text = json.dumps(person_export.export(address), ensure_ascii=False, indent=1)
    return HttpResponse(
        f"{text}\n",
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="person.json"'},
    )


def _address_of_comment(user: User, request: HttpRequest) -> str:
    """Return the address under which the comment of a link was sent."""
    number = request.GET.get("comment", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return ""
    return readable(user).filter(pk=int(number)).values_list("email", flat=True).first() or ""


def _page(
    desk: ModelAdmin, request: HttpRequest, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request),
        "title": _("What is kept about a person"),
        "opts": desk.opts,
        **more,
    }
    return TemplateResponse(request, "admin/comments/comment/person.html", context, status=status)
