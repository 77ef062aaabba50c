"""Publishing: what readers see, from when, and how it is taken back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from blog import roles
from blog.models import Batch, Post, Review, Version
from blog.models.version import TEXTS
from blog.refusal import Refused
from blog.search_index import index_posts
from blog.workflow import reviewing
from blog.workflow.importing import forget_words
from blog.workflow.writing import locked, require, require_guards, require_seen, subject
from ledger.record import Actor, record


def publish(
    post: Post,
    *,
    by: User,
    seen: int | None = None,
    at: datetime | None = None,
    channel: str = "admin",
) -> Post:
    """Make the newest version of `post` what readers see, now or from `at` on.

    Every signature must be there. While one account alone can sign, publishing signs, but only the
    version that `by` has seen. On a post that is public already the new words replace the old ones
    and count as a correction.

    Args:
        seen: the number of the newest version as `by` knows it; `None` publishes only what is signed.
        at: a moment in the past (a demo) or, for a first publication, in the future. Without it, a
            draft that came with a date of the past keeps that one.

    Raises:
        Stale: when somebody has saved other words since.
        Refused: when a signature is missing (the sentence names whose), or the database's guards are.
    """
    require(by, "publish_post", "publish posts")
    require_guards()
    with transaction.atomic():
        post = locked(post)
        _mark_published(post, channel)
        review = _signed_review(post, by, seen, channel)
        was_public = post.is_published
        _check_moment(post, at)
        _put_live(post, review, at)
        index_posts([post.pk])
        verb = "correct" if was_public else "schedule" if _is_ahead(at) else "publish"
        record(verb, subject(post), by=Actor.of(by, channel=channel), facts=_live(post))
    return post


def schedule(
    post: Post, *, by: User, at: datetime, seen: int | None = None, channel: str = "admin"
) -> Post:
    """Let readers see the newest version of `post` from `at` on, a moment ahead of now."""
    if not _is_ahead(at):
        raise Refused("Choose a moment that lies ahead.")
    return publish(post, by=by, seen=seen, at=at, channel=channel)


def unpublish(post: Post, *, by: User, channel: str = "admin") -> Post:
    """Put a scheduled or published post back among the drafts."""
    require(by, "publish_post", "take posts back")
    with transaction.atomic():
        post = locked(post)
        if post.state not in {Post.State.SCHEDULED, Post.State.PUBLISHED, Post.State.PAUSED}:
            raise Refused("This post is not public and not scheduled.")
        _set(
            post, state=Post.State.DRAFT, live_version=None, live_rendering=None, published_at=None
        )
        index_posts([post.pk])
        record("unpublish", subject(post), by=Actor.of(by, channel=channel))
    return post


def retract(post: Post, *, by: User, notice: str, channel: str = "admin") -> Post:
    """Take the words of a public post away at once; its address answers with `notice` instead."""
    require(by, "publish_post", "retract posts")
    if not notice.strip():
        raise Refused("Write the notice that readers will find in place of the post.")
    with transaction.atomic():
        post = locked(post)
        if not post.is_published:
            raise Refused(
                "Only a post that readers can see is retracted. Take this one back instead."
            )
        _set(
            post,
            state=Post.State.RETRACTED,
            retraction_notice=notice.strip(),
            updated_at=timezone.now(),
        )
        index_posts([post.pk])
        record("retract", subject(post), by=Actor.of(by, channel=channel))
    return post


def redact(version: Version, *, by: User, reason: str, channel: str = "admin") -> Version:
    """Blank the words of a version for ever (a leaked secret, a court), keeping every hash.

    A public post that shows this version is retracted in the same transaction, with `reason` as its
    notice; a scheduled one goes back among the drafts.
    """
    require(by, "redact_version", "blank words")
    if not reason.strip():
        raise Refused(
            "Say why the words are blanked. The reason is kept, and shown where they stood."
        )
    actor = Actor.of(by, channel=channel)
    with transaction.atomic():
        batch = _import_of(version)
        post = locked(version.post)
        version = Version.objects.get(pk=version.pk)
        if version.redacted_at:
            raise Refused("These words are blanked already.")
        title = version.title
        _take_off(post, version, reason.strip())
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
        record("redact", subject(post), by=actor, facts=facts)
    return version


def publish_due(*, now: datetime | None = None) -> int:
    """Mark scheduled posts whose moment has come as published; return how many.

    Readers see them by the clock alone; this exists so that what follows publication happens once.
    """
    due = Post.objects.filter(state=Post.State.SCHEDULED, published_at__lte=now or timezone.now())
    count = 0
    for pk in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            changed = due.filter(pk=pk).update(state=Post.State.PUBLISHED)
            if changed:
                post = Post.objects.select_related("live_version", "live_rendering").get(pk=pk)
                record("publish", subject(post), by=Actor.system("worker"), facts=_live(post))
        count += changed
    return count


def _is_ahead(at: datetime | None) -> bool:
    return at is not None and at > timezone.now()


def _check_moment(post: Post, at: datetime | None) -> None:
    if post.is_published and _is_ahead(at):
        raise Refused("Readers see this post already. A correction goes out at once.")


def _signed_review(post: Post, user: User, seen: int | None, channel: str) -> Review:
    """Return the complete review of the newest version; working alone, make it now for one seen."""
    version = reviewing.newest(post)
    if seen is not None:
        require_seen(version, seen, user)
    review = reviewing.latest_review(version)
    is_shown = review is None or review.rendering_id == post.live_rendering_id
    if is_shown and post.is_published and version.pk == post.live_version_id:
        raise Refused("Readers see exactly these words already.")
    if review and review.is_complete:
        return review
    is_solo = roles.is_solo(user)
    if is_solo and seen is not None:
        review = _signed_alone(post, user, channel)
    if review is None:
        then = "Open it and publish it there" if is_solo else "Ask for approval first"
        raise Refused(f"Nobody has signed this text yet. {then}.")
    if not review.is_complete:
        raise Refused(_waiting(review, is_solo=is_solo))
    return review


def _signed_alone(post: Post, user: User, channel: str) -> Review | None:
    """Give the one signature that the only signer can give, and return the review as it then is."""
    review = reviewing.submit(post, by=user, channel=channel)
    if user.pk not in review.given().values():
        reviewing.approve(review, by=user, channel=channel)
    return reviewing.latest_review(review.version)


def _waiting(review: Review, *, is_solo: bool) -> str:
    missing = review.missing()
    names = reviewing.in_words(missing)
    people = " and ".join(names.get(signature, signature) for signature in missing)
    sentence = f"Waiting for {people}: this text is not signed yet."
    if not is_solo:
        return sentence
    return f"{sentence} Nobody else can sign here: invite somebody, or change under Site who must."


def _mark_published(post: Post, channel: str) -> None:
    """Record that the moment of a schedule has passed, before other words take the place of those.

    Readers saw them by the clock; the worker may not have come by yet, and would then name the others.
    """
    if post.state == Post.State.SCHEDULED and post.is_published:
        _set(post, state=Post.State.PUBLISHED)
        record("publish", subject(post), by=Actor.system(channel), facts=_live(post))


def _put_live(post: Post, review: Review, at: datetime | None) -> None:
    now = timezone.now()
    changes: dict[str, object] = {"live_rendering": review.rendering}
    if post.is_published:
        if review.version_id != post.live_version_id:
            changes["updated_at"] = now
    else:
        had = _date_elsewhere(post, now) if at is None else None
        changes["published_at"] = at or had or now
        changes["updated_at"] = _changed_since(post, review.version, now) if had else None
        changes["state"] = Post.State.SCHEDULED if _is_ahead(at) else Post.State.PUBLISHED
    _set(post, live_version=review.version, **changes)


def _date_elsewhere(post: Post, now: datetime) -> datetime | None:
    """Return since when a draft that was imported was public at its source, if it was.

    What nobody could read there has no such date, whatever its source says.
    """
    is_past = post.published_at is not None and post.published_at <= now
    is_dated = post.state == Post.State.DRAFT and is_past
    was_public = is_dated and post.versions.filter(batch__isnull=False).exists()
    return post.published_at if was_public else None


def _changed_since(post: Post, version: Version, now: datetime) -> datetime | None:
    """Return when the words last changed since that date: there, or here by a later version."""
    return now if version.number > 1 else post.updated_at


def _live(post: Post) -> dict[str, object]:
    """Return what the record keeps of the words that readers see, or will see."""
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None or post.published_at is None:
        raise ValueError("A post without live words is not published.")
    return {
        "version": version.number,
        "content": version.content_hash,
        "html": rendering.html_hash,
        "from": post.published_at.isoformat(),
    }


def _set(post: Post, **changes: object) -> None:
    for name, value in changes.items():
        setattr(post, name, value)
    post.save(update_fields=list(changes))


def _take_off(post: Post, version: Version, notice: str) -> None:
    if post.live_version_id != version.pk:
        return
    if post.is_published:
        _set(post, state=Post.State.RETRACTED, retraction_notice=notice, updated_at=timezone.now())
    elif post.state == Post.State.SCHEDULED:
        _set(
            post, state=Post.State.DRAFT, live_version=None, live_rendering=None, published_at=None
        )


def _import_of(version: Version) -> Batch | None:
    """Return the import that words came with, locked: before the post, as an adoption does."""
    if version.batch_id is None:
        return None
    return Batch.objects.select_for_update(no_key=True).get(pk=version.batch_id)


def _blank(version: Version) -> None:
    blanks: dict[str, object] = dict.fromkeys(TEXTS, "")
    Version.objects.filter(pk=version.pk).update(
        redacted_at=timezone.now(), brief=[], images=[], **blanks
    )
    version.renderings.update(html="", headings=[])
    version.refresh_from_db()
