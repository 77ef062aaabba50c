"""Whom we know: a reader whose earlier comments a person approved, and who shows that it is she.

Nothing about trust is stored. It is read from the comments themselves, so that what changes them, an
undo included, changes it as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from blog.models import Post, Site
from blog.models.site import CommentMode
from comments.models import Comment, CommentQuerySet
from comments.openness import AT_ONCE, mode_of
from ledger.models import Entry

RECOGNISED_DAYS = 30
"""Days for which a confirmed comment lets the next one from its network count as confirmed."""

FIRST_DECISIONS, FIRST_DAYS = 10, 30
"""Decisions, or days, until a site is no longer new; see `is_welcome`."""

State = Comment.State
_REFUSED = (State.REJECTED, State.REMOVED, State.SPAM)


def may_appear(comment: Comment, site: Site) -> bool:
    """Whether a clean comment may be public without a person, by whom the site lets speak at once.

    The one door to that, when a comment comes and when it comes back. Six queries at most.
    """
    mode = mode_of(comment.post, site)
    if mode == CommentMode.CLEAN and is_welcome(comment):
        return True
    return mode in AT_ONCE and is_known(comment, site)


def mode_told(post: Post, site: Site) -> CommentMode:
    """Return the mode of which the form tells readers. Two queries at most, and none in most modes.

    While a site is new, what is clearly no spam waits as well, unless it comes from somebody known.
    """
    mode = mode_of(post, site)
    return CommentMode.OPEN if mode == CommentMode.CLEAN and _is_new() else mode


def is_recognised(comment: Comment) -> bool:
    """Whether a new comment comes from where a confirmed one with the same address came from lately.

    An address alone shows nothing: anybody can type it. One query at most.
    """
    if not (comment.email and comment.network):
        return False
    since = timezone.now() - timedelta(days=RECOGNISED_DAYS)
    confirmed = _hers(comment).filter(confirmed_at__isnull=False, created_at__gte=since)
    return confirmed.filter(network=comment.network).exists()


def is_known(comment: Comment, site: Site) -> bool:
    """Whether enough comments of the same reader were approved since the last one that was refused.

    Only what a person decided counts, and only comments whose address was confirmed speak for her;
    whatever was refused with her address speaks against. Three queries at most.
    """
    return is_recognised(comment) and _approved(comment) >= site.trust_after


def is_welcome(comment: Comment) -> bool:
    """Whether somebody new may speak at once where the site lets clean comments appear.

    Not on a site that has still to learn what its comments look like: that is until people have
    decided about `FIRST_DECISIONS` comments, or for its first `FIRST_DAYS` days, whichever ends
    first. And never right after what was last decided under her address was refused. Three queries
    at most.
    """
    return not _was_refused(comment) and not _is_new()


def _is_new() -> bool:
    return not (_has_decided_enough() or _is_old_enough())


def _was_refused(comment: Comment) -> bool:
    if not comment.email:
        return False
    hers = _hers(comment).filter(decided_by__isnull=False, decided_at__isnull=False)
    last = hers.order_by("-decided_at", "-pk").values_list("state", flat=True).first()
    return last in _REFUSED


def _has_decided_enough() -> bool:
    decided = Comment.objects.comments().filter(decided_by__isnull=False)
    return len(decided.order_by().values_list("pk", flat=True)[:FIRST_DECISIONS]) == FIRST_DECISIONS


def new_until() -> datetime:
    """Return when a site that has not decided enough stops being new by the clock. One query."""
    began = Entry.objects.order_by("sequence").values_list("at", flat=True).first()
    return (began or timezone.now()) + timedelta(days=FIRST_DAYS)


def _is_old_enough() -> bool:
    return new_until() <= timezone.now()


def _approved(comment: Comment) -> int:
    hers = _hers(comment).filter(decided_by__isnull=False, decided_at__isnull=False)
    refused_at = hers.filter(state__in=_REFUSED).aggregate(last=Max("decided_at"))["last"]
    since = Q(decided_at__gt=refused_at) if refused_at else Q()
    approved = hers.filter(since, state=State.APPROVED, confirmed_at__isnull=False)
    return approved.count()


def _hers(comment: Comment) -> CommentQuerySet:
    """Return all that was said under the address of `comment`, without itself and without our own."""
    same = Comment.objects.comments().filter(email__iexact=comment.email, author=None, badge="")
    return same.exclude(pk=comment.pk)
