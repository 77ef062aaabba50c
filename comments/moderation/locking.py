"""One comment at a time: the lock every verb takes first, and the number that says what was seen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from blog.models import Site
from blog.refusal import Refused
from comments.models import Comment
from ledger.models import Entry


class Conflict(Refused):
    """The comment is no longer as the person saw it.

    `comment` is how it is now, `seen_text` what it said in the revision that she saw.
    """

    def __init__(self, comment: Comment, seen: int) -> None:
        now = comment.get_state_display().lower()
        super().__init__(
            _("Somebody was faster: this comment of %(name)s is now “%(now)s”.")
            % {"name": comment.name, "now": now}
        )
        self.comment = comment
        self.seen_text = text_at(comment, seen)


def locked(comment: Comment, seen: int) -> Comment:
    """Return the row, locked until the transaction ends.

    Raises:
        Conflict: when its revision is no longer `seen`.
    """
    now = lock(comment.pk)
    if now.revision != seen:
        raise Conflict(now, seen)
    return now


def lock(pk: int) -> Comment:
    """Return the row as it is now, locked until the transaction ends."""
    return (
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("post")
        .get(pk=pk)
    )


def locked_site() -> Site:
    """Return the row of the site, locked until the transaction ends.

    Raises:
        Refused: there is none yet.
    """
    site = Site.objects.select_for_update(no_key=True).first()
    if site is None:
        raise Refused(_("This site is not set up yet."))
    return site


def next_revision(comment: Comment) -> int:
    """Return a revision that this comment never had, for a change that makes one entry. One query.

    An undo gives the old number back. Counting from it alone would give the next change the number of
    the one that was undone, and who still looks at that one would decide about something unseen. The
    record only grows and has an entry for every revision, so counting its entries repeats nothing.
    """
    return max(comment.revision, Entry.objects.about(comment).count()) + 1


def latest_text(comment: Comment) -> str:
    """Return the newest words of the writer, whether they are public or wait."""
    waiting = comment.edits.waiting().first()
    return waiting.body if waiting else comment.body


def text_at(comment: Comment, revision: int) -> str:
    """Return the newest words there were in a revision, for a comparison with those of now."""
    later = comment.edits.filter(revision__gt=revision).order_by("revision").first()
    return later.before if later else latest_text(comment)
