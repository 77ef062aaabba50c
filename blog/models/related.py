"""What tells posts apart and brings them together: a copy of words, and how near posts are by them.

Only `blog.related` writes here. Whether a post may be shown is asked when a page is read.
"""

from __future__ import annotations

from django.db import models

from blog import languages
from blog.models.post import Post
from blog.models.version import Rendering


class TellingWords(models.Model):
    """The words that say most of what a live post is about, and how often it says each."""

    post = models.OneToOneField(
        Post, primary_key=True, on_delete=models.CASCADE, related_name="telling_words"
    )
    # What they were read from: another rendering that is live, or another language, means other words.
    # Without one they were forgotten, and the worker has not seen to it yet.
    rendering = models.ForeignKey(Rendering, on_delete=models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=languages.LENGTH, blank=True)
    words = models.JSONField()
    is_compared = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["post"], condition=models.Q(is_compared=False), name="words_to_compare"
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.words)


class NearPost(models.Model):
    """A post that is near another one by its words, as seen from that one."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="near_posts")
    other = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="near_to")
    nearness = models.PositiveSmallIntegerField(help_text="1 to 1000; 1000 is the same words.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "other"], name="near_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} to {self.other_id}: {self.nearness}"
