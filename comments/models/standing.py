"""What a writer is told about her comment.

Spam is told like waiting, so that nobody learns to tune it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from comments.models.comment import Comment

_WAITING = (
    gettext_lazy("Waiting for a person"),
    gettext_lazy("Somebody reads it before it appears. This page shows when that happens."),
)
STANDING = {
    "pending": _WAITING,
    "spam": _WAITING,
    "approved": (
        gettext_lazy("It is public"),
        gettext_lazy("Everybody can read it under the post now."),
    ),
    "rejected": (
        gettext_lazy("Not published"),
        gettext_lazy("We read it and decided not to publish it."),
    ),
    "removed": (
        gettext_lazy("No longer public"),
        gettext_lazy("It was public, and was taken away again."),
    ),
    "withdrawn": (
        gettext_lazy("Withdrawn"),
        gettext_lazy("You took it back. Nobody else can read it."),
    ),
}
PRIVATE_STANDING = {
    "waiting": (
        gettext_lazy("It is not for publication"),
        gettext_lazy(
            "Only the author and those who read comments for her can see it. An answer appears on this page."
        ),
    ),
    "closed": (
        gettext_lazy("It was read"),
        gettext_lazy("It is not published, and there will be no answer here."),
    ),
    "answered": (
        gettext_lazy("It is answered"),
        gettext_lazy("The answer is below. Neither it nor your note is published."),
    ),
    "withdrawn": STANDING["withdrawn"],
}


def standing_of(comment: Comment) -> tuple[str, str]:
    """Return where a comment stands, as a title and a sentence, with the reason if one was given."""
    key = _private(comment) if comment.is_private else comment.state
    title, sentence = map(str, (PRIVATE_STANDING if comment.is_private else STANDING)[key])
    if comment.reason and comment.state in {"rejected", "removed"}:
        sentence = _("%(sentence)s The reason given: %(reason)s") % {
            "sentence": sentence,
            "reason": comment.reason,
        }
    return title, sentence


def _private(comment: Comment) -> str:
    if comment.state == "withdrawn":
        return "withdrawn"
    if comment.answered_at:
        return "answered"
    return "closed" if comment.state in {"rejected", "removed"} else "waiting"
