"""Reading what is near a post, for its page."""

from __future__ import annotations

from blog.models import Post

MOST_SHOWN = 3


def related_to(post: Post) -> list[Post]:
    """Return at most `MOST_SHOWN` public posts near this one, the nearest first. One query.

    Parts of its series are left out: the page leads to them anyway.
    """
    near = Post.objects.published().posts().filter(near_to__post=post)
    if post.series_id:
        near = near.exclude(series=post.series_id)
    near = near.select_related("live_version").defer("live_version__body")
    return list(near.order_by("-near_to__nearness", "-published_at", "-pk")[:MOST_SHOWN])
