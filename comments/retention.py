"""How long what readers leave behind is kept, and the job that ends it.

The page about privacy is written from these figures (`config/privacy.py`), so it says what is true.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from comments import echoes, taught, throttle
from comments.models import (
    AnswerDraft,
    Appeal,
    Comment,
    CommentQuerySet,
    Correspondent,
    Decision,
    Edit,
    Notice,
    Report,
)
from comments.moderation.erasing import blank
from ledger.record import Actor, record

NETWORK_DAYS = 30
"""Days for which a comment, and a report, keep the keyed hash of the network they came from."""

SPAM_DAYS = 30
"""Days after which the words of spam, and who sent them, are blanked."""

WITHDRAWN_DAYS = 30
"""Days after which the words of a withdrawn comment, and who sent them, are blanked."""

SETTLED_DAYS = 30
"""Days for which earlier wordings, notes on reports, appeals and drafts of answers are kept once settled."""

NOTICE_DAYS = 30
"""Days after which news that could not be told by mail are dropped."""

THROTTLE_DAYS = 1
"""Days for which the counters that slow down floods are kept."""

_BATCH = 500


def forget(*, now: datetime | None = None) -> int:
    """Blank or remove what has been kept long enough; return how many rows changed."""
    moment = now or timezone.now()
    jobs: tuple[Callable[[datetime], int], ...] = (
        forget_networks,
        purge_spam,
        purge_withdrawn,
        forget_settled,
        forget_correspondents,
        _forget_lessons,
        echoes.forget_old,
        _forget_counters,
    )
    return sum(job(moment) for job in jobs)


def forget_networks(now: datetime) -> int:
    """Blank the network of comments and reports older than `NETWORK_DAYS`; return how many."""
    before = now - timedelta(days=NETWORK_DAYS)
    comments = Comment.objects.filter(created_at__lt=before).exclude(network="").update(network="")
    reports = Report.objects.filter(made_at__lt=before).exclude(reader="").update(reader="")
    return comments + reports


def purge_spam(now: datetime) -> int:
    """Blank the words of what a person called spam `SPAM_DAYS` ago, and record it; return how many.

    What only the filter called spam waits for a person: nothing is blanked unread. What the words of
    spam taught the filter stays, since it holds none of them and spam comes back; what name, address
    and links taught goes.

    The rows stay, empty, so that answers below them keep their place and numbers their meaning.
    """
    before = now - timedelta(days=SPAM_DAYS)
    spam = Comment.objects.filter(state=Comment.State.SPAM, decided_at__lt=before)
    return _purge(spam, keeps_lessons=True)


def purge_withdrawn(now: datetime) -> int:
    """Blank what its writer withdrew `WITHDRAWN_DAYS` ago, as spam is blanked; return how many.

    Of what came from elsewhere nobody knows when it was withdrawn; its own time counts.
    """
    before = now - timedelta(days=WITHDRAWN_DAYS)
    is_old = Q(withdrawn_at__lt=before) | Q(withdrawn_at=None, created_at__lt=before)
    return _purge(Comment.objects.filter(is_old, state=Comment.State.WITHDRAWN))


def forget_settled(now: datetime) -> int:
    """Remove words that served their purpose `SETTLED_DAYS` ago, and news too old to tell; count them."""
    before = now - timedelta(days=SETTLED_DAYS)
    # A decision that can still be undone brings its edit back.
    edits = Edit.objects.filter(made_at__lt=before).exclude(state=Edit.State.WAITING)
    edits = edits.exclude(comment__in=Decision.objects.values("comment"))
    drafts = AnswerDraft.objects.filter(decided_at__lt=before).exclude(text="")
    notes = Report.objects.filter(settled_at__lt=before).exclude(note="")
    appeals = Appeal.objects.filter(decided_at__lt=before).exclude(text="")
    news = Notice.objects.filter(made_at__lt=now - timedelta(days=NOTICE_DAYS))
    return (
        edits.delete()[0]
        + drafts.exclude(state=AnswerDraft.State.WAITING).update(text="")
        + notes.update(note="")
        + appeals.update(text="")
        + news.delete()[0]
    )


def forget_correspondents(now: datetime) -> int:
    """Remove choices about mail of whom no comment is left; return how many.

    Who asked for no mail at all stays on the list, so that nobody else can have mail sent to her.
    """
    known = Comment.objects.exclude(email="").values(address=Lower("email"))
    choices = Correspondent.objects.filter(muted_at=None, made_at__lt=now - timedelta(days=1))
    return choices.exclude(email__in=known).delete()[0]


def _purge(comments: CommentQuerySet, *, keeps_lessons: bool = False) -> int:
    count = 0
    while batch := _purge_batch(comments, keeps_lessons=keeps_lessons):
        count += batch
    return count


@transaction.atomic
def _purge_batch(comments: CommentQuerySet, *, keeps_lessons: bool) -> int:
    locked = comments.kept().select_for_update(of=("self",), no_key=True).order_by("pk")
    batch = list(locked[:_BATCH])
    if not batch:
        return 0
    blank(batch, keeps_lessons=keeps_lessons)
    numbers = [comment.pk for comment in batch]
    record("purge", "comments.comment", by=Actor.system(), facts={"comments": numbers})
    return len(batch)


def _forget_lessons(now: datetime) -> int:
    return taught.trim()


def _forget_counters(now: datetime) -> int:
    return throttle.forget((now - timedelta(days=THROTTLE_DAYS)).timestamp())
