"""From a pressed button to a verb of `moderation`, and back with a sentence, as a page or as JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from blog.refusal import Refused
from comments import moderation
from comments.desk import telling
from comments.desk.choices import PUBLISHES, VERBS
from comments.desk.reasons import reason_of
from comments.desk.similar import MOST_SIMILAR
from comments.desk.telling import Outcome
from comments.models import Comment, Decision
from comments.moderation import Conflict
from comments.rights import readable


@dataclass(frozen=True)
class Order:
    """What one button asks: a verb, a reason, and which others are decided by the same press.

    `value` of a button is the verb, and behind colons the digit of a reason, and `similar`.
    """

    verb: str
    reason: str = ""
    others: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, request: HttpRequest, pk: int) -> Order:
        """Read what the page sent about comment `pk`."""
        verb, *parts = request.POST.get("verb", "").split(":")
        typed = request.POST.get(f"reason-{pk}", "").replace("\0", "").strip()
        reason = next(filter(None, map(reason_of, parts)), typed)
        others = _pairs(request, pk, verb) if "similar" in parts else ()
        return cls(verb, reason, others)


def query_of(request: HttpRequest, name: str, pk: int) -> int:
    """Return the number a page sent as `<name>-<pk>`, or -1, which no revision equals."""
    return number_of(request.POST.get(f"{name}-{pk}", ""))


def number_of(value: str) -> int:
    """Return a number that is sent as text, or -1."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else -1


def decide_one(desk: ModelAdmin, request: HttpRequest, comment: Comment) -> HttpResponse:
    """Carry out a button on one comment, and on all similar ones if it says so.

    A comment that has moved on answers 409 with how it is now; anything else that is refused comes
    back as a sentence.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    order = Order.of(request, comment.pk)
    if order.verb not in VERBS or not desk.has_change_permission(request):
        raise PermissionDenied
    seen = query_of(request, "seen", comment.pk)
    try:
        outcome = _carried_out(order, comment, seen, cast(User, request.user))
    except Conflict as conflict:
        return telling.conflict(desk, request, conflict)
    except Refused as refusal:
        return telling.refused(desk, request, refusal)
    return telling.decided(desk, request, order.verb, outcome)


def decide_many(
    desk: ModelAdmin, request: HttpRequest, comments: QuerySet[Comment], verb: str
) -> None:
    """Carry out `verb` on each comment by itself, and say how many were done and why others were not."""
    outcome = Outcome()
    for comment in comments:
        order = replace(Order.of(request, comment.pk), verb=verb)
        seen = query_of(request, "seen", comment.pk)
        _add(outcome, order, comment, seen, cast(User, request.user))
    telling.say(desk, request, verb, outcome)


def _pairs(request: HttpRequest, pk: int, verb: str) -> tuple[tuple[int, int], ...]:
    """Return number and revision of the similar ones; what nobody has read is never published."""
    sent = request.POST.get(f"similar-{pk}", "")
    if verb not in PUBLISHES:
        sent += " " + request.POST.get(f"unread-{pk}", "")
    pairs = [pair.partition(".")[::2] for pair in sent.split()[:MOST_SIMILAR]]
    return tuple((number_of(key), number_of(revision)) for key, revision in pairs)


def _carried_out(order: Order, comment: Comment, seen: int, by: User) -> Outcome:
    """Decide `comment`, or raise; then each of the others by itself, under the same group."""
    outcome = Outcome()
    _decide(outcome, order, comment, seen, by)
    seen_by_key = dict(order.others)
    for other in readable(by).filter(pk__in=seen_by_key.keys() - {comment.pk}).order_by("pk"):
        _add(outcome, order, other, seen_by_key[other.pk], by)
    return outcome


def _add(outcome: Outcome, order: Order, comment: Comment, seen: int, by: User) -> None:
    try:
        _decide(outcome, order, comment, seen, by)
    except Refused as refusal:
        outcome.refused.append((comment, refusal))


def _decide(outcome: Outcome, order: Order, comment: Comment, seen: int, by: User) -> None:
    more: dict[str, Any] = {"reason": order.reason} if VERBS[order.verb].takes_reason else {}
    act = getattr(moderation, order.verb)
    try:
        done = act(comment, by=by, seen=seen, group=outcome.group, **more)
    except Conflict as conflict:
        if not _is_repeat(order.verb, conflict.comment, seen, by):
            raise
        done = conflict.comment
    outcome.decided.append(done)


def _is_repeat(verb: str, now: Comment, seen: int, by: User) -> bool:
    """Whether the same person decided just this already, and only the answer was lost on its way."""
    last = Decision.objects.filter(
        comment=now, verb=verb, actor=by.pk, revision=now.revision
    ).first()
    return last is not None and any(
        step["row"] == "comments.comment"
        and step["key"] == now.pk
        and (step["before"] or {}).get("revision") == seen
        for step in last.steps
    )
