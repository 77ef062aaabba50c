"""Teaching: what a person publishes or calls spam, the spam filter of this site learns.

A lesson is written through the journal of the decision, in its transaction, so an undo takes it out
again and brings back the one it replaced. There is one for each comment at most: what the last
decision said of spam. Refusing and removing say nothing about spam. What came from elsewhere, mentions
and our own words teach nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from comments import taught
from comments.facts import features_alone
from comments.models import Comment, Lesson
from comments.models.lesson import new_token
from comments.moderation.acting import Act
from comments.spam.learned.features import Features

logger = logging.getLogger(__name__)
State = Comment.State

_SAYS = {State.APPROVED: False, State.SPAM: True}
# A comment that is taken away was genuine when it was published, and still is.
_SAYS_NOTHING = frozenset({State.REMOVED})

_SENDER = frozenset({"name", "link"})
"""The groups of features that tell of who sent a comment: name, address domain, link field and links."""


def teach(act: Act) -> None:
    """Let the filter learn from the state that a decision has just given the comment of `act`.

    Published is genuine, spam is spam; what waits again, or is refused, has no lesson any more. If a
    check of the text fails, nothing can be learned; the log says so, and the decision stands.
    """
    comment = act.comment
    if comment.is_own or comment.is_mention or comment.state in _SAYS_NOTHING:
        return
    says = _SAYS.get(State(comment.state))
    before = Lesson.objects.filter(comment=comment).first()
    # How they came is weighed by checks of their own.
    features = None if says is None else features_alone(comment)
    if before and _still_says(before, says, features):
        return
    if before:
        act.journal.remove(before)
    if says is not None and features:
        _learn(act, features, is_spam=says)


def _still_says(before: Lesson, says: bool | None, features: Features | None) -> bool:
    """Return whether a decision about these words would teach what is known already."""
    if before.is_spam != says:
        return False
    # PostgreSQL gives a memoryview.
    return features is None or bytes(before.features) == features.packed()


def _learn(act: Act, features: Features, *, is_spam: bool) -> None:
    packed, today = features.packed(), taught.today()
    act.journal.create(Lesson(comment=act.comment, is_spam=is_spam, features=packed, day=today))


def forget_senders(numbers: Sequence[int]) -> None:
    """Keep only the words in the lessons of these comments: name, address domain and links go.

    Who guesses at a name could test it on them. What cannot be read goes altogether. Call it inside the
    caller's transaction; one query, one to write, and one where any cannot be read.
    """
    found = list(Lesson.objects.filter(comment__in=numbers).order_by("pk"))
    kept = [one for one in found if _is_without_sender(one)]
    # Another token, so that every process reads the lesson again.
    Lesson.objects.bulk_update(kept, ["features", "token"])
    Lesson.objects.filter(pk__in={one.pk for one in found} - {one.pk for one in kept}).delete()


def _is_without_sender(lesson: Lesson) -> bool:
    """Take the sender out of a lesson that is not saved; return False where it cannot be read."""
    try:
        groups = Features.unpack(bytes(lesson.features)).groups
    except ValueError:
        logger.exception("Lesson %s cannot be read and is removed", lesson.pk)
        return False
    left = tuple(group for group in groups if group.name not in _SENDER)
    lesson.features, lesson.token = Features(left).packed(), new_token()
    return True
