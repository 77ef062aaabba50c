"""The links in mail to readers: to confirm an address, and to choose how much mail comes.

Each is signed for one purpose, one comment and the address it has, and names the comment by its number:
no address stands in a link, because links end up in logs.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from comments.models import Comment

CONFIRM_WITHIN = timedelta(days=30)
CHOOSE_WITHIN = timedelta(days=2 * 365)
"""How long mail keeps a way out; it may be read late."""

_CONFIRM, _CHOOSE = "comments.confirm", "comments.mail"


def confirm_address(comment: Comment) -> str:
    """Return the whole address at which the writer shows that the mail reached her."""
    return _address("comments:confirm", _signed(comment, _CONFIRM))


def choices_token(comment: Comment) -> str:
    """Return the token of the page with the choices about mail."""
    return _signed(comment, _CHOOSE)


def choices_address(comment: Comment) -> str:
    """Return the whole address of that page."""
    return _address("comments:mail_choices", choices_token(comment))


def unsubscribe_headers(comment: Comment) -> dict[str, str]:
    """Return the headers by which a mail program offers to end the mail with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{choices_address(comment)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def comment_to_confirm(token: str) -> Comment | None:
    """Return the comment that a link to confirm belongs to, or `None`. One query at most."""
    return _comment(token, _CONFIRM, CONFIRM_WITHIN)


def comment_to_choose(token: str) -> Comment | None:
    """Return the comment whose address a link to the choices belongs to, or `None`, likewise."""
    return _comment(token, _CHOOSE, CHOOSE_WITHIN)


def _address(name: str, token: str) -> str:
    return settings.SITE_URL + reverse(name, args=[token])


def _signer(comment: Comment, purpose: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(key=settings.LINK_KEY, salt=f"{purpose}:{comment.email.lower()}")


def _signed(comment: Comment, purpose: str) -> str:
    return _signer(comment, purpose).sign(str(comment.pk))


def _comment(token: str, purpose: str, max_age: timedelta) -> Comment | None:
    number = token.partition(":")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    found = Comment.objects.select_related("post__live_version").exclude(email="")
    comment = found.filter(pk=int(number)).first()
    if comment is None:
        return None
    try:
        _signer(comment, purpose).unsign(token, max_age=max_age)
    except signing.BadSignature:
        return None
    return comment
