"""Importing: posts of another site become drafts here, many at once, each with the date it had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Batch, Post, Rendering, Series, Topic, Version
from blog.refusal import Refused
from blog.words import Words, problems
from blog.workflow.pictures import record_uses
from blog.workflow.writing import rendered, subject
from ledger.record import Actor, Happening

_ROWS = 500
"""Rows of one insert; the longest hold a whole text."""

_TELLING = 8
"""Characters of a title that stand in a sentence by no chance."""

_BLANKED = _("The words this was about were blanked.")


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A post or page as it comes from another site.

    `published_at` is when it was public there, or was to be; `is_public` whether readers could see
    it there. With a `retraction_notice`, that is what they saw.
    """

    words: Words
    slug: str
    kind: str = Post.Kind.POST
    published_at: datetime | None = None
    updated_at: datetime | None = None
    is_public: bool = True
    topics: Sequence[Topic] = ()
    series: Series | None = None
    series_part: int | None = None
    comment_policy: str = Post.CommentPolicy.SITE
    close_comments_after: int | None = None
    menu_place: str = Post.MenuPlace.NONE
    menu_order: int = 100
    language: str = ""
    retraction_notice: str = ""

    @property
    def was_public(self) -> bool:
        """Whether its words were public before this moment, so that they may be adopted."""
        at = self.published_at
        return self.is_public and at is not None and at <= timezone.now()


def begin_batch(*, source: str, file_name: str, file_hash: str, by: Actor) -> Batch:
    """Make the row that the posts of one file belong to; it cannot be adopted until it is finished.

    Args:
        source: the format, e.g. `wordpress`.
        file_hash: SHA-256 (hex) of the file.
    """
    return Batch.objects.create(
        source=source,
        file_name=file_name,
        file_hash=file_hash,
        begun_by=by.id,
        begun_by_label=by.label,
    )


def finish_batch(batch: Batch, summary: Mapping[str, Any]) -> Batch:
    """Close `batch` with the summary that the newsroom shows: from now on it can be adopted.

    Args:
        summary: JSON by label: a number, a sentence, a list of sentences, or a list of
            `{"title": …, "why": …, "more": …}`.
    """
    batch.summary = dict(summary)
    batch.finished_at = timezone.now()
    batch.save(update_fields=["summary", "finished_at"])
    return batch


def forget_words(batch: Batch, title: str) -> None:
    """Blank what the summary of an import says of the words called `title`, in the caller's transaction.

    It quotes titles, and in whole what did not fit. Lines about others that name them go as well.
    """
    begin = title.removesuffix("…")

    def mentions(text: str) -> bool:
        is_telling = len(begin) >= _TELLING
        return text == begin or f"“{begin}”" in text or (is_telling and begin in text)

    batch.summary = {
        label: [str(_BLANKED) if any(map(mentions, _texts(line))) else line for line in told]
        if isinstance(told, list)
        else told
        for label, told in batch.summary.items()
    }
    batch.save(update_fields=["summary"])


def _texts(line: object) -> list[str]:
    return [str(part) for part in (line.values() if isinstance(line, dict) else [line])]


def bring_in(
    batch: Batch, brought: Sequence[Brought], *, by: Actor
) -> tuple[list[Post], list[Happening]]:
    """Store posts as drafts, in the caller's transaction; ten thousand at a time are no trouble.

    Words that were public at the source belong to `batch` and can be adopted; all others become
    ordinary drafts. An empty text is kept as one.

    Returns:
        The posts, in the order given, and what happened: the caller hands that to `record_all` as
        the last thing it does in the transaction.

    Raises:
        Refused: when some words cannot be kept, with the title and a sentence; nothing is stored.
        IntegrityError: when an address belongs to another post.
    """
    if batch.finished_at:
        raise ValueError("Nothing is added to an import that is finished.")
    _check(brought)
    with transaction.atomic():
        posts = Post.objects.bulk_create([_post(one) for one in brought], batch_size=_ROWS)
        versions = _versions(batch, posts, brought, by)
        renderings = Rendering.objects.bulk_create(map(rendered, versions), batch_size=_ROWS)
        _add_topics(posts, brought)
        record_uses(renderings)
    return posts, [_saved(batch, *saved) for saved in zip(versions, renderings, strict=True)]


def _check(brought: Iterable[Brought]) -> None:
    for one in brought:
        found = " ".join(problems(one.words, needs_text=False))
        if found:
            raise Refused(f"“{one.words.title}”: {found}")


def _post(one: Brought) -> Post:
    return Post(
        kind=one.kind,
        slug=one.slug,
        series=one.series,
        series_part=one.series_part,
        published_at=one.published_at,
        updated_at=one.updated_at,
        comment_policy=one.comment_policy,
        close_comments_after=one.close_comments_after,
        menu_place=one.menu_place,
        menu_order=one.menu_order,
        language=one.language,
        retraction_notice=one.retraction_notice,
    )


def _versions(
    batch: Batch, posts: Iterable[Post], brought: Iterable[Brought], by: Actor
) -> list[Version]:
    now = timezone.now()
    versions = [
        Version(
            post=post,
            number=1,
            content_hash=one.words.content_hash,
            saved_at=now,
            saved_by=by.id,
            saved_by_label=by.label,
            batch=batch if one.was_public else None,
            **one.words.fields,
        )
        for post, one in zip(posts, brought, strict=True)
    ]
    return Version.objects.bulk_create(versions, batch_size=_ROWS)


def _add_topics(posts: Iterable[Post], brought: Iterable[Brought]) -> None:
    row = Post.topics.through
    rows = [
        row(post_id=post.pk, topic_id=pk)
        for post, one in zip(posts, brought, strict=True)
        for pk in dict.fromkeys(topic.pk for topic in one.topics)
    ]
    row.objects.bulk_create(rows, batch_size=_ROWS)


def _saved(batch: Batch, version: Version, rendering: Rendering) -> Happening:
    facts = {
        "version": version.number,
        "content": version.content_hash,
        "html": rendering.html_hash,
        "batch": batch.pk,
    }
    return Happening("save_version", subject(version.post), facts)
