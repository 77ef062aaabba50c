"""A post, and what readers said about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Post(models.Model):
    """One post, with its HTML as it is shown."""

    title = models.CharField(max_length=200)
    html = models.TextField()
    published_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Post]] = models.Manager()

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Comment(models.Model):
    """One comment, with its HTML as bleach has cleaned it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="comments")
    name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    body = models.TextField()
    html = models.TextField()
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Comment]] = models.Manager()

    class Meta:
        """The oldest first."""

        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        """Return who said it."""
        return self.name
