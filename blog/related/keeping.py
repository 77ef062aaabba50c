"""Keeping related posts up to date: the worker and `reindex` do, a page only reads.

A post whose live words were not read yet is found by comparing two keys, so no verb has to tell of it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db.models import F, Q, QuerySet

from blog.models import Post, TellingWords
from blog.plaintext import normalise
from blog.related.comparing import Shown, batches, compare
from blog.related.forgetting import LIVE, forget_stale
from blog.related.telling import telling_words
from blog.search_index import text_of

_logger = logging.getLogger(__name__)

_unreadable: set[tuple[int, int | None]] = set()
"""Posts, with the rendering, whose words could not be read: said once in the life of a process."""


def keep_up() -> int:
    """Find what is near the posts whose live words are new; return how many posts those were.

    Safe to repeat, and beside another worker. Three short queries where nothing is new.
    """
    forget_stale()
    is_read = Q(telling_words__rendering=F("live_rendering"), telling_words__language=F("language"))
    for numbers in batches(_live(Q(telling_words__rendering=None) | ~is_read)):
        _read(numbers)
    return _compare(TellingWords.objects.filter(is_compared=False), lambda numbers, _: numbers)


def rebuild(shown: Shown | None = None) -> int:
    """Find anew what is near each post, while the site is used; return how many posts were compared.

    Args:
        shown: wraps the numbers that are gone through, with what they are, to show how far it is.
    """
    show = shown or (lambda numbers, _: numbers)
    forget_stale()
    for numbers in batches(show(_live(Q()), "words of posts")):
        _read(numbers)
    # All of them, since a worker may have compared some with the words that were there by then.
    return _compare(TellingWords.objects.all(), show)


def _live(condition: Q) -> list[int]:
    posts = Post.objects.posts().filter(condition, state__in=LIVE)
    return list(posts.order_by("pk").values_list("pk", flat=True))


def _compare(rows: QuerySet[TellingWords], show: Shown) -> int:
    """Compare the posts of these rows with all there are, and return how many were compared."""
    waiting = list(rows.order_by("post").values_list("post", flat=True))
    if waiting:
        compare(waiting, show)
    return len(waiting)


def _read(numbers: Sequence[int]) -> None:
    """Keep the words of these posts as they are live now."""
    posts = Post.objects.filter(pk__in=numbers, state__in=LIVE).order_by("pk")
    found = map(_readable, posts.select_related("live_version", "live_rendering"))
    TellingWords.objects.bulk_create(
        [words for words in found if words],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["rendering", "language", "words", "is_compared"],
    )


def _readable(post: Post) -> TellingWords | None:
    """Return the words of a post, or none if reading them fails: the others go on without it."""
    key = (post.pk, post.live_rendering_id)
    if key in _unreadable:
        return None
    try:
        return _words_of(post)
    except Exception:
        _unreadable.add(key)
        _logger.exception("The words of post %d cannot be read; it has no related posts.", post.pk)
        return None


def _words_of(post: Post) -> TellingWords:
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None:
        raise ValueError("A post without live words is near nothing.")
    summary = "\n".join([version.standfirst, *version.brief])
    words = telling_words(
        normalise(version.title),
        normalise(summary),
        text_of(rendering.html),
        post.language_code,
    )
    return TellingWords(post=post, rendering=rendering, language=post.language, words=words)
