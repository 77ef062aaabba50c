"""`manage.py rerender`: HTML by today's rules, for what was rendered by older ones."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from blog import markup, workflow
from blog.models import Post
from comments import moderation, sanitize
from comments.models import Comment


class Command(BaseCommand):
    """Render comments anew, and propose new renderings of posts; what is signed stays as it is."""

    help = "Renders comments by today's rules; proposes new renderings of posts, which then want a signature."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through what is older than the rules, and say how many changed."""
        comments = Comment.objects.exclude(sanitizer=sanitize.VERSION).order_by("pk")
        changed = sum(moderation.rerender(comment) for comment in self._shown(comments, "comments"))
        self.stdout.write(f"Comments whose HTML changed: {changed}")
        posts = Post.objects.filter(live_version__isnull=False).exclude(
            live_rendering__renderer=markup.VERSION
        )
        proposed = sum(workflow.propose_rendering(post) for post in self._shown(posts, "posts"))
        self.stdout.write(f"Posts with a new rendering that wants a signature: {proposed}")

    def _shown(self, rows: Any, name: str) -> Any:
        return tqdm(rows.iterator(), total=rows.count(), desc=name, disable=None, leave=False)
