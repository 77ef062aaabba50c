"""Which posts that came in translate which."""

from __future__ import annotations

from blog.models import Post
from blog.translations import problems
from transfer.summary import Summary


def link(post: Post | None, original: Post | None, told: Summary) -> None:
    """File a post under its original, in the caller's transaction; or tell why it is not.

    One that was left out, or filed before the import broke off, stays as it is.
    """
    if post is None or original is None or post.translation_of_id:
        return
    post.translation_of = original
    if why := " ".join(problems(post)):
        told.note(post.title, f"It is not kept as a translation. {why}")
        return
    post.save(update_fields=["translation_of"])
