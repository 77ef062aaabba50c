"""What goes back to somebody who writes posts by mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from blog import outbox
from blog.incoming.letter import Letter
from blog.models import Post

_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")
_MOST_LINES = 30


def drafted(
    post: Post, letter: Letter, *, title: str, left_out: Sequence[str], has_pictures: bool
) -> outbox.Words:
    """Write that a mail is a draft now: where it is, and what of the mail is not in it."""
    rest = len(left_out) - _MOST_LINES
    context = {
        "title": title,
        "preview": settings.SITE_URL + reverse("admin:blog_post_preview", args=[post.pk]),
        "editor": settings.SITE_URL + reverse("admin:blog_post_change", args=[post.pk]),
        "left_out": [
            *left_out[:_MOST_LINES],
            *([_("And %(rest)s more.") % {"rest": rest}] if rest > 0 else []),
        ],
        "has_pictures": has_pictures,
    }
    return outbox.write(
        "drafted", _("A draft: “%(title)s”") % {"title": title}, context, headers=_thread(letter)
    )


def unproven(doubt: str) -> outbox.Words:
    """Write that a mail in her name was not taken, and why; nothing of that mail is repeated."""
    link = settings.SITE_URL + reverse("admin:blog_post_by_mail")
    subject = _("A mail in your name made no draft")
    return outbox.write("unproven", subject, {"doubt": doubt, "link": link})


def _thread(letter: Letter) -> dict[str, str]:
    """Return the headers by which her mail program puts the answer beside her mail."""
    if not _MESSAGE_ID.fullmatch(letter.message_id):
        return {}
    return {"In-Reply-To": letter.message_id, "References": letter.message_id}
