"""The page that a link in a mail to one of us opens: a comment, and a button for each decision.

It asks for no sign-in and reads no session: the token in its address is the right, and a button posts a
token that allows its one action, so no other page can press it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog.differences import compared, shortened
from blog.refusal import Refused
from comments import moderation
from comments.mail_links import MailLink, is_used, link_for, person_of, read
from comments.models import AnswerDraft, Comment
from comments.moderation.locking import latest_text, lock
from comments.moderation.undoing import UNDO_WITHIN
from comments.rights import require_speaker
from comments.spam.policy import PRIOR
from comments.text import clean_line

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# What a button says, and what has happened once it was pressed.
ACTIONS: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    "approve": (gettext_lazy("Approve"), gettext_lazy("The comment is public now.")),
    "reject": (gettext_lazy("Reject"), gettext_lazy("The comment is not published.")),
    "mark_spam": (gettext_lazy("Spam"), gettext_lazy("The comment is marked as spam.")),
    "release": (
        gettext_lazy("Release under my name"),
        gettext_lazy("The answer is out under your name."),
    ),
    "drop": (gettext_lazy("Drop it"), gettext_lazy("The draft is dropped. Nobody will see it.")),
    "undo": (gettext_lazy("Undo"), gettext_lazy("It is as it was before.")),
}
DRAFT_ACTIONS = ("release", "drop")
_USED = gettext_lazy("This link was used already, so nothing was changed now.")
_ENDED = gettext_lazy("This link is more than three days old. Decide on the desk.")
_NOT_YOURS = gettext_lazy(
    "This link belongs to an account that is closed, or has another address by now."
)
_REASONS_SHOWN = 3


@dataclass(frozen=True)
class _Asked:
    """One request with a token that is ours: which link, whose, about what."""

    request: HttpRequest
    link: MailLink
    person: User
    comment: Comment

    @property
    def draft(self) -> AnswerDraft | None:
        """The draft it is about, if it is about one and that is still there."""
        drafts = AnswerDraft.objects.select_related("author")
        return drafts.filter(pk=self.link.draft).first() if self.link.draft else None


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link is about; carry out its action when it is posted."""
    link = read(token)
    if link is None:
        raise Http404
    response = _answer(request, link)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, link: MailLink) -> HttpResponse:
    person = person_of(link)
    if person is None:
        return _end(request, 403, _("This link has ended"), _NOT_YOURS)
    if link.has_ended:
        return _end(request, 410, _("This link has ended"), _ENDED)
    if is_used(link):
        return _end(request, 410, _("It is done already"), _USED)
    known = Comment.objects.select_related("post__live_version__author", "parent")
    asked = _Asked(request, link, person, get_object_or_404(known, pk=link.comment))
    try:
        # What the page shows is for the newsroom, whatever the verb would say afterwards.
        require_speaker(person, asked.comment)
        if request.method == "POST":
            return _decided(asked)
        return _done(asked) if link.did else _page(asked)
    except moderation.Conflict as conflict:
        return _conflict(asked, conflict)
    except _Used:
        return _end(request, 410, _("It is done already"), _USED)
    except Refused as refusal:
        return _end(request, 403, _("Nothing was changed"), str(refusal))


class _Used(Exception):
    """Somebody pressed a button of this link between the first look and the lock."""


def _decided(asked: _Asked) -> HttpResponse:
    link = asked.link
    if len(link.actions) != 1:
        return _page(asked, status=400, message=_("Press one of the buttons below."))
    action = link.actions[0]
    try:
        comment = _carry_out(asked, action)
    except moderation.Conflict:
        raise
    except Refused as refusal:
        return _page(asked, status=422, message=str(refusal))
    if action == "undo":
        return _end(asked.request, 200, _("Undone"), ACTIONS["undo"][1])
    undo = link_for(comment, asked.person, ["undo"], did=action)
    return HttpResponseRedirect(undo.path, status=303)


def _carry_out(asked: _Asked, action: str) -> Comment:
    """Do it once; return the comment as it is afterwards.

    Raises:
        _Used: it was done already, and perhaps undone.
        Conflict, Refused: as the verb says.
    """
    link = asked.link
    facts = {"token": link.mark}
    by: dict[str, Any] = {
        "by": asked.person,
        "seen": link.revision,
        "channel": "mail",
        "facts": facts,
    }
    with transaction.atomic():
        lock(link.comment)
        if is_used(link):
            raise _Used
        match action:
            case "release" | "drop":
                draft = asked.draft
                if draft is None:
                    raise Refused(_("This draft was taken back."))
                verb = {"release": moderation.release_answer, "drop": moderation.drop_answer}
                verb[action](draft, **by)
            case "reject":
                reason = clean_line(asked.request.POST.get("reason", ""))
                moderation.reject(asked.comment, reason=reason, **by)
            case "approve" | "mark_spam" | "undo":
                getattr(moderation, action)(asked.comment, **by)
            case _:
                raise Refused(_("Nothing can be done with this link."))
        return lock(link.comment)


