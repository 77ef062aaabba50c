"""The private address of a comment: whoever holds it wrote it.

The token is computed, not stored, so there is nothing to steal from the database, and the same
comment always has the same address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from django.conf import settings
from django.urls import reverse

from comments.models import Comment

STEPS = ("edit", "withdraw", "come_back", "appeal", "consent")
"""What can be sent from the private page of a comment."""

_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{27})")


def token_for(comment: Comment) -> str:
    """Return the token of a comment: its number, and 160 bits that only this site can compute."""
    message = f"comments.mine:{comment.pk}:{comment.created_at.timestamp():.6f}".encode()
    mac = hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).digest()[:20]
    return f"{comment.pk}-{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def comment_for(token: str) -> Comment | None:
    """Return the comment a token belongs to, or `None`. One query at most."""
    match = _TOKEN.fullmatch(token)
    if not match:
        return None
    comment = (
        Comment.objects.select_related("post__live_version", "parent")
        .filter(pk=int(match[1]))
        .first()
    )
    if comment is None or not hmac.compare_digest(token_for(comment), token):
        return None
    return comment


def private_path(comment: Comment) -> str:
    """Return the path of the private page of a comment."""
    return reverse("comments:mine", args=[token_for(comment)])


def step_path(comment: Comment, step: str) -> str:
    """Return the path to which the private page of a comment sends one of its `STEPS`."""
    return reverse(f"comments:mine_{step}", args=[token_for(comment)])
