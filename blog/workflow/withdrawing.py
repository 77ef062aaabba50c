"""Withdrawing: taking words away from readers, for now or for ever."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Batch, Post, PublicChange, Version
from blog.models.version import LISTS, TEXTS
from blog.refusal import Refused
from blog.search_index import index_posts
from blog.workflow import telling
from blog.workflow.correcting import Kind, noted, record_change, shown
from blog.workflow.importing import forget_words
from blog.workflow.writing import locked, require, set_fields
from ledger.record import Actor


def unpublish(post: Post, *, by: User, channel: str = "admin") -> Post:
    """Put a scheduled or published post back among the drafts."""
    require(
        by,
        "publish_post",
        _("Your account may not take posts back. Ask an administrator for the role."),
    )
    with transaction.atomic():
        post = locked(post)
        if post.state not in {Post.State.SCHEDULED, Post.State.PUBLISHED, Post.State.PAUSED}:
            raise Refused(_("This post is not public and not scheduled."))
        before = shown(post)
        if before:
            telling.withdrawn(post, but=by.pk)
        set_fields(
            post, state=Post.State.DRAFT, live_version=None, live_rendering=None, published_at=None
        )
        change = noted(post, Kind.TAKEN_BACK, before)
        index_posts([post.pk])
        record_change("unpublish", post, Actor.of(by, channel=channel), change)
    return post


def retract(post: Post, *, by: User, notice: str, channel: str = "admin") -> Post:
    """Take the words of a public post away at once; its address answers with `notice` instead."""
    require(
        by,
        "publish_post",
        _("Your account may not retract posts. Ask an administrator for the role."),
    )
    if not notice.strip():
        raise Refused(_("Write the notice that readers will find in place of the post."))
    with transaction.atomic():
        post = locked(post)
        if not post.is_published:
            raise Refused(
                _("Only a post that readers can see is retracted. Take this one back instead.")
            )
        telling.withdrawn(post, but=by.pk)
        change = _retracted(post, notice.strip())
        index_posts([post.pk])
        record_change("retract", post, Actor.of(by, channel=channel), change)
    return post


def redact(version: Version, *, by: User, reason: str, channel: str = "admin") -> Version:
    """Blank the words of a version for ever (a leaked secret, a court), keeping every hash.

    A public post that shows this version is retracted in the same transaction, with `reason` as its
    notice; a scheduled one goes back among the drafts.
    """
    require(
        by,
        "redact_version",
        _("Your account may not blank words. Ask an administrator for the role."),
    )
    if not reason.strip():
        raise Refused(
            _("Say why the words are blanked. The reason is kept, and shown where they stood.")
        )
    actor = Actor.of(by, channel=channel)
    with transaction.atomic():
        batch = _import_of(version)
        post = locked(version.post)
        version = Version.objects.get(pk=version.pk)
        if version.redacted_at:
            raise Refused(_("These words are blanked already."))
        title = version.title
        if post.is_published and post.live_version_id == version.pk:
            telling.withdrawn(post, but=by.pk)
        change = _take_off(post, version, reason.strip())
        _blank(version)
        if batch:
            forget_words(batch, title)
        # What somebody has open and not saved may hold the same words.
        post.unsaved.all().delete()
        index_posts([post.pk])
        facts = {
            "version": version.number,
            "content": version.content_hash,
            "reason": reason.strip(),
        }
        record_change("redact", post, actor, change, facts)
    return version


def _retracted(post: Post, notice: str) -> PublicChange | None:
    before = shown(post)
    set_fields(
        post, state=Post.State.RETRACTED, retraction_notice=notice, updated_at=timezone.now()
    )
    return noted(post, Kind.RETRACTION, before, notice)


def _take_off(post: Post, version: Version, notice: str) -> PublicChange | None:
    """Retract a public post, or unschedule it, when it shows `version`."""
    if post.live_version_id != version.pk:
        return None
    if post.is_published:
        return _retracted(post, notice)
    if post.state in {Post.State.SCHEDULED, Post.State.PAUSED}:
        set_fields(
            post, state=Post.State.DRAFT, live_version=None, live_rendering=None, published_at=None
        )
    return None


def _import_of(version: Version) -> Batch | None:
    """Return the import that words came with, locked: before the post, as an adoption does."""
    if version.batch_id is None:
        return None
    return Batch.objects.select_for_update(no_key=True).get(pk=version.batch_id)


def _blank(version: Version) -> None:
    blanks: dict[str, object] = {**dict.fromkeys(TEXTS, ""), **{name: [] for name in LISTS}}
    Version.objects.filter(pk=version.pk).update(redacted_at=timezone.now(), **blanks)
    version.renderings.update(html="", headings=[])
    version.refresh_from_db()
