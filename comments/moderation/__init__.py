"""All that happens to a comment, one verb each.

A verb checks and assesses first; then, in one transaction, it locks the comment, compares the
revision that the person saw, writes, queues mail, and makes the entry in the record last. The view,
the button in the admin, the bulk action and the command all call the verb.
"""

from comments.moderation.answering import answer, answer_privately
from comments.moderation.appealing import appeal, grant_appeal, refuse_appeal
from comments.moderation.blocking import block, change_block, unblock
from comments.moderation.caring import choose_care
from comments.moderation.confirming import confirm
from comments.moderation.consenting import consent
from comments.moderation.crisis import end_crisis, end_crisis_in_time, start_crisis
from comments.moderation.deciding import approve, mark_spam, reject, remove, restore
from comments.moderation.drafting import (
    draft_answer,
    drop_answer,
    hold_answer,
    release_answer,
    why_stale,
)
from comments.moderation.editing import accept_edit, edit, refuse_edit
from comments.moderation.erasing import Erased, erase_person
from comments.moderation.importing import Discussion, Saying, bring_in, strays, unsaved
from comments.moderation.locking import Conflict
from comments.moderation.replying import Taken, take_reply
from comments.moderation.reporting import dismiss_reports, report
from comments.moderation.rerendering import rerender
from comments.moderation.submitting import Outcome, Received, Said, Voice, submit
from comments.moderation.undoing import forget_decisions, undo, undo_group
from comments.moderation.withdrawing import come_back, withdraw

__all__ = [
    "Conflict",
    "Discussion",
    "Erased",
    "Outcome",
    "Received",
    "Said",
    "Saying",
    "Taken",
    "Voice",
    "accept_edit",
    "answer",
    "answer_privately",
    "appeal",
    "approve",
    "block",
    "bring_in",
    "change_block",
    "choose_care",
    "come_back",
    "confirm",
    "consent",
    "dismiss_reports",
    "draft_answer",
    "drop_answer",
    "edit",
    "end_crisis",
    "end_crisis_in_time",
    "erase_person",
    "forget_decisions",
    "grant_appeal",
    "hold_answer",
    "mark_spam",
    "refuse_appeal",
    "refuse_edit",
    "reject",
    "release_answer",
    "remove",
    "report",
    "rerender",
    "restore",
    "start_crisis",
    "strays",
    "submit",
    "take_reply",
    "unblock",
    "undo",
    "undo_group",
    "unsaved",
    "why_stale",
    "withdraw",
]
