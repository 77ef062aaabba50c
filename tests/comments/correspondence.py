"""Readers who asked for mail, and the mail that reached them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from blog import outbox
from blog.models import Post
from comments import moderation
from comments.models import Comment
from tests.comments.conftest import make_comment

NOON = datetime(2030, 11, 5, 12, 0, tzinfo=UTC)
"""A Tuesday, long after every post of the tests."""

MARA = "mara@example.org"
LINK = re.compile(r"https?://[^\s<>\"']+")


def make_listener(post: Post, **said: Any) -> Comment:
    """A comment that waits, whose writer wants mail and has confirmed her address."""
    said = {"email": MARA, "notify": True, **said}
    return moderation.confirm(make_comment(post, **said))


def mail_to(address: str = MARA) -> list[EmailMultiAlternatives]:
    """Send what is due, and return what has reached this address, without what asks to confirm."""
    outbox.send_due()
    sent = cast(list[EmailMultiAlternatives], mail.outbox)
    reached = [message for message in sent if message.to == [address]]
    return [message for message in reached if "Is this your address" not in message.subject]


def everything_after(clock: Any, **later: float) -> list[EmailMultiAlternatives]:
    """Let time go by, then do as `mail_to`."""
    clock.shift(timedelta(**later))
    return mail_to()
