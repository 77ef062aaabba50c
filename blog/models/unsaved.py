"""What somebody typed into the form of a post and has not saved yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from blog.models.post import Post


class Unsaved(models.Model):
    """The form of a post as one person last typed it; for her eyes only, and gone once she saves.

    It is no version: nobody signs it, readers never see it, and the record does not know it. A form
    in which a new post is begun is known by its `draft_key`, any other by its post.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, blank=True, related_name="unsaved"
    )
    draft_key = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=4, choices=Post.Kind)
    # The values of each field, by its name, as a browser sends them; `seen` among them is the number
    # of the version the writing began from.
    values = models.JSONField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "post"], name="one_unsaved_per_post"),
            models.UniqueConstraint(fields=["user", "draft_key"], name="one_unsaved_per_form"),
            models.CheckConstraint(
                condition=models.Q(post__isnull=True, draft_key__isnull=False)
                | models.Q(post__isnull=False, draft_key__isnull=True),
                name="unsaved_in_one_form",
            ),
        ]

    def __str__(self) -> str:
        return _("Kept for %(user)s, %(moment)s") % {
            "user": self.user_id,
            "moment": f"{self.kept_at:%Y-%m-%d %H:%M}",
        }
