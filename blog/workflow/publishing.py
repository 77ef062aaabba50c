"""Publishing: what readers see, and from when."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from blog import roles
from blog.models import Post, Review, Version
from blog.refusal import Refused
from blog.search_index import index_posts
from blog.workflow import reviewing, telling
from blog.workflow.correcting import (
    Kind,
    kind_of_change,
    live_facts,
    noted,
    record_change,
    shown,
)
from blog.workflow.pictures import require_unchanged_pictures
from blog.workflow.quieting import hold_quiet, pause_if_quiet, require_no_quiet
from blog.workflow.undoing import keep_way_back, public_state
from blog.workflow.voided import voided
from blog.workflow.writing import locked, require, require_guards, require_seen, set_fields, subject
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
    version that `by` has seen. On a post that is public already the new words replace the old ones,
    as a typo or as a correction with its public sentence.

    Args:
        seen: the number of the newest version as `by` knows it; `None` publishes only what is signed.
        at: a moment in the past (a demo) or, for a first publication, in the future. Without it, a
            draft that came with a date of the past keeps that one.

    Raises:
        Stale: when somebody has saved other words since.
        Refused: when a signature is missing (the sentence names whose), or the database's guards
            are, when a picture's file is not the one that was signed, when a correction has no
            sentence for readers, or in a quiet period.
    """
    require(
        by,
        "publish_post",
        _("Your account may not publish posts. Ask an administrator for the role."),
    )
    require_guards()
    require_unchanged_pictures(post)
    with transaction.atomic():
        hold_quiet()
        post = locked(post)
        _mark_published(post, channel)
        review = _signed_review(post, by, seen, channel)
        _check_moment(post, at)
        before, was = shown(post), public_state(post)
        kind = kind_of_change(post, review.version) if before else None
        if before:
            _replace(post, review, kind)
        else:
            _put_live(post, review, at)
        change = noted(post, kind, before)
        index_posts([post.pk])
        # A command has no page that could offer it.
        if channel == "admin":
            keep_way_back(post, was, change, by)
        verb = "correct" if before else "schedule" if _is_ahead(at) else "publish"
        record_change(verb, post, Actor.of(by, channel=channel), change, live_facts(post))
    return post


def schedule(
    post: Post, *, by: User, at: datetime, seen: int | None = None, channel: str = "admin"
) -> Post:
    """Let readers see the newest version of `post` from `at` on, a moment ahead of now."""
    if not _is_ahead(at):
        raise Refused(_("Choose a moment that lies ahead."))
    return publish(post, by=by, seen=seen, at=at, channel=channel)


def publish_due(*, now: datetime | None = None) -> int:
    """Mark scheduled posts whose moment has come as published, or as paused; return how many.

    Readers see them by the clock alone; this exists so that what follows publication happens once.
    """
    due = Post.objects.filter(state=Post.State.SCHEDULED, published_at__lte=now or timezone.now())
    count = 0
    for pk in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            hold_quiet()
            post = due.filter(pk=pk).select_for_update(of=("self",), no_key=True).first()
            if post is None:
                continue
            if not pause_if_quiet(post):
                set_fields(post, state=Post.State.PUBLISHED)
                _went_live(post, Actor.system("worker"))
        count += 1
    return count


def _is_ahead(at: datetime | None) -> bool:
    return at is not None and at > timezone.now()


def _check_moment(post: Post, at: datetime | None) -> None:
    if post.is_published and _is_ahead(at):
        raise Refused(_("Readers see this post already. A correction goes out at once."))


def _signed_review(post: Post, user: User, seen: int | None, channel: str) -> Review:
    """Return the complete review of the newest version; working alone, make it now for one seen."""
    version = reviewing.newest(post)
    if seen is not None:
        require_seen(version, seen, user)
    review = reviewing.latest_review(version)
    is_shown = review is None or review.rendering_id == post.live_rendering_id
    if is_shown and post.is_published and version.pk == post.live_version_id:
        raise Refused(_("Readers see exactly these words already."))
    if review and review.is_complete:
        return review
    is_solo = roles.is_solo(user)
    if is_solo and seen is not None:
        review = _signed_alone(post, user, channel)
    if review is None:
        then = _("Open it and publish it there.") if is_solo else _("Ask for approval first.")
        raise Refused(_said(_("Nobody has signed this text yet."), voided(version), then))
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
    people = get_text_list([names.get(need, need) for need in missing], _("and"))
    alone = _("Nobody else can sign here: invite somebody, or change under Site who must.")
    return _said(
        _("Waiting for %(people)s: this text is not signed yet.") % {"people": people},
        voided(review.version, review),
        alone if is_solo else "",
    )


def _said(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _mark_published(post: Post, channel: str) -> None:
    """Record that the moment of a schedule has passed, before other words take the place of those.

    Readers saw them by the clock; the worker may not have come by yet, and would then name the others.
    """
    if post.state == Post.State.SCHEDULED and post.is_published:
        set_fields(post, state=Post.State.PUBLISHED)
        _went_live(post, Actor.system(channel))


def _went_live(post: Post, by: Actor) -> None:
    """Tell whoever worked on a scheduled post, and record it, now that it is marked as published."""
    telling.live(post)
    record("publish", subject(post), by=by, facts=live_facts(post))


def _replace(post: Post, review: Review, kind: Kind | None) -> None:
    """Put other words, or the same ones in other HTML, in the place of those that readers see."""
    changes: dict[str, object] = {"live_rendering": review.rendering}
    if kind == Kind.CORRECTION:
        changes["updated_at"] = timezone.now()
    set_fields(post, live_version=review.version, **changes)


def _put_live(post: Post, review: Review, at: datetime | None) -> None:
    now = timezone.now()
    require_no_quiet(max(at or now, now))
    had = _date_elsewhere(post, now) if at is None else None
    set_fields(
        post,
        live_version=review.version,
        live_rendering=review.rendering,
        published_at=at or had or now,
        updated_at=_changed_since(post, review.version, now) if had else None,
        state=Post.State.SCHEDULED if _is_ahead(at) else Post.State.PUBLISHED,
    )


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
