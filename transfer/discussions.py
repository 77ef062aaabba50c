"""From the remarks of a source to discussions that can be brought in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from blog.models import Post
from comments import moderation
from comments.models import Comment
from comments.moderation import Discussion, Saying
from comments.moderation.erasing import erasures
from comments.person import mark_of
from transfer.fitting import day, moment
from transfer.items import Article, Item, Remark, Thread
from transfer.known import Known
from transfer.people import People
from transfer.remarks import Rendered, Unfit, rendered
from transfer.summary import Summary

LABELS = {
    Comment.Kind.COMMENT: gettext_noop("Comments imported"),
    Comment.Kind.MENTION: gettext_noop("Mentions imported"),
}
"""What the summary counts them under."""

_ERASED = gettext_noop("Comments whose writer had everything erased here, left out")
_STRAY = gettext_noop("Answers to a comment that is not there, which now stand by themselves")


def talks(items: Sequence[Item]) -> Iterator[Article | Thread]:
    """Yield the items that may have remarks."""
    for item in items:
        if isinstance(item, Article | Thread):
            yield item


def render_new(items: Sequence[Item], known: Known, told: Summary) -> dict[str, Rendered]:
    """Return the remarks that are not here yet, rendered, by their keys; tell of those left out."""
    made: dict[str, Rendered] = {}
    erased = erasures()
    for talk in talks(items):
        for remark in talk.remarks:
            if remark.key in known.comments:
                continue
            if _is_erased(remark, erased):
                told.count(_ERASED)
                continue
            if remark.key in made:
                told.skip(
                    "comment",
                    day(remark.at),
                    gettext_noop("another one has the same key in the source"),
                )
                continue
            try:
                made[remark.key] = rendered(remark)
            except Unfit as unfit:
                told.skip("comment", f"of {day(remark.at)}, on “{talk.title}”", str(unfit))
    return made


def _is_erased(remark: Remark, erased: Mapping[str, datetime]) -> bool:
    """Whether its writer had everything erased here after she wrote it; an old copy brings nothing back."""
    if not (erased and remark.email):
        return False
    until, at = erased.get(mark_of(remark.email)), moment(remark.at)
    return until is not None and at is not None and at <= until


def _join_drafts(found: Sequence[Rendered], discussion: Discussion) -> None:
    """Let drafts of answers know the answers they became."""
    said = {one.key: one.comment for one in discussion.sayings}
    for one in found:
        for draft in one.remark.aftermath.drafts if one.remark.aftermath else ():
            draft.row.answer = said.get(draft.answer) or discussion.known.get(draft.answer)


class Discussions:
    """The discussions of one step, each remark in one of them."""

    def __init__(self, made: Mapping[str, Rendered], known: Known, people: People) -> None:
        self._waiting = {key: one for key, one in made.items() if key not in known.comments}
        self._known = known
        self._people = people
        self.all: list[Discussion] = []
        self.remarks: list[tuple[Remark, Comment]] = []

    def add(self, talk: Article | Thread, post: Post, told: Summary) -> int:
        """Take the new remarks of `talk` to its post, tell of them, and return how many there are."""
        found = [one for remark in talk.remarks if (one := self._waiting.pop(remark.key, None))]
        if not found:
            return 0
        discussion = Discussion(post, [self._saying(one) for one in found], self._here(talk, post))
        _join_drafts(found, discussion)
        self.all.append(discussion)
        self.remarks += [(one.remark, one.comment) for one in found]
        for one in found:
            told.count(LABELS[Comment.Kind(one.comment.kind)])
            told.count(one.was_changed, bool(one.was_changed))
        told.count(_STRAY, moderation.strays(discussion))
        return len(found)

    def _saying(self, one: Rendered) -> Saying:
        return one.saying(self._people)

    def _here(self, talk: Article | Thread, post: Post) -> dict[str, Comment]:
        """Return the comments of the same post that came in before, by their keys."""
        keys = {key for remark in talk.remarks for key in (remark.key, remark.parent)}
        rows = {key: self._known.comments.get(key) for key in keys}
        return {
            key: row.comment
            for key, row in rows.items()
            if row and row.comment and row.comment.post_id == post.pk
        }
