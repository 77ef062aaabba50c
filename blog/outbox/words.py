"""What a message says, and how it becomes one that mail servers take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from blog.models import Site

Headers = Mapping[str, str]

HEADERS = frozenset(
    {"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "In-Reply-To", "References"}
)
"""The headers that a message may bring; all others are made here."""

SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Words:
    """What a message says: in text, and the same in HTML."""

    subject: str
    text: str
    html: str = ""
    headers: Headers = field(default_factory=dict)


def write(
    template: str, subject: str, context: Mapping[str, Any], *, headers: Headers | None = None
) -> Words:
    """Write a message from `emails/<template>.txt` and `.html`, which also know `site` and `subject`."""
    site = Site.current()
    known = {"site": site, "subject": one_line(subject), **context}
    with timezone.override(site.zone):
        text = render_to_string(f"emails/{template}.txt", known)
        html = render_to_string(f"emails/{template}.html", known)
    return Words(subject, text, html, headers or {})


def message(
    to: str,
    subject: str,
    text: str,
    *,
    html: str = "",
    headers: Headers | None = None,
    reply_to: str = "",
    key: str = "",
) -> EmailMultiAlternatives:
    """Build a message from this site: under its name, from its own address.

    Args:
        html, headers: as in `send`.
        key: makes the Message-ID; the same key is the same message to the reader's mail program.

    An address with a line break in it makes `send()` raise `BadHeaderError`.
    """
    site = Site.current()
    all_headers = {**checked(headers or {}), "Auto-Submitted": "auto-generated"}
    if key:
        all_headers["Message-ID"] = f"<{key}@{settings.SITE_HOST}>"
    sender = site.sender_email or f"noreply@{settings.SITE_HOST}"
    built = EmailMultiAlternatives(
        subject=one_line(subject),
        body=text,
        from_email=formataddr((one_line(site.name), sender)),
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers=all_headers,
    )
    if html:
        built.attach_alternative(html, "text/html")
    return built


def one_line(text: str) -> str:
    """Return `text` on one line, so that it can be a header."""
    return " ".join(text.split())


def checked(headers: Headers) -> dict[str, str]:
    """Return the headers, each on one line, so that none can bring another."""
    unknown = headers.keys() - HEADERS
    if unknown:
        raise ValueError(f"A message brings no header {', '.join(sorted(unknown))}.")
    return {name: one_line(value) for name, value in headers.items()}
