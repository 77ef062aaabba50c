"""Quiet periods: planning one, ending it, and what it does to a schedule that falls into it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Post, QuietPeriod, Site
from blog.models.quiet import REASON_LENGTH, quiet_at
from blog.plaintext import normalise
from blog.refusal import Refused
from blog.search_index import index_posts
from blog.workflow import telling
from blog.workflow.writing import require, set_fields, subject
from ledger.models import subject_of
from ledger.record import Actor, record

_MAY_NOT = gettext_lazy(
    "Your account may not plan quiet periods. Ask an administrator for the role."
)


def plan_quiet(
    *, starts_at: datetime | None, ends_at: datetime, reason: str, by: User, channel: str = "admin"
) -> QuietPeriod:
    """Let nothing new go public from `starts_at`, or from now, until `ends_at`.

    Raises:
        Refused: when the account may not, the span is over or turned round, or no reason is given.
    """
    require(by, "plan_quiet_period", _MAY_NOT)
    now = timezone.now()
    starts_at = max(starts_at or now, now)
    said = _checked(reason)
    if ends_at <= starts_at:
        raise Refused(_("Choose an end that lies ahead, and after the beginning."))
    actor = Actor.of(by, channel=channel)
    with transaction.atomic():
        hold_quiet()
        period = QuietPeriod.objects.create(
            starts_at=starts_at, ends_at=ends_at, reason=said, by=by.pk, by_label=actor.label
        )
        record("plan_quiet_period", subject_of(period), by=actor, facts=_span(period))
    return period


def end_quiet(period: QuietPeriod, *, by: User, channel: str = "admin") -> None:
    """End a period now; one that has not begun is called off. Twice is fine.

    What was to go public in it up to now stays paused.
    """
    require(by, "plan_quiet_period", _MAY_NOT)
    now = timezone.now()
    with transaction.atomic():
        hold_quiet()
        found = QuietPeriod.objects.select_for_update(no_key=True).filter(pk=period.pk).first()
        if found is None or found.ends_at <= now:
            return
        if found.starts_at < now:
            verb, found.ends_at = "end_quiet_period", now
            found.save(update_fields=["ends_at"])
        else:
            verb = "call_off_quiet_period"
            found.delete()
        record(verb, subject_of(period), by=Actor.of(by, channel=channel), facts=_span(found))


def hold_quiet() -> None:
    """Let nobody plan or end a period, or publish, until this transaction has ended.

    Else a post could go out in a period of which its publication knew nothing. Call it before any
    other row is locked.
    """
    list(Site.objects.select_for_update(no_key=True).values_list("pk"))


def require_no_quiet(moment: datetime) -> None:
    """Refuse a first publication at a moment that falls into a quiet period."""
    period = quiet_at(moment)
    if period is None:
        return
    ends_at = date_format(timezone.localtime(period.ends_at, Site.current().zone), "j F Y, H:i")
    raise Refused(
        _(
            "A quiet period lasts until %(ends_at)s (%(reason)s). Choose a moment after "
            "it; what is public can be corrected all the same."
        )
        % {"ends_at": ends_at, "reason": period.reason}
    )


def pause_if_quiet(post: Post) -> bool:
    """Stop the schedule of `post`, locked and due, if its moment falls into a quiet period; say whether."""
    moment = post.published_at
    period = quiet_at(moment) if moment else None
    if moment is None or period is None:
        return False
    set_fields(post, state=Post.State.PAUSED)
    index_posts([post.pk])
    telling.stopped(post)
    facts = {"from": moment.isoformat(), "quiet": subject_of(period)}
    record("pause", subject(post), by=Actor.system("worker"), facts=facts)
    return True


def _checked(reason: str) -> str:
    said = " ".join(normalise(reason).split())
    if not said:
        raise Refused(
            _("Say in a few words why it is quiet. Colleagues read it where they publish.")
        )
    if len(said) > REASON_LENGTH:
        raise Refused(
            _("A reason has at most %(most)s characters; this one has %(count)s.")
            % {"most": REASON_LENGTH, "count": len(said)}
        )
    return said


def _span(period: QuietPeriod) -> dict[str, object]:
    # Without the reason: it may be a secret, and nothing can be taken out of the record.
    return {"from": period.starts_at.isoformat(), "until": period.ends_at.isoformat()}
