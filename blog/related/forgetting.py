"""Forgetting what was read of posts that no longer show it; the verbs come here by `blog.search_index`."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q

from blog.models import NearPost, Post, TellingWords

LIVE = (Post.State.SCHEDULED, Post.State.PUBLISHED)


def forget_stale(posts: Collection[int] | None = None) -> None:
    """Remove words of these posts, or of all, that are not live any more, and what was near by them.

    Call it in the transaction that changes what is live: then a blanked word is nowhere afterwards.
    Words that a correction replaced are read anew by the worker. One statement, three if there are any.
    """
    rows = TellingWords.objects.filter(
        ~Q(post__state__in=LIVE) | ~Q(rendering=F("post__live_rendering"))
    )
    rows = rows if posts is None else rows.filter(post__in=posts)
    stale = list(rows.values_list("post", flat=True))
    if stale:
        NearPost.objects.filter(Q(post__in=stale) | Q(other__in=stale)).delete()
        TellingWords.objects.filter(post__in=stale).delete()
