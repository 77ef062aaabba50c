"""Filing: everything about a post that no signature covers, such as its address and topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from blog import old_addresses
from blog.models import Post
from blog.refusal import Refused
from blog.workflow.writing import ADDRESS_TAKEN, locked, require, require_free_address, subject
from ledger.models import Entry
from ledger.record import Actor, record

FIELDS = (
    "slug",
    "series",
    "series_part",
    "comment_policy",
    "close_comments_after",
    "menu_place",
    "menu_order",
)
_MADE_PUBLIC = ("publish", "schedule")


def change_post(
    post: Post, changes: Mapping[str, Any], *, by: User, channel: str = "admin"
) -> Post:
    """Set unsigned fields of `post` and record the names of those that really changed.

    The address it had is remembered as an old one, if readers may have seen it there.

    Args:
        changes: values by name: one of `FIELDS`, or `topics` with all the topics it shall have.

    Raises:
        Refused: when the account may not write, or the address belongs to another post or to the
            site itself.
        ValueError: for a field that is signed, or no field at all.
    """
    require(
        by, "change_post", _("Your account may not write posts. Ask an administrator for the role.")
    )
    if unknown := changes.keys() - {*FIELDS, "topics"}:
        raise ValueError(f"not unsigned fields of a post: {', '.join(sorted(unknown))}")
    if changes.get("slug", post.slug) != post.slug:
        require_free_address(changes["slug"], post.kind)
    try:
        with transaction.atomic():
            return _change(locked(post), changes, Actor.of(by, channel=channel))
    except IntegrityError as error:
        taken = Post.objects.filter(slug=changes.get("slug", post.slug)).exclude(pk=post.pk)
        if taken.exists():
            raise Refused(ADDRESS_TAKEN) from error
        raise


def _change(post: Post, changes: Mapping[str, Any], actor: Actor) -> Post:
    changed = [name for name in FIELDS if name in changes and getattr(post, name) != changes[name]]
    former = post.get_absolute_url()
    for name in changed:
        setattr(post, name, changes[name])
    if changed:
        post.save(update_fields=changed)
    if "slug" in changed and _may_have_been_read(post):
        old_addresses.moved(former, post.get_absolute_url(), post=post, origin="change_post")
    if "topics" in changes and set(post.topics.all()) != set(changes["topics"]):
        post.topics.set(changes["topics"])
        changed.append("topics")
    if changed:
        record("change_post", subject(post), by=actor, facts={"fields": changed})
    return post


def _may_have_been_read(post: Post) -> bool:
    """Whether it is live, was retracted, or was public before it went back among the drafts."""
    return (
        post.live_version_id is not None
        or Entry.objects.about(subject(post)).filter(verb__in=_MADE_PUBLIC).exists()
        or post.versions.filter(batch__adoption__isnull=False).exists()
    )
