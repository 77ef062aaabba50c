"""What the form of a post says of words that are kept and not saved: one's own, and those of others."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog.models import Post, Unsaved
from ledger.record import Actor

_MOST = 10
WRITING_WITHIN = timedelta(minutes=2)
"""How long after the last key somebody counts as writing."""


WRITING_NOW = timedelta(minutes=3)
"""How long after the last keeping a form may well be open in another tab, or on another device."""


@dataclass(frozen=True)
class OtherForm:
    """Words in a form that is not the one being shown.

    Attributes:
        title: as typed, may be empty.
        at: when they were kept, in words.
        address: of the form that holds them.
    """

    title: str
    at: str
    address: str


def kept_words(
    user: User, post: Post | None, kind: str, draft_key: uuid.UUID | None = None
) -> Unsaved | None:
    """Return what `user` typed into the form of `post`; or into that of a new one.

    Without a key that is the last one in which nobody seems to be writing now: two forms with one
    key would overwrite each other.
    """
    own = Unsaved.objects.filter(user=user, post=post)
    if draft_key:
        own = own.filter(draft_key=draft_key)
    elif post is None:
        own = own.filter(kind=kind, kept_at__lt=timezone.now() - WRITING_NOW)
    return own.order_by("-kept_at").first()


def unsaved_of(user: User, *, new_only: bool = False, besides: str = "") -> list[OtherForm]:
    """Return what `user` typed and did not save, the newest first. One query, without the texts.

    Args:
        new_only: only what stands in forms of new posts and pages.
        besides: the key of a form that is left out.
    """
    rows = Unsaved.objects.filter(user=user).order_by("-kept_at")
    if new_only:
        rows = rows.filter(post=None)
    found = rows.values_list("post", "draft_key", "kind", "values__title", "kept_at")[:_MOST]
    return [
        OtherForm((title or [""])[0], moment(at), _form_of(post, key, kind))
        for post, key, kind, title, at in found
        if str(key) != besides
    ]


def _form_of(post: int | None, draft_key: uuid.UUID | None, kind: str) -> str:
    if post:
        return reverse("admin:blog_post_change", args=[post])
    query = urlencode({"kind": kind, "draft": str(draft_key)})
    return f"{reverse('admin:blog_post_add')}?{query}"


def others_at(post: Post | None, user: User) -> list[str]:
    """Return a sentence for each other person whose words in this post are not saved yet. One query."""
    if post is None:
        return []
    rows = post.unsaved.exclude(user=user).select_related("user").order_by("-kept_at")
    return [_sentence(row) for row in rows]


def moment(at: datetime) -> str:
    """Return a moment in words, in the time zone of the site: “on 3 May, 14:03”, today “at 14:03”."""
    local = timezone.localtime(at)
    if local.date() == timezone.localdate():
        return _("at %(time)s") % {"time": clock(at)}
    return _("on %(moment)s") % {"moment": date_format(local, "j F, H:i")}


def clock(at: datetime) -> str:
    """Return the time of day in the time zone of the site."""
    return date_format(timezone.localtime(at), "H:i")


def _sentence(row: Unsaved) -> str:
    name = Actor.of(row.user).label
    if timezone.now() - row.kept_at < WRITING_WITHIN:
        return _("%(name)s is writing here, last %(moment)s.") % {
            "name": name,
            "moment": moment(row.kept_at),
        }
    return _("%(name)s has words here that are not saved, last %(moment)s.") % {
        "name": name,
        "moment": moment(row.kept_at),
    }
