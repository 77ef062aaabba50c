"""Readers of the newsletter, and the mail that reached them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from blog import outbox
from newsletter import sending
from newsletter.models import Subscriber

NOON = datetime(2030, 11, 5, 12, 0, tzinfo=UTC)
MARA = "mara@example.org"
OWN = {"HTTP_ORIGIN": "http://testserver"}
FOREIGN = {"HTTP_ORIGIN": "https://mail.example.net"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
LINK = re.compile(r"https?://[^\s<>\"']+")


def make_reader(email: str = MARA, kind: str = "post", **said: Any) -> Subscriber:
    """A reader who confirmed her address an hour ago."""
    since = timezone.now() - timedelta(hours=1)
    return Subscriber.objects.create(
        email=email, kind=kind, **{"confirmed_at": since, "asked_at": since, **said}
    )


def make_readers(count: int, **said: Any) -> list[Subscriber]:
    """Several of them."""
    return [make_reader(f"reader{number}@example.org", **said) for number in range(count)]


def delivered() -> list[EmailMultiAlternatives]:
    """Let the worker do what it does now, and return all mail that was ever sent."""
    sending.send_some()
    outbox.send_due()
    return cast(list[EmailMultiAlternatives], mail.outbox)


def reached(address: str = MARA) -> list[EmailMultiAlternatives]:
    """As `delivered`, but what reached one address."""
    return [message for message in delivered() if message.to == [address]]


def path_in(message: EmailMultiAlternatives, part: str) -> str:
    """Return the path of the link in a mail that has `part` in it."""
    (link,) = {link for link in LINK.findall(str(message.body)) if part in link}
    return str(urlsplit(link).path)