def _page(asked: _Asked, *, status: int = 200, message: str = "") -> HttpResponse:
    """Show the comment, and the draft if it is about one, with a button for each action.

    Raises:
        Conflict: the comment has moved on since the mail was written.
    """
    link, comment, draft = asked.link, asked.comment, asked.draft
    actions = link.actions
    if link.draft:
        if draft is None or draft.state != AnswerDraft.State.WAITING:
            return _end(
                asked.request, 410, _("It is done already"), _("This draft waits no longer.")
            )
        stale = moderation.why_stale(draft, comment)
        if stale:
            status, message, actions = 409, stale, ("drop",)
    elif comment.revision != link.revision:
        raise moderation.Conflict(comment, link.revision)
    context = {
        "heading": _("An answer for you to release") if draft else _title(comment),
        "message": message,
        "comment": comment,
        "draft": draft,
        "reasons": _reasons(comment),
        "buttons": _buttons(asked, actions),
        "reason": asked.request.POST.get("reason", ""),
        "desk": _desk(),
    }
    return render(asked.request, "comments/decide.html", context, status=status)


def _title(comment: Comment) -> str:
    return _("A private note waits") if comment.is_private else _("A comment waits")


def _buttons(asked: _Asked, actions: Sequence[str]) -> list[dict[str, str]]:
    """Return a button for each action; those of a draft are about the comment as it is now."""
    now = asked.comment.revision if asked.link.draft else None
    return [
        {
            "action": action,
            "label": _label(action, asked.comment),
            "path": asked.link.only(action, revision=now).path,
        }
        for action in actions
        if action in ACTIONS
    ]


def _label(action: str, comment: Comment) -> str:
    if action == "reject" and comment.is_private:
        return _("Close without an answer")
    return str(ACTIONS[action][0])


def _reasons(comment: Comment) -> list[tuple[str, float]]:
    """Return what speaks most for and against it, in words, each with its weight in log-odds."""
    told = [found for found in comment.evidence if found["check"] != PRIOR]
    heaviest = sorted(told, key=lambda found: -abs(found["weight"]))
    holding = [found for found in heaviest if found["holds"]]
    shown = [*holding, *(found for found in heaviest if not found["holds"])]
    return [(str(found["reason"]), float(found["weight"])) for found in shown[:_REASONS_SHOWN]]


def _done(asked: _Asked) -> HttpResponse:
    """Say what was decided, and offer to take it back while that is possible."""
    link = asked.link
    decision = asked.comment.decisions.filter(
        revision=asked.comment.revision, actor=asked.person.pk
    ).first()
    is_last = asked.comment.revision == link.revision and decision is not None
    can_undo = is_last and decision and timezone.now() < decision.made_at + UNDO_WITHIN
    context = {
        "heading": _("Done"),
        "message": ACTIONS[link.did][1],
        "comment": asked.comment,
        "undo": link.path if can_undo else "",
        "seconds": int(UNDO_WITHIN.total_seconds()),
        "desk": _desk(),
    }
    return render(asked.request, "comments/decide_done.html", context)


def _conflict(asked: _Asked, conflict: moderation.Conflict) -> HttpResponse:
    """Answer 409 with what is different now."""
    pieces = shortened(compared(conflict.seen_text, latest_text(conflict.comment)))
    context: dict[str, Any] = {
        "heading": _("Something changed meanwhile"),
        "message": _("%(conflict)s Nothing was changed by you.") % {"conflict": conflict},
        "comment": conflict.comment,
        "pieces": pieces,
        "has_changed": any(piece.kind != "same" for piece in pieces),
        "again": replace(asked.link, actions=DRAFT_ACTIONS).path if asked.link.draft else "",
        "desk": _desk(),
    }
    return render(asked.request, "comments/decide_conflict.html", context, status=409)


def _end(request: HttpRequest, status: int, heading: str, message: StrOrPromise) -> HttpResponse:
    context = {"heading": heading, "message": message, "desk": _desk()}
    return render(request, "comments/decide_done.html", context, status=status)


def _desk() -> str:
    return reverse("admin:comments_comment_changelist")
