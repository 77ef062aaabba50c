"""What a signature over an import would cover: the posts that wait for it, and the hash of that list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from blog.models import Adoption, Batch, Post, Rendering, Version
from ledger.canonical import digest
from ledger.models import Entry

OF_POSTS = "blog.post:"
_LONGEST_KEY = 18
"""Digits that every database can hold in a key."""


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A post that waits: the hashes of its words and of their first HTML, and its date elsewhere."""

    post_id: int
    content: str
    html: str
    published_at: datetime
    is_retracted: bool


@dataclass(frozen=True)
class AdoptionList:
    """All that one signature covers, in the order in which the posts came."""

    batch: Batch
    rows: tuple[Adoptable, ...]

    @property
    def hash(self) -> str:
        """What the signature stands for; it changes when a post leaves the list."""
        return list_hash(self.batch, ((row.content, row.html) for row in self.rows))


def list_hash(batch: Batch, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 (hex) over the hash of the file and those of the words and HTML of each post."""
    return digest({"file": batch.file_hash, "posts": [list(pair) for pair in pairs]})


def waiting(batch: Batch) -> QuerySet[Version]:
    """Return the imported words that a signature would make public, in the order in which they came.

    Their posts are drafts with a date of the past and no newer words. A post that somebody has
    edited, published, or taken back again goes the ordinary way.
    """
    return _wait().filter(batch=batch).order_by("post_id")


def waiting_batches() -> QuerySet[Batch]:
    """Return the imports that are finished and hold posts that wait to be adopted."""
    posts = _wait().filter(batch=OuterRef("pk"))
    return Batch.objects.filter(Exists(posts), finished_at__isnull=False, adoption__isnull=True)


def with_counts(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Give each import the number of its posts that wait, as `waiting_posts` (`None` for none)."""
    posts = _wait().filter(batch=OuterRef("pk")).order_by().values("batch")
    return batches.annotate(waiting_posts=Subquery(posts.annotate(n=Count("pk")).values("n")))


def _wait() -> QuerySet[Version]:
    newer = Version.objects.filter(post=OuterRef("post"), number__gt=1)
    return _of_dated_drafts().filter(~Exists(newer))


def _of_dated_drafts() -> QuerySet[Version]:
    """Return words, not blanked, of drafts with a date of the past; newer ones may follow them."""
    return Version.objects.filter(
        redacted_at__isnull=True,
        post__state=Post.State.DRAFT,
        post__published_at__lte=timezone.now(),
    )


def adoption_list(batch: Batch) -> AdoptionList:
    """Return what a signature over `batch` would cover now. Three queries.

    Each is plain enough to be quick on tables that were filled a moment ago: PostgreSQL has no
    statistics of them yet, and joined all three row by row when they were one query.
    """
    words = _of_dated_drafts().filter(batch=batch)
    names = ("pk", "post_id", "content_hash", "post__published_at", "post__retraction_notice")
    # Words first: what an import adds meanwhile has its HTML by the time that is read.
    found = list(words.order_by("post_id").values_list(*names))
    edited, html = _edited(batch), _first_html(batch)
    rows = (
        Adoptable(post, content, html[pk], at, is_retracted=bool(notice))
        for pk, post, content, at, notice in found
        if at is not None and post not in edited
    )
    return AdoptionList(batch, tuple(rows))


def _edited(batch: Batch) -> set[int]:
    """Return the posts of `batch` that have newer words."""
    posts = Version.objects.filter(batch=batch).values("post")
    newer = Version.objects.filter(post__in=posts, number__gt=1)
    return set(newer.order_by().values_list("post", flat=True))


def _first_html(batch: Batch) -> dict[int, str]:
    """Return the hash of the HTML that was made first, by version; the last one read stays."""
    made = Rendering.objects.filter(version__batch=batch).order_by("-pk")
    return dict(made.values_list("version_id", "html_hash"))


def adopted_entries(adoption: Adoption) -> QuerySet[Entry]:
    """Return the entries of the record about the posts of an adoption: they follow its own at once."""
    own = Entry.objects.filter(key=adoption.record).values("sequence")[:1]
    return Entry.objects.filter(
        sequence__gt=Subquery(own),
        # A post that was retracted has an entry for that as well.
        sequence__lte=Subquery(own) + 2 * adoption.count,
        verb="adopt",
        facts__batch=adoption.batch_id,
    ).order_by("sequence")


def left_out(batch: Batch) -> QuerySet[Post]:
    """Return the posts of `batch` that were public and that its signature does not cover, or would not.

    Somebody edited, published or blanked them before it was given.
    """
    posts = Post.objects.filter(versions__batch=batch).order_by("pk")
    adoption = Adoption.objects.filter(batch=batch).first()
    if adoption is None:
        return posts.exclude(pk__in=waiting(batch).order_by().values("post"))
    adopted = keys_of(adopted_entries(adoption).values_list("subject", flat=True))
    return posts.filter(pk__in=set(posts.values_list("pk", flat=True)).difference(adopted))


def keys_of(subjects: Iterable[str]) -> list[int]:
    """Return the keys of the posts that the record calls so; what names no post is left out."""
    numbers = (name.removeprefix(OF_POSTS) for name in subjects if name.startswith(OF_POSTS))
    return [int(n) for n in numbers if n.isdecimal() and n.isascii() and len(n) <= _LONGEST_KEY]
