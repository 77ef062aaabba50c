"""Reading what is near a post, for its page."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from blog.models import NearPost, Post

MOST_SHOWN = 3


def related_to(post: Post) -> list[Post]:
    """Return at most `MOST_SHOWN` public posts near this one, the nearest first. One query.

    Parts of its series and its translations are left out: the page leads to them anyway.
    """
    # Asked of each row that is near: SQLite would else begin with all public posts.
    public = Post.objects.published().posts().order_by().filter(pk=OuterRef("other"))
    near = NearPost.objects.filter(Exists(public), _untranslated(post), post=post)
    if post.series_id:
        near = near.exclude(other__series=post.series_id)
    near = near.select_related("other__live_version").defer("other__live_version__body")
    ordered = near.order_by("-nearness", "-other__published_at", "-other_id")
    return [row.other for row in ordered[:MOST_SHOWN]]


def _untranslated(post: Post) -> Q:
    """Return what holds for posts that neither translate this one, nor what it translates itself."""
    first = post.translation_of_id or post.pk
    return ~Q(other=first) & ~Q(other__translation_of=first)
