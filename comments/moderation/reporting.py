"""Reporting: readers ask for a second look at a public comment.

A report never decides. Enough of them let the comment wait for a person again.
"""

from __future__ import annotations

import math
from typing import Unpack

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from blog.refusal import Refused
from comments import finding, notices
from comments.arrival import Arrival
from comments.models import Comment, Edit, Report
from comments.moderation.acting import How, acting
from comments.moderation.locking import lock, next_revision
from comments.moderation.settling import settle_reports
from comments.rights import require
from ledger.canonical import digest
from ledger.models import Channel
from ledger.record import Actor, record

ENOUGH = 3.0
"""The weight of open reports at which a comment waits for a person again.

Each time that a person has kept the comment since doubles it, so that readers who come back in new
numbers cannot take away for good what somebody has looked at.
"""

LIGHTEST = 0.2
"""What a report weighs at least: even who was wrong many times may be right now."""


def report(comment: Comment, *, reason: str, note: str = "", arrival: Arrival) -> bool:
    """Note that a reader wants a second look at a public comment; return whether that was new.

    One reader speaks once about a comment, however often she presses. The revision stays while the
    comment stays, so that a moderator who decides does not lose a race against each report.

    Raises:
        Refused: when readers cannot see the comment, or one of us said it.
    """
    weight = weight_of(arrival.network)
    with transaction.atomic():
        comment = lock(comment.pk)
        if comment.reports.filter(reader=arrival.network).exists():
            return False
        if not comment.can_be_reported:
            raise Refused(
                _("This comment cannot be reported. It may have been taken away meanwhile.")
            )
        made = Report.objects.create(
            comment=comment, reader=arrival.network, reason=reason, note=note, weight=weight
        )
        facts = _sent_back(comment)
        said = {
            "reason": made.reason,
            "note": digest(made.note) if made.note else "",
            "weight": round(made.weight, 4),
        }
        subject = f"comments.comment:{comment.pk}"
        record("report", subject, by=Actor(None, "A reader", Channel.WEB), facts=said)
        if facts:
            readers = Actor(None, "Readers' reports", Channel.WEB)
            record("send_back", subject, by=readers, facts=facts)
    return True


def weight_of(reader: str) -> float:
    """Return what a report of this network weighs by what became of its earlier ones. One query."""
    if not reader:
        return LIGHTEST
    found = Report.objects.filter(reader=reader).aggregate(
        upheld=Count("pk", filter=Q(was_upheld=True)),
        dismissed=Count("pk", filter=Q(was_upheld=False)),
    )
    return weighed(**found)


def weighed(*, upheld: int, dismissed: int) -> float:
    """Return a weight from `LIGHTEST` to 1: (upheld + 1) / (upheld + dismissed + 1).

    That is 1 at first, a half after one that was dismissed, and more again with each that was right.
    """
    return max(LIGHTEST, (upheld + 1) / (upheld + dismissed + 1))


def dismiss_reports(comment: Comment, *, by: User, seen: int, **how: Unpack[How]) -> Comment:
    """Keep a public comment: a person has looked, and its open reports count no more.

    Raises:
        Conflict: when the comment has moved on since.
        Refused: when the account may not decide, or there is nothing to dismiss.
    """
    require(by)
    with acting("dismiss_reports", comment, by=by, seen=seen, **how) as act:
        now = act.comment
        if not now.is_visible:
            raise Refused(_("Only a comment that readers can see can be kept. Approve this one."))
        count = settle_reports(now, "dismiss_reports", act.journal)
        if not count:
            raise Refused(_("Nobody waits for a second look at this comment."))
        act.journal.change(now, revision=next_revision(now))
        act.facts |= {"reports": count, "revision": now.revision}
    return act.comment


def _times_kept(comment: Comment) -> int:
    """Return how often a person has looked at reports of this comment and kept it. One query."""
    return comment.reports.filter(was_upheld=False).values("settled_at").distinct().count()


def _sent_back(comment: Comment) -> dict[str, object]:
    """Let a locked comment wait again if its open reports weigh enough; return the facts, or none."""
    weights = list(comment.reports.open().values_list("weight", flat=True))
    weight = round(math.fsum(weights), 6)
    if weight < ENOUGH * 2 ** _times_kept(comment):
        return {}
    comment.state = Comment.State.PENDING
    comment.decided_at = comment.decided_by = None
    comment.revision = next_revision(comment)
    comment.save(update_fields=["state", "decided_at", "decided_by", "revision"])
    # Its words are not public any more, so no others take their place.
    comment.edits.waiting().update(state=Edit.State.REFUSED)
    finding.refresh([comment])
    notices.somebody_is_needed(comment)
    return {
        "from": Comment.State.APPROVED.value,
        "to": comment.state,
        "revision": comment.revision,
        "reports": len(weights),
        "weight": weight,
    }
