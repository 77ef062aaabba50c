"""What readers see against the record, on a site that is in use meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from blog.models import Post, Rendering, Review
from blog.models.post import PostQuerySet
from blog.record_checks.rows import batches
from ledger.models import Entry, subject_of
from ledger.verify import Problem

# An undoing names what is live again, if anything is.
_SHOWS = ("publish", "schedule", "correct", "adopt", "undo_publish")
_HIDES = ("unpublish", "retract")


def public_posts_are_recorded() -> Iterator[Problem]:
    """Yield each scheduled or published post that is not signed, or that its last entry does not name."""
    for batch in batches(_live_posts().order_by("pk")):
        wrong = _wrong(batch)
        for post in batch:
            sentence = _still_wrong(post) if post.pk in wrong else None
            if sentence:
                yield Problem(subject_of(post), sentence)


def _live_posts() -> PostQuerySet:
    posts = Post.objects.filter(state__in=[Post.State.SCHEDULED, Post.State.PUBLISHED])
    return posts.select_related("live_version", "live_rendering").defer(
        "live_version__body", "live_rendering__html"
    )


def _wrong(posts: Sequence[Post]) -> dict[int, str]:
    """Return what is wrong, by the key of the post. Four queries, however many posts."""
    entries = Entry.objects.filter(
        subject__in=[subject_of(post) for post in posts], verb__in=[*_SHOWS, *_HIDES]
    )
    last = {entry.subject: entry for entry in entries.order_by("sequence")}
    signed = _signed(posts)
    found = {post.pk: _wrong_with(post, last.get(subject_of(post)), signed) for post in posts}
    return {pk: sentence for pk, sentence in found.items() if sentence}


def _signed(posts: Sequence[Post]) -> set[tuple[int, int]]:
    """Return the live words and HTML that have every signature, or came with an import that has its one."""
    reviews = Review.objects.filter(version__in=[post.live_version_id for post in posts])
    approved = {
        (review.version_id, review.rendering_id)
        for review in reviews.prefetch_related("approvals")
        if review.is_complete
    }
    live = Rendering.objects.filter(pk__in=[post.live_rendering_id for post in posts])
    return approved | set(live.adopted().values_list("version", "pk"))


def _wrong_with(post: Post, last: Entry | None, signed: set[tuple[int, int]]) -> str | None:
    if last is None or last.verb not in _SHOWS:
        return "it is public, but no entry says that it was published."
    if not _names_what_is_live(last, post):
        return f"entry {last.sequence} names other words than readers see."
    if (post.live_version_id, post.live_rendering_id) not in signed:
        return "it is public, but not every signature of its review is there."
    return None


def _still_wrong(post: Post) -> str | None:
    """Return what is wrong with a post that stood still while we asked, or `None`.

    On a site in use a correction may come between reading a post and reading its last entry. The two
    change in one transaction: while the post is the same before and after, the entry belongs to it.
    """
    while True:
        sentence = _wrong([post]).get(post.pk)
        again = _live_posts().filter(pk=post.pk).first()
        if sentence is None or again is None:
            return None
        if _public_state(again) == _public_state(post):
            return sentence
        post = again


def _public_state(post: Post) -> tuple[Any, ...]:
    return post.state, post.live_version_id, post.live_rendering_id, post.published_at


def _names_what_is_live(entry: Entry, post: Post) -> bool:
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None:
        return False
    named = entry.facts.get("content"), entry.facts.get("html")
    return named == (version.content_hash, rendering.html_hash)
