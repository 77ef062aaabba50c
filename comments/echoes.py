"""What was said before: finding near copies of a comment among all of the last thirty days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain, repeat

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from blog.batching import batched
from blog.prepared import Prepared
from comments.models import Comment, Echo
from comments.spam.checks.duplicates import MOST_COMPARED
from comments.spam.facts import Seen
from comments.spam.minhash import BANDS, keys_of

ECHO_DAYS = 30
"""Days for which a comment is found again when its words come back."""

Keys = tuple[int, ...]
_ROWS, _FEW, _MOST_LOOKED_AT = 400, 100, 50
_INSERT = "INSERT INTO comments_echo (comment_id, key) VALUES"


def remember(comments: Sequence[Comment]) -> None:
    """Let readers' recent comments be found by the words they have now, in the caller's transaction.

    Two queries, and one more for each eighty comments.
    """
    since = since_when()
    recent = [one for one in comments if _is_found(one, since)]
    forget([one.pk for one in recent])
    _write((one, keys_of(one.shown_text)) for one in recent)


def remember_new(comment: Comment, keys: Keys) -> None:
    """Let a comment that was just stored be found by its keys, in the caller's transaction. One query."""
    if _is_found(comment, since_when()):
        _write([(comment, keys)])


def remember_missed() -> int:
    """Let recent comments be found that have no echo yet; return how many were looked at.

    They came while code from before the upgrade was still running. Comments too short to have an echo
    are looked at each time. One transaction for each `_FEW`, in which they are locked, so that no words
    are remembered that somebody is just erasing.
    """
    count, last = 0, 0
    while batch := _missed(last):
        last = batch[-1].pk
        count += len(batch)
    return count


@transaction.atomic
def _missed(after: int) -> list[Comment]:
    """Remember some that have no echo, by their numbers, and return them."""
    found = Comment.objects.kept().comments().filter(author=None, badge="", echoes=None)
    found = found.filter(created_at__gte=since_when()).exclude(state=Comment.State.WITHDRAWN)
    locked = found.select_for_update(of=("self",), no_key=True)
    batch = list(locked.filter(pk__gt=after).order_by("pk")[:_FEW])
    remember(batch)
    return batch


def _write(said: Iterable[tuple[Comment, Keys]]) -> None:
    """Insert a row for each key; by hand, since Django would make and read back an object for each."""
    rows = ((one.pk, key) for one, keys in said for key in keys)
    for some in batched(rows, _ROWS):
        values = ", ".join(["(%s, %s)"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(f"{_INSERT} {values}", [*chain.from_iterable(some)])


def forget(numbers: Sequence[int]) -> None:
    """Let these comments be found no more."""
    for start in range(0, len(numbers), _ROWS):
        Echo.objects.filter(comment__in=numbers[start : start + _ROWS]).delete()


def forget_old(now: datetime) -> int:
    """Let comments from before `ECHO_DAYS` be found no more; return how many rows went."""
    return Echo.objects.filter(comment__created_at__lt=since_when(now)).delete()[0]


def alike(comment: Comment, keys: Keys) -> tuple[Seen, ...]:
    """Return recent comments that may say nearly the same. One query; two where there are any.

    Args:
        keys: those of the words of `comment`; see `keys_of`.

    The likeliest come first, and of equally likely ones what was called spam, then the newest.
    """
    if not keys:
        return ()
    # Numbers first and words for a few of them: a flood leaves thousands of copies.
    named = dict(zip(_KEYS, keys, strict=True))
    hits = dict(_in_common(but=comment.pk or 0, **named))
    if not hits:
        return ()
    found = _recent_of(hits)
    spam = Comment.State.SPAM
    likeliest = sorted(found, key=lambda one: (-hits[one.pk], one.state != spam, -one.pk))
    return tuple(map(_seen, likeliest[:MOST_COMPARED]))


def _recent_of(hits: Collection[int]) -> list[Comment]:
    padded = [*hits, *repeat(_NOBODY, _MOST_LOOKED_AT - len(hits))]
    return _with_numbers(since=since_when(), **dict(zip(_NUMBERS, padded, strict=True)))


def _build_in_common(but: int, **named: int) -> QuerySet[Echo, tuple[int, int]]:
    found = Echo.objects.filter(key__in=list(named.values())).exclude(comment=but)
    counted = found.values_list("comment").annotate(hits=Count("pk"))
    return counted.order_by("-hits", "-comment")[:_MOST_LOOKED_AT]


def _build_with_numbers(since: datetime, **named: int) -> QuerySet[Comment]:
    found = Comment.objects.filter(pk__in=list(named.values()), created_at__gte=since)
    return found.order_by().only("body", "body_html", "name", "url", "state", "decided_by")


_KEYS = tuple(f"key{band}" for band in range(BANDS))
_NUMBERS = tuple(f"number{place}" for place in range(_MOST_LOOKED_AT))
_NOBODY = 0
"""The number of no comment."""
_in_common: Prepared[tuple[int, int]] = Prepared(
    _build_in_common, but=int, **dict.fromkeys(_KEYS, int)
)
_with_numbers: Prepared[Comment] = Prepared(
    _build_with_numbers, since=datetime, **dict.fromkeys(_NUMBERS, int)
)


def _seen(comment: Comment) -> Seen:
    is_decided = comment.decided_by is not None
    return Seen(comment.shown_text, comment.name, comment.url, comment.state, is_decided)


def _is_found(comment: Comment, since: datetime) -> bool:
    is_here = comment.created_at >= since and comment.state != Comment.State.WITHDRAWN
    return is_here and not comment.is_own and not comment.is_mention


def since_when(now: datetime | None = None) -> datetime:
    """Return the moment from which comments are recent."""
    return (now or timezone.now()) - timedelta(days=ECHO_DAYS)
