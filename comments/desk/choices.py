"""What can be done with a comment: the buttons of its card, their keys, and the sentence afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comments.desk.tabs import REPORTED, SAMPLE
from comments.models import Comment
from comments.moderation.deciding import TRANSITIONS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


State = Comment.State


@dataclass(frozen=True)
class Verb:
    """What the button of a verb says, what is said of one comment and of several afterwards, its key."""

    label: StrOrPromise
    done: StrOrPromise
    done_together: StrOrPromise
    key: str = ""
    takes_reason: bool = False


VERBS: dict[str, Verb] = {
    "approve": Verb(
        _("Approve"),
        _("The comment of %(name)s is public now."),
        ngettext_lazy(
            "%(count)s comment is public now.", "%(count)s comments are public now.", "count"
        ),
        "a",
    ),
    "reject": Verb(
        _("Reject"),
        _("The comment of %(name)s is not published."),
        ngettext_lazy(
            "%(count)s comment is not published.", "%(count)s comments are not published.", "count"
        ),
        "r",
        takes_reason=True,
    ),
    "accept_edit": Verb(
        _("Publish the new words"),
        _("The comment of %(name)s shows its new words now."),
        ngettext_lazy(
            "%(count)s comment shows its new words now.",
            "%(count)s comments show their new words now.",
            "count",
        ),
        "a",
    ),
    "refuse_edit": Verb(
        _("Keep the old words"),
        _("The comment of %(name)s keeps its old words."),
        ngettext_lazy(
            "%(count)s comment keeps its old words.",
            "%(count)s comments keep their old words.",
            "count",
        ),
        "r",
        takes_reason=True,
    ),
    "grant_appeal": Verb(
        _("Publish after all"),
        _("The comment of %(name)s is public after all."),
        ngettext_lazy(
            "%(count)s comment is public after all.",
            "%(count)s comments are public after all.",
            "count",
        ),
        "a",
    ),
    "refuse_appeal": Verb(
        _("Leave it unpublished"),
        _("The comment of %(name)s stays unpublished."),
        ngettext_lazy(
            "%(count)s comment stays unpublished.", "%(count)s comments stay unpublished.", "count"
        ),
        "r",
        takes_reason=True,
    ),
    "dismiss_reports": Verb(
        _("Keep"),
        _("The comment of %(name)s stays public, and its reports are settled."),
        ngettext_lazy(
            "%(count)s comment stays public, and its reports are settled.",
            "%(count)s comments stay public, and their reports are settled.",
            "count",
        ),
        "a",
    ),
    "remove": Verb(
        _("Remove"),
        _("The comment of %(name)s is taken away."),
        ngettext_lazy(
            "%(count)s comment is taken away.", "%(count)s comments are taken away.", "count"
        ),
        "r",
        takes_reason=True,
    ),
    "mark_spam": Verb(
        _("Spam"),
        _("The comment of %(name)s is marked as spam."),
        ngettext_lazy(
            "%(count)s comment is marked as spam.",
            "%(count)s comments are marked as spam.",
            "count",
        ),
        "s",
    ),
    "restore": Verb(
        _("Put back"),
        _("The comment of %(name)s waits for a decision again."),
        ngettext_lazy(
            "%(count)s comment waits for a decision again.",
            "%(count)s comments wait for a decision again.",
            "count",
        ),
    ),
}
PUBLISHES = frozenset({"approve", "accept_edit", "grant_appeal"})
"""The verbs after which readers see words they did not see before."""

TAKES_AWAY = frozenset({"reject", "remove", "mark_spam"})
"""The verbs after which readers do not see the words."""

_ASKED = {
    "appeal": ("grant_appeal", "refuse_appeal", "mark_spam"),
    "edit": ("accept_edit", "refuse_edit", "mark_spam"),
    "reports": ("dismiss_reports", "remove", "mark_spam"),
}


@dataclass(frozen=True)
class Choice:
    """One button of a card."""

    verb: str
    label: StrOrPromise
    key: str
    takes_reason: bool


def choices_for(
    comment: Comment, asked: frozenset[str] = frozenset(), tab: str = ""
) -> list[Choice]:
    """Return the buttons for a comment where it stands.

    Args:
        asked: what waits at it besides itself: `edit`, `reports`, `appeal`.
        tab: where it is looked at, which decides between an edit and reports.
    """
    names = [*_ASKED[asks]] if (asks := _asks(comment, asked, tab)) else _steps(comment)
    names = [name for name in names if _leads_on(name, comment)]
    if tab == SAMPLE and comment.appeared_by_itself:
        names = ["approve", *names]
    return [
        Choice(name, VERBS[name].label, VERBS[name].key, VERBS[name].takes_reason) for name in names
    ]


def can_be_answered(comment: Comment) -> bool:
    """Whether an answer makes sense: a comment that waits or is public, or a note that waits."""
    if comment.is_mention:
        return False
    if comment.is_private:
        return comment.state == State.PENDING and comment.answered_at is None
    return comment.state in {State.PENDING, State.APPROVED}


def _asks(comment: Comment, asked: frozenset[str], tab: str) -> str:
    if comment.is_refused:
        return "appeal" if "appeal" in asked else ""
    if not comment.is_visible:
        return ""
    order = ("reports", "edit") if tab == REPORTED else ("edit", "reports")
    return next((asks for asks in order if asks in asked), "")


def _leads_on(name: str, comment: Comment) -> bool:
    """Whether a verb of `deciding` has a step from where the comment stands; others know it themselves."""
    return name not in TRANSITIONS or comment.state in TRANSITIONS[name][0]


def _steps(comment: Comment) -> list[str]:
    """Return the verbs that lead on from the state of `comment`."""
    return [
        name
        for name in VERBS
        if name in TRANSITIONS
        and _leads_on(name, comment)
        and not (name == "approve" and comment.is_private)
    ]
