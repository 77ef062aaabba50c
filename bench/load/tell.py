"""Print a post and its public comments as JSON, for a peer: `python bench/load/tell.py SLUG`.

Run in a copy of the site. Prints `title`, `html`, `at`, and `comments` with `name`, `body`, `html` and
`at` each, the oldest first.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def told(slug: str) -> dict[str, Any]:
    """Return the post's words as they are shown."""
    from blog.models import Post
    from blog.models.version import Rendering
    from comments.models import Comment

    post = Post.objects.published().get(slug=slug)
    assert post.live_version is not None and post.published_at is not None
    comments = Comment.objects.visible().filter(post=post).order_by("created_at", "pk")
    return {
        "title": post.live_version.title,
        "html": Rendering.objects.filter(version=post.live_version)[0].html,
        "at": post.published_at.isoformat(),
        "comments": [
            {"name": c.name, "body": c.body, "html": c.body_html, "at": c.created_at.isoformat()}
            for c in comments
        ],
    }


def main(slug: str) -> None:
    """Set Django up in the copy and print."""
    sys.path.insert(0, str(Path.cwd()))
    import django

    django.setup()
    print(json.dumps(told(slug)))


if __name__ == "__main__":
    main(*sys.argv[1:])
