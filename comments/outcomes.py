"""What the filter said of comments when they came, beside what people decided afterwards.

What it said is read from the record, which keeps a score and a verdict when the words are long gone.
What was not published for other reasons, withdrawn or erased says nothing about spam and is left out,
and so is what its writer changed afterwards: what was decided about is not what came.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from comments.draw import is_drawn
from comments.models import Comment, CommentQuerySet
from comments.person import in_parts
from comments.spam.evidence import Evidence
from comments.spam.hindsight import Judged
from comments.spam.policy import HOLD_AT, Verdict
from ledger.models import Entry

DAYS = 365
"""Days over which outcomes are read."""
MOST = 5_000
"""Decided comments that are read at most, the newest of them."""
WORDED_DAYS = 30
"""Days for which the findings of single checks are read: as long as those of spam stay with its words."""

logger = logging.getLogger(__name__)
State = Comment.State
_SUBJECT = "comments.comment:"


def decided(zone: ZoneInfo, *, now: datetime | None = None) -> list[Judged]:
    """Return the outcomes of the last year, the oldest first, in weeks of `zone`.

    One query, and two for each 500 comments.
    """
    rows = _decided(now or timezone.now(), DAYS).order_by("-pk")[:MOST]
    came = {pk: (at, state) for pk, at, state in rows.values_list("pk", "created_at", "state")}
    numbers = sorted(came)
    said, changed = submitted(numbers), _changed(numbers)
    judged = (
        _readable(pk, said[pk], is_spam=state == State.SPAM, week=_monday(at, zone))
        for pk, (at, state) in reversed(came.items())
        if pk in said and pk not in changed
    )
    return [one for one in judged if one]


def findings(*, now: datetime | None = None) -> Iterator[tuple[list[Evidence], bool]]:
    """Yield what the checks found in each comment of the last days, and whether it was spam. One query.

    What cannot be read is left out, and the log says so.
    """
    rows = _decided(now or timezone.now(), WORDED_DAYS).kept().order_by("-pk")[:MOST]
    for evidence, state in rows.values_list("evidence", "state"):
        found = read_evidence(evidence)
        if found:
            yield found, state == State.SPAM


def read_evidence(rows: Any) -> list[Evidence]:
    """Return what the checks found of one comment; nothing, and a line in the log, if it is unreadable.

    An older version, or a hand in the database, may have left what no check writes.
    """
    try:
        return [Evidence.from_dict(row) for row in rows]
    except (KeyError, TypeError, ValueError, AttributeError):
        logger.warning("Evidence that cannot be read is left out", exc_info=True)
        return []


def _readable(number: int, facts: dict[str, Any], *, is_spam: bool, week: date) -> Judged | None:
    try:
        return judged_of(number, facts, is_spam=is_spam, week=week)
    except (KeyError, TypeError, ValueError):
        logger.warning("The record of comment %s cannot be read", number, exc_info=True)
        return None


def judged_of(number: int, facts: dict[str, Any], *, is_spam: bool, week: date) -> Judged:
    """Return the outcome of one comment, by what the record says of how it came."""
    verdict, score = Verdict(facts["verdict"]), float(facts["score"])
    by_rule = facts.get("by_rule", verdict == Verdict.HOLD and score < HOLD_AT)
    return Judged(
        score=score,
        verdict=verdict,
        is_spam=is_spam,
        week=week,
        by_rule=bool(by_rule),
        was_automatic=is_automatic(facts),
        drawn=is_drawn(number),
    )


def is_automatic(facts: dict[str, Any]) -> bool:
    """Return whether a comment was published, or called spam, without a person when it came."""
    return facts.get("state") in {State.APPROVED, State.SPAM}


def submitted(numbers: list[int]) -> dict[int, dict[str, Any]]:
    """Return what the record says of how comments came, by their numbers. A query for some at a time.

    What came from elsewhere was judged there, and is not among them.
    """
    return {number: facts for some in in_parts(numbers) for number, facts in _entries(some)}


def _changed(numbers: list[int]) -> set[int]:
    """Return the comments that their writers changed, by their numbers."""
    found = (_said(some, "edit").values_list("subject", flat=True) for some in in_parts(numbers))
    return {_number(subject) for some in found for subject in some}


def _entries(numbers: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    for subject, facts in _said(numbers, "submit_comment").values_list("subject", "facts"):
        if "verdict" in facts:
            yield _number(subject), facts


def _said(numbers: Iterable[int], verb: str) -> QuerySet[Entry]:
    return Entry.objects.filter(subject__in=[f"{_SUBJECT}{one}" for one in numbers], verb=verb)


def _number(subject: str) -> int:
    return int(subject.removeprefix(_SUBJECT))


def _decided(now: datetime, days: int) -> CommentQuerySet:
    """Return the comments of readers that a person has published or called spam."""
    readers = Comment.objects.comments().filter(author=None, badge="", decided_by__isnull=False)
    since = Q(created_at__gte=now - timedelta(days=days))
    return readers.filter(since, state__in=[State.APPROVED, State.SPAM])


def _monday(at: datetime, zone: ZoneInfo) -> date:
    day = timezone.localdate(at, zone)
    return day - timedelta(days=day.weekday())
