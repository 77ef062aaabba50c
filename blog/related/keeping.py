"""Keeping related posts up to date: the worker and `reindex` do, a page only reads.

A post whose live words were not read yet is found by comparing two keys, so no verb has to tell of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from blog.models import NearPost, Post, TellingWords
from blog.plaintext import normalise
from blog.related.forgetting import LIVE, forget_stale
from blog.related.nearness import Nearness
from blog.related.telling import telling_words
from blog.search_index import text_of

MOST_NEAR = 12
"""Posts kept for each: more than a page shows, as some may be of its series, or taken off."""

_BATCH = 200

Shown = Callable[[list[int], str], Iterable[int]]


def keep_up() -> int:
    """Find what is near the posts whose live words are new; return how many posts those were.

    Safe to repeat, and beside another worker. Three short queries where nothing is new.
    """
    forget_stale()
    is_unread = Q(telling_words=None) | ~Q(telling_words__rendering=F("live_rendering"))
    for numbers in _batches(_live(is_unread)):
        _read(numbers)
    return _compare_all(TellingWords.objects.filter(is_compared=False), lambda numbers, _: numbers)


def rebuild(shown: Shown | None = None) -> int:
    """Find anew what is near each post, while the site is used; return how many posts were compared.

    Args:
        shown: wraps the numbers that are gone through, with what they are, to show how far it is.
    """
    show = shown or (lambda numbers, _: numbers)
    forget_stale()
    for numbers in _batches(show(_live(Q()), "words of posts")):
        _read(numbers)
    # All of them, since a worker may have compared some with the words that were there by then.
    return _compare_all(TellingWords.objects.all(), show)


def _live(condition: Q) -> list[int]:
    posts = Post.objects.posts().filter(condition, state__in=LIVE)
    return list(posts.order_by("pk").values_list("pk", flat=True))


def _compare_all(rows: QuerySet[TellingWords], show: Shown) -> int:
    """Compare the posts of these rows with all there are, and return how many were compared."""
    waiting = dict(rows.order_by("post").values_list("post", "rendering"))
    if waiting:
        words = TellingWords.objects.order_by("post").values_list("post", "words")
        nearness = Nearness(words.iterator(chunk_size=_BATCH))
        for numbers in _batches(show(list(waiting), "related posts")):
            _compare(nearness, {number: waiting[number] for number in numbers})
    return len(waiting)


def _read(numbers: Sequence[int]) -> None:
    """Keep the words of these posts as they are live now."""
    posts = Post.objects.filter(pk__in=numbers, state__in=LIVE).order_by("pk")
    with transaction.atomic():
        TellingWords.objects.bulk_create(
            map(_words_of, posts.select_related("live_version", "live_rendering")),
            update_conflicts=True,
            unique_fields=["post"],
            update_fields=["rendering", "words", "is_compared"],
        )


def _words_of(post: Post) -> TellingWords:
    version, rendering = post.live_version, post.live_rendering
    if version is None or rendering is None:
        raise ValueError("A post without live words is near nothing.")
    summary = "\n".join([version.standfirst, *version.brief])
    words = telling_words(
        normalise(version.title),
        normalise(summary),
        text_of(rendering.html),
        settings.LANGUAGE_CODE,
    )
    return TellingWords(post=post, rendering=rendering, words=words, is_compared=False)


def _compare(nearness: Nearness, seen: Mapping[int, int]) -> None:
    """Write what is near these posts, both ways, if their words are still of the rendering seen."""
    with transaction.atomic():
        rows = TellingWords.objects.filter(post__in=seen).order_by("post")
        held = rows.select_for_update(no_key=True).values_list("post", "rendering")
        numbers = [number for number, rendering in held if seen[number] == rendering]
        NearPost.objects.filter(Q(post__in=numbers) | Q(other__in=numbers)).delete()
        pairs = {
            pair: thousandths
            for number in numbers
            for other, thousandths in nearness.near(number, MOST_NEAR)
            for pair in ((number, other), (other, number))
        }
        NearPost.objects.bulk_create(
            (NearPost(post_id=a, other_id=b, nearness=pairs[a, b]) for a, b in sorted(pairs)),
            update_conflicts=True,
            unique_fields=["post", "other"],
            update_fields=["nearness"],
        )
        rows.filter(post__in=numbers).update(is_compared=True)


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(numbers)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
