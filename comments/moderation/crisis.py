"""The switch for a crisis: one act holds or closes all comments everywhere, and ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Site
from blog.models.site import CrisisMode
from blog.refusal import Refused
from comments.moderation.locking import locked_site
from comments.rights import require
from comments.text import clean_line
from ledger.canonical import digest
from ledger.record import Actor, record

STATEMENT_LENGTH = 500
LONGEST = timedelta(days=30)

_SUBJECT = "blog.site:1"
_SECOND_CLICK = timedelta(minutes=2)


def start_crisis(
    *, mode: str, statement: str, until: datetime, by: User, channel: str = "admin"
) -> Site:
    """Hold or close all comments of the site from the next request on, until a moment.

    The same again within two minutes is a second click and changes nothing; anything else replaces
    what is on.

    Args:
        statement: what readers are told above every thread; may be empty.

    Raises:
        Refused: when the account may not decide about comments, or a value makes no sense.
    """
    require(by)
    statement = clean_line(statement)
    _require_sense(mode, statement, until)
    with transaction.atomic():
        site = locked_site()
        if _is_second_click(site, mode, statement, until):
            return site
        _write(site, mode, statement, until)
        facts = {
            "mode": mode,
            "until": until.isoformat(),
            "statement": digest(statement) if statement else "",
        }
        record("start_crisis", _SUBJECT, by=Actor.of(by, channel=channel), facts=facts)
    return site


def end_crisis(*, by: User, channel: str = "admin") -> Site:
    """Let comments go on as usual; nothing happens when nothing is on.

    Raises:
        Refused: when the account may not decide about comments.
    """
    require(by)
    with transaction.atomic():
        site = locked_site()
        if site.crisis:
            _end(site, Actor.of(by, channel=channel))
    return site


def end_crisis_in_time() -> bool:
    """Record, once, that the time of a crisis is over, and return whether it was. For the worker.

    Readers notice nothing of it: they see the end when it comes.
    """
    over = Site.objects.filter(crisis_until__lte=timezone.now()).exclude(crisis_mode="")
    if not over.exists():
        return False
    with transaction.atomic():
        site = over.select_for_update(no_key=True).first()
        if site is None:
            return False
        _end(site, Actor.system())
    return True


def _require_sense(mode: str, statement: str, until: datetime) -> None:
    if mode not in {CrisisMode.HOLD, CrisisMode.CLOSE}:
        raise Refused(_("Choose whether a person reads every comment first, or none can be sent."))
    if len(statement) > STATEMENT_LENGTH:
        raise Refused(
            _("A statement has at most %(most)s characters; this one has %(count)s.")
            % {"most": STATEMENT_LENGTH, "count": len(statement)}
        )
    if not timezone.now() < until <= timezone.now() + LONGEST:
        raise Refused(_("Choose a moment within the next %(days)s days.") % {"days": LONGEST.days})


def _is_second_click(site: Site, mode: str, statement: str, until: datetime) -> bool:
    return (
        site.crisis == mode
        and site.crisis_statement == statement
        and site.crisis_until is not None
        and abs(site.crisis_until - until) < _SECOND_CLICK
    )


def _write(site: Site, mode: str, statement: str, until: datetime | None) -> None:
    site.crisis_mode, site.crisis_statement, site.crisis_until = mode, statement, until
    site.save(update_fields=["crisis_mode", "crisis_statement", "crisis_until"])


def _end(site: Site, actor: Actor) -> None:
    mode = site.crisis_mode
    _write(site, CrisisMode.NONE, "", None)
    record("end_crisis", _SUBJECT, by=actor, facts={"mode": mode})
