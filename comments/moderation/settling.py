"""What becomes of readers' reports when a person decides about the comment."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from comments.models import Comment
from comments.moderation.journal import Journal

# Whether a verb says that those who reported were right. The others say nothing about that.
UPHELD: Mapping[str, bool] = {
    "approve": False,
    "dismiss_reports": False,
    "reject": True,
    "remove": True,
    "mark_spam": True,
}


def settle_reports(comment: Comment, verb: str, journal: Journal) -> int:
    """Answer the open reports of a locked comment by what `verb` says of them; return how many."""
    if verb not in UPHELD:
        return 0
    reports = list(comment.reports.open())
    now = timezone.now()
    for report in reports:
        journal.change(report, settled_at=now, was_upheld=UPHELD[verb])
    return len(reports)
