"""Undoing a publication in its first minute, for whoever pressed the button and saw the slip."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Post, PublicChange, Rendering, Review, WayBack
from blog.models.way_back import UNDO_WITHIN
from blog.refusal import Refused
from blog.search_index import index_posts
from blog.workflow.correcting import Kind, live_facts, noted, record_change, shown
from blog.workflow.writing import locked, require, require_guards, set_fields
from ledger.models import Entry
from ledger.record import Actor

_GRACE = timedelta(seconds=5)
"""What a press at the last moment needs to arrive."""

_ONCE_IN = timedelta(days=1)

_FIELDS = ("state", "live_version_id", "live_rendering_id", "published_at", "updated_at")

State = dict[str, object]


def public_state(post: Post) -> State:
    """Return the fields that decide what readers see of `post`, as they are kept."""
    return {name: _kept(getattr(post, name)) for name in _FIELDS}


def keep_way_back(post: Post, was: State, change: PublicChange | None, by: User) -> None:
    """Keep how `post`, just published, goes back to what it `was`."""
    said = {
        "by": by.pk,
        "made_at": timezone.now(),
        "before": was,
        "after": public_state(post),
        "change": change,
    }
    WayBack.objects.update_or_create(post=post, defaults=said)


def ways_back(by: User, post: Post | None = None) -> list[WayBack]:
    """Return the ways back that `by` still has: from the last publication of `post`, or of any. One query."""
    begun = timezone.now() - UNDO_WITHIN - _GRACE
    found = WayBack.objects.filter(by=by.pk, made_at__gt=begun).order_by("-made_at", "-pk")
    if post:
        found = found.filter(post=post)
    rows = found.select_related("post__live_version", "change")
    return [way for way in rows if way.after == public_state(way.post)]


def undo_publication(
    post: Post, *, by: User, seen: str | None = None, channel: str = "admin"
) -> Post:
    """Put `post` back to what it was before `by` published it, within a minute of that.

    A first publication is a draft again, or scheduled as it was; a correction gives the earlier words
    their place back. The record keeps both acts; the public history tells of neither. So it is for a
    slip: once a day for each post.

    Args:
        seen: the publication that the page showed, as its `WayBack.mark` names it; any without it.

    Raises:
        Refused: when the minute is over, somebody else published it, it has changed since, or what was
            there before may not be there any more.
    """
    require(
        by,
        "publish_post",
        _("Your account may not undo a publication. Ask an administrator for the role."),
    )
    require_guards()
    with transaction.atomic():
        post = locked(post)
        found = next((way for way in ways_back(by, post) if seen in {None, way.mark}), None)
        if found is None or post.is_due:
            raise Refused(_("It is too late to undo this: take it back, or correct it."))
        _require_first_today(post)
        _require_standing(found)
        return _undone(post, found, Actor.of(by, channel=channel))


def forget_ways_back() -> int:
    """Delete the ways back whose minute is over; return how many."""
    return WayBack.objects.filter(made_at__lt=timezone.now() - UNDO_WITHIN - _GRACE).delete()[0]


def _require_first_today(post: Post) -> None:
    """Refuse a second undo: publishing and undoing in turn would change words without telling readers."""
    since = timezone.now() - _ONCE_IN
    if Entry.objects.about(post).filter(verb="undo_publish", at__gt=since).exists():
        raise Refused(_("This was undone once today already. Take it back, or correct it."))


def _require_standing(found: WayBack) -> None:
    """Refuse to bring back words that were blanked or unsigned meanwhile, or a moment that has passed."""
    before = found.before
    if before["state"] == Post.State.SCHEDULED:
        if datetime.fromisoformat(before["published_at"]) <= timezone.now():
            raise Refused(_("The moment it was scheduled for has passed. Take it back instead."))
    elif before["state"] != Post.State.PUBLISHED:
        return
    live = Rendering.objects.select_related("version").get(pk=before["live_rendering_id"])
    if live.version.redacted_at or not _is_signed(live):
        raise Refused(
            _("What was there before is not signed any more. Take it back, or correct it.")
        )


def _is_signed(live: Rendering) -> bool:
    reviews = Review.objects.filter(version=live.version_id, rendering=live)
    is_complete = any(review.is_complete for review in reviews.prefetch_related("approvals"))
    return is_complete or Rendering.objects.filter(pk=live.pk).adopted().exists()


def _undone(post: Post, found: WayBack, by: Actor) -> Post:
    seen, undone, gone = shown(post), found.change, live_facts(post)
    try:
        with transaction.atomic():
            set_fields(post, **found.before)
    except IntegrityError as error:
        raise Refused(
            _("Other words have been saved meanwhile. Take it back, or correct it.")
        ) from error
    post.refresh_from_db()
    change = noted(post, Kind.UNDONE if undone else None, seen, undoes=undone)
    found.delete()
    index_posts([post.pk])
    facts = {"undone": gone["html"], **(live_facts(post) if post.is_live else {})}
    record_change("undo_publish", post, by, change, facts)
    return post


def _kept(value: object) -> object:
    """Return a value as JSON can keep it, moments to the microsecond and in one spelling."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
