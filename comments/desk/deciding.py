"""From a pressed button to a verb of `moderation`, and back to the desk with a sentence."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.response import TemplateResponse
from django.urls import reverse

from blog.refusal import Refused
from comments import moderation
from comments.models import Comment
from comments.moderation.deciding import TRANSITIONS

# Verb: what its button says, and what was done in the sentence afterwards.
VERBS: dict[str, tuple[str, str]] = {
    "approve": ("Approve", "is public now"),
    "reject": ("Reject", "is not published"),
    "mark_spam": ("Spam", "is marked as spam"),
    "remove": ("Remove", "is taken away"),
    "restore": ("Put back", "waits for a decision again"),
}


def verbs_for(comment: Comment) -> list[tuple[str, str]]:
    """Return the verbs that lead on from where `comment` stands, each with the words on its button."""
    return [
        (verb, label)
        for verb, (label, _) in VERBS.items()
        if comment.state in TRANSITIONS[verb][0] and not (verb == "approve" and comment.is_private)
    ]


def query_of(request: HttpRequest, name: str, pk: int) -> int:
    """Return the number a page sent as `<name>-<pk>`, or -1, which no revision equals."""
    value = request.POST.get(f"{name}-{pk}", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else -1


def decide_one(desk: ModelAdmin, request: HttpRequest, comment: Comment) -> HttpResponse:
    """Carry out `verb` on one comment.

    A comment that has moved on answers 409 with how it is now; anything else that is refused comes
    back to the desk as a sentence.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    verb = request.POST.get("verb", "")
    if verb not in VERBS or not desk.has_change_permission(request):
        raise PermissionDenied
    try:
        _carry_out(request, verb, comment)
    except moderation.Conflict as conflict:
        return _conflict(desk, request, comment, conflict)
    except Refused as refusal:
        desk.message_user(request, str(refusal), messages.ERROR)
    else:
        desk.message_user(
            request, f"The comment of {comment.name} {VERBS[verb][1]}.", messages.SUCCESS
        )
    return HttpResponseRedirect(_back(request))


def decide_many(
    desk: ModelAdmin, request: HttpRequest, comments: QuerySet[Comment], verb: str
) -> None:
    """Carry out `verb` on each comment by itself, and say how many were done and why others were not."""
    done, refusals = 0, Counter[str]()
    for comment in comments:
        try:
            _carry_out(request, verb, comment)
            done += 1
        except Refused as refusal:
            refusals[str(refusal)] += 1
    if done:
        noun = "comment" if done == 1 else "comments"
        desk.message_user(request, f"{VERBS[verb][0]}: {done} {noun}.", messages.SUCCESS)
    for sentence, count in refusals.items():
        times = f" ({count} times)" if count > 1 else ""
        desk.message_user(request, f"{sentence}{times}", messages.WARNING)


def _carry_out(request: HttpRequest, verb: str, comment: Comment) -> None:
    seen = query_of(request, "seen", comment.pk)
    more: dict[str, Any] = {}
    if verb in {"reject", "remove"}:
        more["reason"] = request.POST.get(f"reason-{comment.pk}", "").replace("\0", "")
    getattr(moderation, verb)(comment, by=request.user, seen=seen, **more)


def _back(request: HttpRequest) -> str:
    """Return the list as it was when the button was pressed: only its own parameters come along."""
    sent = QueryDict(request.POST.get("query", "")[:2000])
    kept = {name: value for name, value in sent.items() if name in {"tab", "q", "p", "o"}}
    address = reverse("admin:comments_comment_changelist")
    return f"{address}?{urlencode(kept)}" if kept else address


def _conflict(
    desk: ModelAdmin, request: HttpRequest, seen: Comment, conflict: moderation.Conflict
) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request),
        "title": "Somebody was faster",
        "opts": desk.opts,
        "message": str(conflict),
        "comment": conflict.comment,
        "verbs": verbs_for(conflict.comment),
        "may_decide": True,
        "back": _back(request),
    }
    return TemplateResponse(request, "admin/comments/comment/conflict.html", context, status=409)
