"""What people's decisions have taught the spam filter of this site, as every process knows it.

Each process keeps the lessons it has read and what they teach. Whether anything changed, by whichever process
and in whichever direction, one query tells: the count of the lessons and the sum of their tokens.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC

from django.db.models import Count, Q, Sum
from django.utils import timezone

from blog.prepared import Prepared
from comments.models import Lesson
from comments.spam.learned import lessons
from comments.spam.learned.folded import Folded, Key
from comments.spam.learned.table import Features
from comments.spam.learned.weights import DamagedModelError, SiteWeights

logger = logging.getLogger(__name__)

MOST = 1_000
"""Lessons that count; older ones are removed. More would only make each fit slower."""

_AT_ONCE = 500
_Print = tuple[int, int]
_NOTHING: tuple[_Print, Folded] = ((0, 0), Folded.none())
_OF_NONE: _Print = (-1, 0)
"""The print of no state of the database: whoever holds it reads again."""
# Replaced as a whole and never changed, so that threads need no lock: who loses the race reads again.
_kept: list[tuple[_Print, Folded]] = [_NOTHING]


def weights() -> SiteWeights:
    """Return what this site has been taught until now, by the committed decisions and one's own.

    One query where nothing changed since the last call in this process; else three, and one for each 500
    lessons that are new here. A lesson that cannot be read teaches nothing; each process logs its number
    once, and the others count as before. While the weights that come with the package are damaged, nothing
    is known, and the log says so.
    """
    try:
        return folded().weights
    except DamagedModelError:
        logger.exception("Lessons of this site cannot be used")
        return SiteWeights()


def folded() -> Folded:
    """Return the same with the lessons it comes from."""
    seen, (known, kept) = _print(), _kept[0]
    if seen != known or kept.today != today():
        kept = _brought_up_to_date(kept)
        # What was decided in between is in one and not in the other, and may be undone again.
        _kept[0] = (seen if _print() == seen else _OF_NONE, kept)
    return kept


def today() -> int:
    """Return the day of today as lessons count it: the ordinal of the date in UTC."""
    return timezone.now().astimezone(UTC).toordinal()


def trim() -> int:
    """Remove the lessons beyond the newest `MOST`; return how many. Two queries.

    What is taught between the two stays: it is newer than the last one that counts.
    """
    newest = Lesson.objects.order_by("-made_at", "-pk").values_list("made_at", "pk")
    for made_at, pk in newest[MOST - 1 : MOST]:
        older = Q(made_at__lt=made_at) | Q(made_at=made_at, pk__lt=pk)
        return Lesson.objects.filter(older).delete()[0]
    return 0


def _print() -> _Print:
    rows = _printed()
    return sum(count for _, count, _ in rows), int(sum(tokens for _, _, tokens in rows))


# By kind, since what is prepared is rows, and an aggregate of all is none.
_printed: Prepared[tuple[bool, int, int]] = Prepared(
    lambda: Lesson.objects.order_by().values_list("is_spam").annotate(Count("pk"), Sum("token"))
)


def _brought_up_to_date(kept: Folded) -> Folded:
    newest = Lesson.objects.order_by("-made_at", "-pk")
    keys = set(newest.values_list("pk", "token")[:MOST])
    added = _read(sorted(keys - kept.lessons.keys()))
    # What another process removed since the keys were read is gone, and the next print will say so.
    removed = kept.lessons.keys() - keys
    try:
        return kept.changed(added=added, removed=removed, today=today())
    except ValueError:
        return kept.changed(added=_readable(added), removed=removed, today=today())


def _readable(found: dict[Key, lessons.Lesson]) -> dict[Key, lessons.Lesson]:
    """Return the same lessons, those that cannot be read with nothing in them, so that all are known."""
    return {key: _or_nothing(key, one) for key, one in found.items()}


def _or_nothing(key: Key, lesson: lessons.Lesson) -> lessons.Lesson:
    try:
        Features.unpack(lesson.features)
    except ValueError:
        logger.exception("Lesson %s of this site cannot be read and teaches nothing", key[0])
        return lessons.Lesson(b"", lesson.is_spam, lesson.day)
    return lesson


def _read(keys: list[Key]) -> dict[Key, lessons.Lesson]:
    found: dict[Key, lessons.Lesson] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = [pk for pk, _ in keys[start : start + _AT_ONCE]]
        found |= {(row.pk, row.token): _plain(row) for row in _rows(some)}
    return found


def _rows(numbers: list[int]) -> Iterable[Lesson]:
    return Lesson.objects.filter(pk__in=numbers).order_by()


def _plain(row: Lesson) -> lessons.Lesson:
    # PostgreSQL gives a memoryview.
    return lessons.Lesson(bytes(row.features), row.is_spam, row.day)
