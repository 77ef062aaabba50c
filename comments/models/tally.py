"""How many comments readers see under a post, kept by the database itself."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import Sum

from blog.models import Post


class TallyQuerySet(models.QuerySet["Tally"]):
    """Reading the counts."""

    def of(self, posts: Collection[int]) -> dict[int, int]:
        """Return how many visible comments each of these posts has; one without any may be left out."""
        rows = self.filter(post__in=posts).order_by().values_list("post")
        return dict(rows.annotate(count=Sum("comments")))


class Tally(models.Model):
    """A part of the count of a post: its rows together say how many visible comments it has.

    Only the triggers of `comments.guards` write it, in the transaction that changes the comments. A
    post has one row, or several where people decided at the same moment; the next change joins them.
    """

    # Without a constraint, which would lock the post.
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="+", db_constraint=False, editable=False
    )
    comments = models.IntegerField(editable=False)

    objects = TallyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.post_id}: {self.comments}"
