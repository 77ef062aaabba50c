"""All that happens to a comment, one verb each.

A verb checks and assesses first; then, in one transaction, it locks the comment, compares the
revision that the person saw, writes, queues mail, and makes the entry in the record last. The view,
the button in the admin, the bulk action and the command all call the verb.
"""

from comments.moderation.answering import answer, answer_privately
from comments.moderation.deciding import approve, mark_spam, reject, remove, restore
from comments.moderation.importing import Discussion, Saying, bring_in, strays, unsaved
from comments.moderation.locking import Conflict
from comments.moderation.reporting import dismiss_reports, report
from comments.moderation.rerendering import rerender
from comments.moderation.submitting import Outcome, Received, Said, Voice, submit
from comments.moderation.undoing import forget_decisions, undo, undo_group

__all__ = [
    "Conflict",
    "Discussion",
    "Outcome",
    "Received",
    "Said",
    "Saying",
    "Voice",
    "answer",
    "answer_privately",
    "approve",
    "bring_in",
    "dismiss_reports",
    "forget_decisions",
    "mark_spam",
    "reject",
    "remove",
    "report",
    "rerender",
    "restore",
    "strays",
    "submit",
    "undo",
    "undo_group",
    "unsaved",
]
