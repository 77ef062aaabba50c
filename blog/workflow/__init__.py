"""All that happens to a post, one verb each.

Every verb checks first; then, in one transaction, it locks the post, compares what it saw, writes,
and makes the entry in the record last. It raises `Refused` with a sentence when the rules say no.
"""

from blog.workflow.adopting import adopt, may_adopt
from blog.workflow.filing import change_post
from blog.workflow.importing import Brought, begin_batch, bring_in, finish_batch
from blog.workflow.keeping import drop, forget_unsaved, keep
from blog.workflow.mailing import Came, renew_writing_address, take_letter
from blog.workflow.noting import add_note, change_note, read_notes, remove_note
from blog.workflow.publishing import publish, publish_due, schedule
from blog.workflow.quieting import end_quiet, plan_quiet
from blog.workflow.reviewing import approve, propose_rendering, request_changes, revoke, submit
from blog.workflow.undoing import forget_ways_back, undo_publication, ways_back
from blog.workflow.withdrawing import redact, retract, unpublish
from blog.workflow.writing import create_post, render, save_version

__all__ = [
    "Brought",
    "Came",
    "add_note",
    "adopt",
    "approve",
    "begin_batch",
    "bring_in",
    "change_note",
    "change_post",
    "create_post",
    "drop",
    "end_quiet",
    "finish_batch",
    "forget_unsaved",
    "forget_ways_back",
    "keep",
    "may_adopt",
    "plan_quiet",
    "propose_rendering",
    "publish",
    "publish_due",
    "read_notes",
    "redact",
    "remove_note",
    "render",
    "renew_writing_address",
    "request_changes",
    "retract",
    "revoke",
    "save_version",
    "schedule",
    "submit",
    "take_letter",
    "undo_publication",
    "unpublish",
    "ways_back",
]
