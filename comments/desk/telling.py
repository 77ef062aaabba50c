"""What the desk says after a decision: a page and a sentence, or JSON for its script."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from blog.differences import Piece, compared
from blog.middleware import site_of
from blog.refusal import Refused
from comments.desk.cards import cards_of
from comments.desk.choices import VERBS
from comments.desk.tabs import counts
from comments.models import Comment, Decision
from comments.moderation import Conflict
from comments.moderation.locking import latest_text
from comments.moderation.undoing import UNDO_WITHIN

LIST = "admin:comments_comment_changelist"
_KEPT = frozenset({"tab", "q", "p", "o"})


@dataclass
class Outcome:
    """What became of an order: what is decided, and why the rest is not."""

    decided: list[Comment] = field(default_factory=list)
    refused: list[tuple[Comment, Refused]] = field(default_factory=list)
    group: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class WayBack:
    """The button that takes the last decision of somebody back, while it can be."""

    sentence: str
    address: str
    seen: int
    until: datetime

    @property
    def seconds(self) -> int:
        """How long it still works."""
        return max(int((self.until - timezone.now()).total_seconds()), 0)


def wants_json(request: HttpRequest) -> bool:
    """Whether the script of the desk asks, rather than a form."""
    return "application/json" in request.headers.get("Accept", "")


def decided(desk: ModelAdmin, request: HttpRequest, verb: str, outcome: Outcome) -> HttpResponse:
    """Say what is decided and, in JSON, how to take it back."""
    if not wants_json(request):
        say(desk, request, verb, outcome)
        return back(request)
    sentence = sentence_of(verb, outcome.decided)
    told = as_json(cast(User, request.user), sentence, outcome.decided)
    refused = [{"pk": one.pk, "problem": str(why)} for one, why in outcome.refused]
    return JsonResponse(told | {"refused": refused})


def as_json(user: User, sentence: str, comments: list[Comment]) -> dict[str, Any]:
    """Return what the script is told of a decision: whom it met, how to undo it, what waits now."""
    way = way_back(user, comments[0])
    return {
        "sentence": sentence,
        "decided": [{"pk": one.pk, "revision": one.revision} for one in comments],
        "refused": [],
        "undo": {"address": way.address, "seen": way.seen, "seconds": way.seconds} if way else None,
        "counts": counts(user),
    }


def say(desk: ModelAdmin, request: HttpRequest, verb: str, outcome: Outcome) -> None:
    """Leave a message that says how much is decided, and why the rest is not."""
    if outcome.decided:
        desk.message_user(request, sentence_of(verb, outcome.decided), messages.SUCCESS)
    for sentence, count in Counter(str(why) for _, why in outcome.refused).items():
        if count > 1:
            sentence = ngettext("%(why)s (%(count)s time)", "%(why)s (%(count)s times)", count) % {
                "why": sentence,
                "count": count,
            }
        desk.message_user(request, sentence, messages.WARNING)


def sentence_of(verb: str, comments: list[Comment]) -> str:
    """Return what became of `comments`, for the one who decided."""
    if len(comments) == 1:
        return str(VERBS[verb].done) % {"name": comments[0].name}
    return str(VERBS[verb].done_together % {"count": len(comments)})


def refused(desk: ModelAdmin, request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Say why nothing was decided."""
    if wants_json(request):
        return JsonResponse({"problem": str(refusal)}, status=422)
    desk.message_user(request, str(refusal), messages.ERROR)
    return back(request)


def conflict(desk: ModelAdmin, request: HttpRequest, conflict: Conflict) -> HttpResponse:
    """Answer 409 with the comment as it is now, and what is different from what the person saw."""
    now = conflict.comment
    context = {
        "card": cards_of([now], user=cast(User, request.user), site=site_of(request))[0],
        "conflict": str(conflict),
        "pieces": _differences(conflict),
    }
    if wants_json(request):
        card = render_to_string(
            "admin/comments/comment/_card.html", {**context, "is_listed": True}, request
        )
        return JsonResponse({"problem": str(conflict), "card": card}, status=409)
    context |= {
        **desk.admin_site.each_context(request),
        "title": gettext("Somebody was faster"),
        "opts": desk.opts,
        "back": address_of_list(request),
    }
    return TemplateResponse(request, "admin/comments/comment/conflict.html", context, status=409)


def way_back(user: User, comment: Comment | None = None) -> WayBack | None:
    """Return how `user` takes back her last decision, about `comment` if given. Two queries."""
    began = timezone.now() - UNDO_WITHIN
    own = Decision.objects.filter(actor=user.pk, made_at__gt=began).select_related("comment")
    if comment is not None:
        own = own.filter(comment=comment, revision=comment.revision)
    last = own.first()
    if last is None:
        return None
    number = Decision.objects.filter(group=last.group).count()
    until = last.made_at + UNDO_WITHIN
    if number == 1:
        address = reverse("admin:comments_comment_undo", args=[last.comment_id])
        return WayBack(
            gettext("The comment of %(name)s") % {"name": last.comment.name},
            address,
            last.revision,
            until,
        )
    address = reverse("admin:comments_comment_undo_group", args=[last.group])
    said = ngettext("%(count)s comment", "%(count)s comments", number) % {"count": number}
    return WayBack(said, address, last.revision, until)


def back(request: HttpRequest) -> HttpResponseRedirect:
    """Lead back to the list as it was when the button was pressed."""
    return HttpResponseRedirect(address_of_list(request))


def address_of_list(request: HttpRequest) -> str:
    """Return the address of the list; only its own parameters come along."""
    sent = QueryDict(request.POST.get("query", "")[:2000])
    kept = {name: value for name, value in sent.items() if name in _KEPT}
    address = reverse(LIST)
    return f"{address}?{urlencode(kept)}" if kept else address


def _differences(conflict: Conflict) -> list[Piece]:
    """Return what the words are now against those the person saw; nothing when they are the same."""
    now = latest_text(conflict.comment)
    return [] if now == conflict.seen_text else compared(conflict.seen_text, now)
