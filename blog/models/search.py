"""What search looks through: a copy of public words, made of tokens that both databases read alike.

Only `blog.search_index` writes here. Whether a row may be shown is asked when a page is read.
"""

from __future__ import annotations

from django.db import models

from blog.models.post import Post


class SearchEntry(models.Model):
    """One thing that can be found. It is kept narrow: a common word reads a hundred thousand of them."""

    class Kind(models.TextChoices):
        """What is found; `number` is the key of the post, or that of the comment."""

        POST = "post", "Posts"
        PAGE = "page", "Pages"
        COMMENT = "comment", "Comments"

    kind = models.CharField(max_length=7, choices=Kind)
    number = models.BigIntegerField()
    # The post or page itself, or the one that the comment stands under.
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(help_text="Since when readers can see it; the newest is found first.")

    class Meta:
        indexes = [models.Index(fields=["at"], name="search_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="found_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class SearchWords(models.Model):
    """The words of an entry: as text for the excerpt, and as tokens to be matched."""

    entry = models.OneToOneField(
        SearchEntry, on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    title = models.CharField(max_length=301)
    text = models.TextField()
    # Written by `blog.search.tokens`: ASCII letters and digits, with one space around each token.
    tokens = models.TextField()

    def __str__(self) -> str:
        return self.title
