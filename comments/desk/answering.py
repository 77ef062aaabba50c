"""Answers from the desk: in the thread, by mail, drafted for the owner of the byline, and released."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from blog.refusal import Refused
from comments import moderation
from comments.desk import telling
from comments.desk.deciding import number_of, query_of
from comments.models import AnswerDraft, Comment
from comments.moderation import Conflict

Page = Callable[..., HttpResponse]


def answer(desk: ModelAdmin, request: HttpRequest, comment: Comment, page: Page) -> HttpResponse:
    """Answer, or draft an answer for the owner of the byline; a refusal keeps the text in the field."""
    text = request.POST.get("text", "") or request.POST.get(f"text-{comment.pk}", "")
    is_draft = request.POST.get("verb") == "draft"
    verb = moderation.draft_answer if is_draft else _verb(comment)
    seen = query_of(request, "seen", comment.pk)
    try:
        verb(comment, text, by=cast(User, request.user), seen=seen)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        if telling.wants_json(request):
            return _problem(desk, request, refusal)
        return page(request, comment, text=text, problem=str(refusal), status=status)
    sentence = _drafted(comment) if is_draft else _answered(comment)
    return _told(desk, request, comment, sentence)


def release(desk: ModelAdmin, request: HttpRequest, comment: Comment) -> HttpResponse:
    """Let a draft out under its author's name, or let it go."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    drafts = AnswerDraft.objects.filter(comment=comment).select_related("author")
    draft = get_object_or_404(drafts, pk=number_of(request.POST.get(f"draft-{comment.pk}", "")))
    acts: dict[str, tuple[Callable[..., Any], str]] = {
        "release": (
            moderation.release_answer,
            _("It is out under the name %(name)s.") % {"name": draft.author.name},
        ),
        "drop": (moderation.drop_answer, _("The draft is dropped. Nobody else has seen it.")),
    }
    if request.POST.get("verb") not in acts:
        raise PermissionDenied
    act, sentence = acts[request.POST["verb"]]
    try:
        act(draft, by=cast(User, request.user), seen=query_of(request, "seen", comment.pk))
    except Conflict as conflict:
        return telling.conflict(desk, request, conflict)
    except Refused as refusal:
        return telling.refused(desk, request, refusal)
    return _told(desk, request, comment, sentence)


def _verb(comment: Comment) -> Callable[..., Any]:
    return moderation.answer_privately if comment.is_private else moderation.answer


def _problem(desk: ModelAdmin, request: HttpRequest, refusal: Refused) -> HttpResponse:
    if isinstance(refusal, Conflict):
        return telling.conflict(desk, request, refusal)
    return telling.refused(desk, request, refusal)


def _told(desk: ModelAdmin, request: HttpRequest, comment: Comment, sentence: str) -> HttpResponse:
    if not telling.wants_json(request):
        desk.message_user(request, sentence, messages.SUCCESS)
        return telling.back(request)
    comment.refresh_from_db()
    return JsonResponse(telling.as_json(cast(User, request.user), sentence, [comment]))


def _drafted(comment: Comment) -> str:
    return _("Your draft waits at the comment of %(name)s, for the owner of the byline.") % {
        "name": comment.name
    }


def _answered(comment: Comment) -> str:
    """Return what became of an answer, for the one who wrote it."""
    if not comment.is_private:
        return _("Your answer to %(name)s is public now.") % {"name": comment.name}
    by_mail = _("Your answer to %(name)s is on its way by mail, and stands on the private page.")
    page_only = _("Your answer to %(name)s stands on the private page.")
    return (by_mail if comment.email else page_only) % {"name": comment.name}
