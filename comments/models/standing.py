"""What a writer is told about her comment.

Spam is told like waiting, so that nobody learns to tune it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comments.models.comment import Comment

_WAITING = (
    "Waiting for a person",
    "Somebody reads it before it appears. This page shows when that happens.",
)
STANDING = {
    "pending": _WAITING,
    "spam": _WAITING,
    "approved": ("It is public", "Everybody can read it under the post now."),
    "rejected": ("Not published", "We read it and decided not to publish it."),
    "removed": ("No longer public", "It was public, and was taken away again."),
    "withdrawn": ("Withdrawn", "You took it back. Nobody else can read it."),
}
PRIVATE_STANDING = {
    "waiting": (
        "It is not for publication",
        "Only the author and those who read comments for her can see it. An answer appears on this page.",
    ),
    "closed": ("It was read", "It is not published, and there will be no answer here."),
    "answered": (
        "It is answered",
        "The answer is below. Neither it nor your note is published.",
    ),
    "withdrawn": STANDING["withdrawn"],
}


def standing_of(comment: Comment) -> tuple[str, str]:
    """Return where a comment stands, as a title and a sentence, with the reason if one was given."""
    title, sentence = (
        PRIVATE_STANDING[_private(comment)] if comment.is_private else STANDING[comment.state]
    )
    if comment.reason and comment.state in {"rejected", "removed"}:
        sentence = f"{sentence} The reason given: {comment.reason}"
    return title, sentence


def _private(comment: Comment) -> str:
    if comment.state == "withdrawn":
        return "withdrawn"
    if comment.answered_at:
        return "answered"
    return "closed" if comment.state in {"rejected", "removed"} else "waiting"
