"""Words and numbers of the moderation desk."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User

from comments.desk.deciding import verbs_for
from comments.desk.tabs import counts
from comments.models import Comment
from comments.spam import policy

register = template.Library()

_HAPPENED = {
    "submit_comment": "Arrived",
    "import_comments": "Imported",
    "approve": "Approved",
    "reject": "Rejected",
    "mark_spam": "Marked as spam",
    "remove": "Removed",
    "restore": "Put back to decide",
    "report": "Reported by a reader",
    "send_back": "Sent back to decide",
    "dismiss_reports": "Kept, its reports dismissed",
    "answer": "Answered in the thread",
    "answer_privately": "Answered privately",
}


@register.filter
def verbs(comment: Comment) -> list[tuple[str, str]]:
    """Return what can be done with a comment now, each verb with the words on its button."""
    return verbs_for(comment)


@register.filter
def can_be_answered(comment: Comment) -> bool:
    """Whether an answer makes sense: a comment that waits or is public, or a note that waits."""
    if comment.is_mention:
        return False
    if comment.is_private:
        return comment.state == Comment.State.PENDING and comment.answered_at is None
    return comment.state in {Comment.State.PENDING, Comment.State.APPROVED}


@register.simple_tag
def waiting(user: User) -> dict[str, int]:
    """Return how many comments that `user` may read lie in each tab of the desk."""
    return counts(user)


@register.simple_tag
def thresholds() -> dict[str, float]:
    """Return the scores from which a comment is held, and called spam."""
    return {"hold": policy.HOLD_AT, "spam": policy.SPAM_AT}


@register.filter
def top_reason(comment: Comment) -> str:
    """Return the heaviest finding that speaks for spam, in words; nothing when none does."""
    against = [finding for finding in comment.evidence if finding["weight"] > 0 or finding["holds"]]
    return str(max(against, key=lambda finding: finding["weight"])["reason"]) if against else ""


@register.filter
def percent(score: float) -> str:
    """Return a share from 0 to 1 as `87 %`."""
    return f"{score * 100:.0f} %"


@register.filter
def signed(weight: float) -> str:
    """Return a weight with its sign, as `+1.5` or `−0.4`."""
    return f"{'+' if weight >= 0 else '−'}{abs(weight):.1f}"


@register.filter
def happened(verb: str) -> str:
    """Return the words for a verb of the record."""
    return _HAPPENED.get(verb, verb.replace("_", " ").capitalize())
