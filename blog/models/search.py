"""What search looks through: a copy of public words, made of tokens that both databases read alike.

Only `blog.search_index` writes here. Whether a row may be shown is asked when a page is read.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.models.adoption import LABEL_LENGTH
from blog.models.post import Post


class SearchEntry(models.Model):
    """One thing that can be found, with its words as text and as tokens."""

    class Kind(models.TextChoices):
        """What is found; `number` is the key of the post, or that of the comment."""

        POST = "post", _("Posts")
        PAGE = "page", _("Pages")
        COMMENT = "comment", _("Comments")

    kind = models.CharField(max_length=7, choices=Kind)
    number = models.BigIntegerField()
    # The post or page itself, or the one that the comment stands under.
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(
        help_text=_("Since when readers can see it; the newest is found first.")
    )
    # The title of a post, the name of who wrote a comment.
    title = models.CharField(max_length=LABEL_LENGTH)
    text = models.TextField()
    # Written by `blog.search.tokens`: ASCII letters and digits, with one space around each token.
    tokens = models.TextField()

    class Meta:
        indexes = [
            # The commonest word reads a hundred thousand entries, but only this much of each.
            models.Index(
                fields=["id", "kind", "post", "at", "number"], name="search_without_words"
            ),
            models.Index(fields=["at"], name="search_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="found_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
