"""Posts against the record: what an auditor's `verify_ledger` asks of the rows of this app."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TypeVar
from uuid import UUID

from blog.models import Approval, Post, Rendering, Version
from blog.models.review import Decision
from blog.words import words_of
from ledger.models import Entry
from ledger.verify import Problem, register_check

Row = TypeVar("Row")

_CHUNK = 500
_SHOWS = ("publish", "schedule", "correct")
_HIDES = ("unpublish", "retract")
_OF_POSTS = "blog.post:"


def register_all() -> None:
    """Have `verify_ledger` ask these too."""
    for check in (
        approvals_are_recorded,
        recorded_approvals_exist,
        words_are_as_hashed,
        html_is_as_hashed,
        public_posts_are_recorded,
    ):
        register_check(check)


def approvals_are_recorded() -> Iterator[Problem]:
    """Yield each approval whose entry is missing or says something else."""
    approvals = Approval.objects.select_related("review__version", "review__rendering")
    for batch in _batches(approvals.order_by("pk").iterator(chunk_size=_CHUNK)):
        entries = {entry.key: entry for entry in Entry.objects.filter(key__in=_keys(batch))}
        for approval in batch:
            entry = entries.get(approval.record)
            if entry is None:
                yield Problem(_name(approval), "no entry of the record belongs to it.")
            elif not _says(entry, approval):
                yield Problem(_name(approval), f"entry {entry.sequence} says something else.")


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
    for version in versions.iterator(chunk_size=_CHUNK):
        if not _is_recorded("save_version", version):
            yield Problem(_name(version), "no entry of the record says that it was saved.")
        elif version.redacted_at:
            if not _is_recorded("redact", version):
                yield Problem(_name(version), "its words are blanked, but no entry says so.")
        elif words_of(version).content_hash != version.content_hash:
            yield Problem(_name(version), "its words are not what its hash was taken over.")


def html_is_as_hashed() -> Iterator[Problem]:
    """Yield each rendering whose HTML is not what its hash was taken over."""
    renderings = Rendering.objects.filter(version__redacted_at__isnull=True).order_by("pk")
    for rendering in renderings.iterator(chunk_size=_CHUNK):
        if hashlib.sha256(rendering.html.encode()).hexdigest() != rendering.html_hash:
            yield Problem(_name(rendering), "its HTML is not what its hash was taken over.")


def public_posts_are_recorded() -> Iterator[Problem]:
    """Yield each scheduled or published post whose last entry does not name what readers see."""
    posts = Post.objects.filter(state__in=[Post.State.SCHEDULED, Post.State.PUBLISHED])
    posts = posts.select_related("live_version", "live_rendering").defer("live_version__body")
    for post in posts.order_by("pk").iterator(chunk_size=_CHUNK):
        last = Entry.objects.about(post).filter(verb__in=[*_SHOWS, *_HIDES]).last()
        if last is None or last.verb not in _SHOWS:
            yield Problem(_name(post), "it is public, but no entry says that it was published.")
        elif not _names_what_is_live(last, post):
            yield Problem(_name(post), f"entry {last.sequence} names other words than readers see.")


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
    return said == (approval.decision, f"{_OF_POSTS}{review.version.post_id}", approval.by, facts)


def _is_recorded(verb: str, version: Version) -> bool:
    facts = {"facts__version": version.number, "facts__content": version.content_hash}
    entries = Entry.objects.about(f"{_OF_POSTS}{version.post_id}")
    return entries.filter(verb=verb, **facts).exists()


def _names_what_is_live(entry: Entry, post: Post) -> bool:
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None:
        return False
    named = entry.facts.get("content"), entry.facts.get("html")
    return named == (version.content_hash, rendering.html_hash)


def _keys(approvals: Iterable[Approval]) -> list[UUID]:
    return [approval.record for approval in approvals]


def _name(row: Approval | Version | Rendering | Post) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch
