"""Posts against the record: what an auditor's `verify_ledger` asks of the rows of this app."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from blog.models import Approval, Post, Rendering, Review, Version
from blog.models.post import PostQuerySet
from blog.models.review import Decision
from blog.words import words_of
from ledger.models import Entry, subject_of
from ledger.verify import Problem, register_check

Row = TypeVar("Row")

_CHUNK = 500
_SHOWS = ("publish", "schedule", "correct")
_HIDES = ("unpublish", "retract")
_OF_POSTS = "blog.post:"


def register_all() -> None:
    """Have `verify_ledger` ask these too."""
    for check in (
        reviews_are_recorded,
        recorded_reviews_exist,
        approvals_are_recorded,
        recorded_approvals_exist,
        words_are_as_hashed,
        html_is_as_hashed,
        public_posts_are_recorded,
    ):
        register_check(check)


def reviews_are_recorded() -> Iterator[Problem]:
    """Yield each review that nobody asked for on record, or whose words, HTML or needs were others."""
    reviews = Review.objects.select_related("version", "rendering")
    reviews = reviews.defer("version__body", "rendering__html").order_by("pk")
    for batch in _batches(reviews.iterator(chunk_size=_CHUNK)):
        asked = _asked(batch)
        for review in batch:
            entry = asked.get(str(review.pk))
            if entry is None:
                yield Problem(
                    subject_of(review), "no entry of the record says that it was asked for."
                )
            elif not _asks(entry, review):
                yield Problem(subject_of(review), f"entry {entry.sequence} says something else.")


def recorded_reviews_exist() -> Iterator[Problem]:
    """Yield each entry about a question whose review is gone."""
    entries = Entry.objects.filter(verb="submit", subject__startswith=_OF_POSTS)
    for batch in _batches(entries.order_by("sequence").iterator(chunk_size=_CHUNK)):
        numbers = [str(entry.facts.get("review", "")) for entry in batch]
        asked = [number for number in numbers if number.isdecimal()]
        found = set(Review.objects.filter(pk__in=asked).values_list("pk", flat=True))
        for entry, number in zip(batch, numbers, strict=True):
            if not number.isdecimal() or int(number) not in found:
                yield Problem(f"entry {entry.sequence}", "the review it records is gone.")


def approvals_are_recorded() -> Iterator[Problem]:
    """Yield each approval whose entry is missing or says something else."""
    approvals = Approval.objects.select_related("review__version", "review__rendering")
    for batch in _batches(approvals.order_by("pk").iterator(chunk_size=_CHUNK)):
        entries = {entry.key: entry for entry in Entry.objects.filter(key__in=_keys(batch))}
        for approval in batch:
            entry = entries.get(approval.record)
            if entry is None:
                yield Problem(subject_of(approval), "no entry of the record belongs to it.")
            elif not _says(entry, approval):
                yield Problem(subject_of(approval), f"entry {entry.sequence} says something else.")


def recorded_approvals_exist() -> Iterator[Problem]:
    """Yield each entry about a decision whose approval is gone."""
    entries = Entry.objects.filter(verb__in=Decision.values, subject__startswith=_OF_POSTS)
    for batch in _batches(entries.order_by("sequence").iterator(chunk_size=_CHUNK)):
        keys = [entry.key for entry in batch]
        found = set(Approval.objects.filter(record__in=keys).values_list("record", flat=True))
        for entry in batch:
            if entry.key not in found:
                yield Problem(f"entry {entry.sequence}", "the approval it records is gone.")


def words_are_as_hashed() -> Iterator[Problem]:
    """Yield each version whose words are not what its hash was taken over.

    Blanked words cannot be hashed again; for them the entry of the blanking must name the hash.
    """
    versions = Version.objects.select_related("author").order_by("pk")
    for batch in _batches(versions.iterator(chunk_size=_CHUNK)):
        said = _said(batch)
        for version in batch:
            sentence = _wrong_words(version, said)
            if sentence:
                yield Problem(subject_of(version), sentence)


def html_is_as_hashed() -> Iterator[Problem]:
    """Yield each rendering whose HTML is not what its hash was taken over."""
    renderings = Rendering.objects.filter(version__redacted_at__isnull=True).order_by("pk")
    for rendering in renderings.iterator(chunk_size=_CHUNK):
        if hashlib.sha256(rendering.html.encode()).hexdigest() != rendering.html_hash:
            yield Problem(subject_of(rendering), "its HTML is not what its hash was taken over.")


def public_posts_are_recorded() -> Iterator[Problem]:
    """Yield each scheduled or published post that is not signed, or that its last entry does not name."""
    for batch in _batches(_live_posts().order_by("pk").iterator(chunk_size=_CHUNK)):
        wrong = _wrong(batch)
        for post in batch:
            sentence = _still_wrong(post) if post.pk in wrong else None
            if sentence:
                yield Problem(subject_of(post), sentence)


def _says(entry: Entry, approval: Approval) -> bool:
    review = approval.review
    facts = {
        "approval": approval.pk,
        "review": approval.review_id,
        "signature": approval.signature,
        "version": review.version.number,
        "content": review.version.content_hash,
        "html": review.rendering.html_hash,
    }
    said = (entry.verb, entry.subject, entry.actor, entry.facts)
    return said == (approval.decision, _of_post(review.version), approval.by, facts)


def _asked(reviews: Iterable[Review]) -> dict[str, Entry]:
    """Return by review the entry that was made when it was opened; a later one proves nothing."""
    subjects = {_of_post(review.version) for review in reviews}
    entries = Entry.objects.filter(verb="submit", subject__in=subjects).order_by("-sequence")
    return {str(entry.facts.get("review")): entry for entry in entries}


def _asks(entry: Entry, review: Review) -> bool:
    facts = {
        "review": review.pk,
        "version": review.version.number,
        "content": review.version.content_hash,
        "html": review.rendering.html_hash,
        "needs": review.needs,
    }
    return (entry.subject, entry.facts) == (_of_post(review.version), facts)


Said = tuple[str, str, str, str]
"""A verb, its subject, and the number and the hash of a version."""


def _said(versions: Iterable[Version]) -> set[Said]:
    """Return what the record says about these versions and the others of their posts. One query."""
    subjects = {_of_post(version) for version in versions}
    entries = Entry.objects.filter(verb__in=("save_version", "redact"), subject__in=subjects)
    rows = entries.values_list("verb", "subject", "facts")
    return {(v, s, str(facts.get("version")), str(facts.get("content"))) for v, s, facts in rows}


def _wrong_words(version: Version, said: set[Said]) -> str | None:
    named = (_of_post(version), str(version.number), version.content_hash)
    if ("save_version", *named) not in said:
        return "no entry of the record says that it was saved."
    if version.redacted_at:
        is_said = ("redact", *named) in said
        return None if is_said else "its words are blanked, but no entry says so."
    is_same = words_of(version).content_hash == version.content_hash
    return None if is_same else "its words are not what its hash was taken over."


def _live_posts() -> PostQuerySet:
    posts = Post.objects.filter(state__in=[Post.State.SCHEDULED, Post.State.PUBLISHED])
    return posts.select_related("live_version", "live_rendering").defer(
        "live_version__body", "live_rendering__html"
    )


def _wrong(posts: Sequence[Post]) -> dict[int, str]:
    """Return what is wrong, by the key of the post. Three queries, however many posts."""
    entries = Entry.objects.filter(
        subject__in=[subject_of(post) for post in posts], verb__in=[*_SHOWS, *_HIDES]
    )
    last = {entry.subject: entry for entry in entries.order_by("sequence")}
    reviews = Review.objects.filter(version__in=[post.live_version_id for post in posts])
    signed = {
        (review.version_id, review.rendering_id)
        for review in reviews.prefetch_related("approvals")
        if review.is_complete
    }
    found = {post.pk: _wrong_with(post, last.get(subject_of(post)), signed) for post in posts}
    return {pk: sentence for pk, sentence in found.items() if sentence}


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


def _keys(approvals: Iterable[Approval]) -> list[UUID]:
    return [approval.record for approval in approvals]


def _of_post(version: Version) -> str:
    return f"{_OF_POSTS}{version.post_id}"


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch
