"""What the worker does, and how often: an explicit list, so that reading it is knowing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.management import call_command

from audience import retention as audience_retention
from audience import sending as monday
from blog import outbox, workflow
from blog.related import keeping
from comments import echoes, moderation, retention
from config import signin
from newsletter import retention as newsletter_retention
from newsletter import sending as newsletter


@dataclass(frozen=True)
class Job:
    """Something to do again and again.

    Attributes:
        name: what the log calls it.
        run: does what is due now; safe to repeat, and safe beside another worker.
        every: seconds from the end of one run to the start of the next.
    """

    name: str
    run: Callable[[], object]
    every: float


def send_mail() -> int:
    """Send a few messages, so that a stop never waits for a long queue."""
    return outbox.send_due(limit=10)


def forget_sessions() -> None:
    """Remove sign-ins that have expired."""
    call_command("clearsessions")


_HOUR = 3600

JOBS: tuple[Job, ...] = (
    Job("send mail", send_mail, every=2),
    Job("publish what is due", workflow.publish_due, every=5),
    Job("hand over the newsletter", newsletter.send_some, every=5),
    Job("find related posts", keeping.keep_up, every=10),
    Job("mail the Monday minute", monday.send_minute, every=60),
    Job("note the end of a crisis", moderation.end_crisis_in_time, every=30),
    Job("forget ways back from decisions", moderation.forget_decisions, every=60),
    Job("forget ways back from publishing", workflow.forget_ways_back, every=_HOUR),
    Job("forget what readers left", retention.forget, every=_HOUR),
    Job("remember what came without an echo", echoes.remember_missed, every=24 * _HOUR),
    Job("forget what the newsletter left", newsletter_retention.forget, every=_HOUR),
    Job("forget who was counted", audience_retention.forget, every=60),
    Job("forget words that nobody saved", workflow.forget_unsaved, every=_HOUR),
    Job("forget sent mail", outbox.purge, every=_HOUR),
    Job("forget failed sign-ins", signin.forget, every=_HOUR),
    Job("forget sessions", forget_sessions, every=24 * _HOUR),
)
