"""The rows of the discussion, by subject."""

from comments.models.answer_draft import AnswerDraft
from comments.models.block import Block, BlockQuerySet
from comments.models.comment import (
    COME_BACK_WITHIN,
    MAX_DEPTH,
    PRIVATE_NOTES,
    REFUSED,
    TO_DECIDE,
    VISIBLE,
    Comment,
    CommentQuerySet,
    path_under,
)
from comments.models.correspondence import Correspondent, Notice
from comments.models.decision import Decision
from comments.models.echo import Echo
from comments.models.edit import Edit
from comments.models.lesson import Lesson
from comments.models.notices import NoticeChoice
from comments.models.tally import Tally
from comments.models.throttle import Throttle
from comments.models.voices import Appeal, Report

__all__ = [
    "COME_BACK_WITHIN",
    "MAX_DEPTH",
    "PRIVATE_NOTES",
    "REFUSED",
    "TO_DECIDE",
    "VISIBLE",
    "AnswerDraft",
    "Appeal",
    "Block",
    "BlockQuerySet",
    "Comment",
    "CommentQuerySet",
    "Correspondent",
    "Decision",
    "Echo",
    "Edit",
    "Lesson",
    "Notice",
    "NoticeChoice",
    "Report",
    "Tally",
    "Throttle",
    "path_under",
]
