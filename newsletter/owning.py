"""What the owner does: switch the newsletter on and off, pause it, set its day, leave a post out.

Each is recorded, and none of it names a reader.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from blog.models import Post
from blog.refusal import Refused
from ledger.models import subject_of
from ledger.record import Actor, record
from newsletter.models import Edition, Newsletter
from newsletter.rights import require


def switch_on(*, by: User) -> None:
    """Let readers join. What is public already is not mailed; what comes out from now on is."""
    now = timezone.now()
    _change("switch_on_newsletter", by, on_since=now, told_until=now, is_paused=False)


def switch_off(*, by: User) -> None:
    """Take the form and its page away, and send nothing more. The addresses stay, and can leave."""
    _change("switch_off_newsletter", by, on_since=None, told_until=None, is_paused=False)


def pause(*, by: User) -> None:
    """Send nothing for now. Readers can still join and leave."""
    _require_on()
    _change("pause_newsletter", by, is_paused=True)


def resume(*, by: User) -> None:
    """Send again: what waited, if it is not older than a week."""
    _require_on()
    _change("resume_newsletter", by, is_paused=False)


def set_week(weekday: int, hour: int, *, by: User) -> None:
    """Choose the day (0 is Monday) and the hour of the weekly mail, in the time zone of the site.

    Raises:
        Refused: there is no such day or hour.
    """
    if weekday not in range(7) or hour not in range(24):
        raise Refused(gettext("Choose a day of the week and an hour from 0 to 23."))
    _change("set_newsletter_week", by, weekday=weekday, hour=hour)


def skip(post: Post, *, by: User) -> None:
    """Leave a post out of the newsletter, before it is mailed. Twice is fine.

    Raises:
        Refused: it was mailed already, or is about to be.
    """
    require(by)
    with transaction.atomic():
        edition = Edition(post=post, is_skipped=True, finished_at=timezone.now())
        Edition.objects.bulk_create([edition], ignore_conflicts=True)
        found = Edition.objects.select_for_update().get(post=post)
        if not found.is_skipped:
            raise Refused(gettext("This post is being mailed already."))
        record("leave_out_of_newsletter", subject_of(post), by=Actor.of(by))


def include(post: Post, *, by: User) -> None:
    """Mail a post that was left out, when it comes out. Twice is fine."""
    require(by)
    with transaction.atomic():
        count, _ = Edition.objects.filter(post=post, is_skipped=True).delete()
        if count:
            record("put_into_newsletter", subject_of(post), by=Actor.of(by))


def _require_on() -> None:
    if not Newsletter.current().is_on:
        raise Refused(gettext("The newsletter is off. Switch it on first."))


def _change(verb: str, by: User, **values: Any) -> None:
    """Write what differs, and record it; what is as wished already is not recorded again."""
    require(by)
    with transaction.atomic():
        row = Newsletter.locked()
        if _is_done(row, values):
            return
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        facts: dict[str, Any] = {
            name: value for name, value in values.items() if name in {"weekday", "hour"}
        }
        record(verb, subject_of(row), by=Actor.of(by), facts=facts)


def _is_done(row: Newsletter, values: dict[str, Any]) -> bool:
    if "on_since" in values:
        return row.is_on == (values["on_since"] is not None)
    return all(getattr(row, name) == value for name, value in values.items())
