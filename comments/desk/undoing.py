"""Taking back what was just decided, about one comment or about all that one key decided."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.refusal import Refused
from comments import moderation
from comments.desk import telling
from comments.desk.deciding import number_of
from comments.desk.tabs import counts
from comments.models import Comment
from comments.moderation import Conflict


def undo_one(desk: ModelAdmin, request: HttpRequest, comment: Comment) -> HttpResponse:
    """Take back the decision that made the revision the page sends as `seen`."""
    seen = number_of(request.POST.get("seen", ""))
    by = cast(User, request.user)
    return _undone(desk, request, lambda: [moderation.undo(comment, by=by, seen=seen)])


def undo_group(desk: ModelAdmin, request: HttpRequest, group: uuid.UUID) -> HttpResponse:
    """Take back all that one key decided."""
    by = cast(User, request.user)
    return _undone(desk, request, lambda: moderation.undo_group(group, by=by))


def _undone(
    desk: ModelAdmin, request: HttpRequest, act: Callable[[], list[Comment]]
) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not desk.has_view_permission(request):
        raise PermissionDenied
    try:
        comments = act()
    except Conflict as conflict:
        return telling.conflict(desk, request, conflict)
    except Refused as refusal:
        return telling.refused(desk, request, refusal)
    sentence = _sentence(comments)
    if telling.wants_json(request):
        undone = [{"pk": one.pk, "revision": one.revision} for one in comments]
        found = counts(cast(User, request.user))
        return JsonResponse({"sentence": sentence, "undone": undone, "counts": found})
    desk.message_user(request, sentence, messages.SUCCESS)
    return telling.back(request)


def _sentence(comments: list[Comment]) -> str:
    if len(comments) == 1:
        return _("Undone. The comment of %(name)s is as it was before.") % {
            "name": comments[0].name
        }
    return ngettext(
        "Undone. %(count)s comment is as it was before.",
        "Undone. %(count)s comments are as they were before.",
        len(comments),
    ) % {"count": len(comments)}
