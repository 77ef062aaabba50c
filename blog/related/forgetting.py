"""Forgetting what was read of posts that no longer show it; the verbs come here by `blog.search_index`."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Q

from blog.models import Post, TellingWords

LIVE = (Post.State.SCHEDULED, Post.State.PUBLISHED)


def forget_stale(posts: Collection[int] | None = None) -> None:
    """Blank the words of these posts, or of all, that are not live any more.

    Call it in the transaction that changes what is live: then a blanked word is nowhere afterwards.
    The worker reads those of a correction anew, and fills the lists that a post taken off stood in.
    One statement, two if there are any.
    """
    rows = TellingWords.objects.filter(
        ~Q(post__state__in=LIVE) | ~Q(rendering=F("post__live_rendering")), rendering__isnull=False
    )
    rows = rows if posts is None else rows.filter(post__in=posts)
    with transaction.atomic(savepoint=False):
        # In the order in which the worker takes them, or each would wait for the other.
        held = rows.order_by("post").select_for_update(of=("self",), no_key=True)
        stale = list(held.values_list("post", flat=True))
        if stale:
            found = TellingWords.objects.filter(post__in=stale)
            found.update(words={}, rendering=None, is_compared=False)
