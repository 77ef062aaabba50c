"""Make the tables and one post of what standard input says: `python -m bench.peers.plain.fill < FILE`.

The input is JSON: `title`, `html`, `at`, and `comments` with `name`, `body`, `html` and `at` each.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

import django


def store(told: dict[str, Any]) -> None:
    """Insert the post with its comments, all of them public."""
    from bench.peers.plain.models import Comment, Post

    at = datetime.fromisoformat(told["at"])
    post = Post.objects.create(title=told["title"], html=told["html"], published_at=at)
    for row in told["comments"]:
        words = {name: row[name] for name in ("name", "body", "html")}
        comment = Comment.objects.create(post=post, is_public=True, **words)
        # What the field itself would set at each save.
        at = datetime.fromisoformat(row["at"])
        Comment.objects.filter(pk=comment.pk).update(created_at=at)


def main() -> None:
    """Make the tables, and read what is told."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    store(json.load(sys.stdin))


if __name__ == "__main__":
    main()
