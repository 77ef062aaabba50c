"""Filing: everything about a post that no signature covers, such as its address and topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from blog import old_addresses, translations
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
    "language",
    "translation_of",
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
        Refused: when the account may not write, the address belongs to another post or to the site
            itself, or the post cannot be the translation it is said to be, of a post that is there.
        ValueError: for a field that is signed, or no field at all.
    """
    require(
        by, "change_post", _("Your account may not write posts. Ask an administrator for the role.")
    )
    if unknown := changes.keys() - {*FIELDS, "topics"}:
        raise ValueError(f"not unsigned fields of a post: {', '.join(sorted(unknown))}")
    _require_may_claim(post, changes, by)
    if changes.get("slug", post.slug) != post.slug:
        require_free_address(changes["slug"], post.kind)
    try:
        with transaction.atomic():
            return _change(*_locked(post, changes), Actor.of(by, channel=channel))
    except IntegrityError as error:
        taken = Post.objects.filter(slug=changes.get("slug", post.slug)).exclude(pk=post.pk)
        if taken.exists():
            raise Refused(ADDRESS_TAKEN) from error
        raise


def _locked(post: Post, changes: Mapping[str, Any]) -> tuple[Post, Mapping[str, Any]]:
    """Return `post`, locked, and the changes with the original they name as it is now, locked as well."""
    if translations.FIELDS.isdisjoint(changes):
        return locked(post), changes
    original = changes.get("translation_of", post.translation_of)
    numbers = {post.pk, *([original.pk] if original else [])}
    rows = Post.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=numbers)}
    if changes.get("translation_of"):
        if original.pk not in found:
            raise Refused(_("The original of this translation is gone. Name another one, or none."))
        changes = {**changes, "translation_of": found[original.pk]}
    return found[post.pk], changes


def _require_may_claim(post: Post, changes: Mapping[str, Any], by: User) -> None:
    """Refuse a new language, or another original, of what readers see, but for who may publish."""
    claims = {name for name in translations.FIELDS if name in changes}
    if post.live_version_id and any(getattr(post, name) != changes[name] for name in claims):
        sentence = _(
            "Readers see this post. Who may publish can change its language or its original."
        )
        require(by, "publish_post", sentence)


def _require_place_among_translations(post: Post) -> None:
    """Refuse a translation that would make a second of one language, or a chain."""
    for sentence in translations.problems(post):
        raise Refused(sentence)


def _change(post: Post, changes: Mapping[str, Any], actor: Actor) -> Post:
    changed = [name for name in FIELDS if name in changes and getattr(post, name) != changes[name]]
    former = post.get_absolute_url()
    for name in changed:
        setattr(post, name, changes[name])
    if not translations.FIELDS.isdisjoint(changed):
        _require_place_among_translations(post)
    if changed:
        post.save(update_fields=changed)
    if "slug" in changed and _may_have_been_read(post):
        old_addresses.moved(former, post.get_absolute_url(), post=post, origin="change_post")
    if "topics" in changes and set(post.topics.all()) != set(changes["topics"]):
        post.topics.set(changes["topics"])
        changed.append("topics")
    if changed:
        record(
            "change_post",
            subject(post),
            by=actor,
            facts={"fields": changed, **_claims(post, changed)},
        )
    return post


def _claims(post: Post, changed: list[str]) -> dict[str, Any]:
    """Return what is now said of the language and the original, as far as that changed."""
    said = {"language": post.language, "translation_of": post.translation_of_id}
    return {name: said[name] for name in said if name in changed}


def _may_have_been_read(post: Post) -> bool:
    """Whether it is live, was retracted, or was public before it went back among the drafts."""
    return (
        post.live_version_id is not None
        or Entry.objects.about(subject(post)).filter(verb__in=_MADE_PUBLIC).exists()
        or post.versions.filter(batch__adoption__isnull=False).exists()
    )
