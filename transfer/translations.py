"""Which posts that came in translate which."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from blog.models import Post
from blog.translations import problems
from transfer.summary import Summary


def link(pairs: Iterable[tuple[Post | None, Post | None]], told: Summary) -> None:
    """File each post under its original, in the caller's transaction; or tell why it is not.

    One that was left out, or filed before the import broke off, stays as it is.
    """
    numbers = [(post.pk, original.pk) for post, original in pairs if post and original]
    rows = _locked({number for pair in numbers for number in pair})
    for number, first in numbers:
        post, original = rows.get(number), rows.get(first)
        if post and original and not post.translation_of_id:
            _link(post, original, told)


def _locked(numbers: set[int]) -> dict[int, Post]:
    """Return posts, locked all at once in the order of their keys, as `change_post` locks them."""
    rows = Post.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=numbers)
    return {row.pk: row for row in rows.order_by("pk")} if numbers else {}


def _link(post: Post, original: Post, told: Summary) -> None:
    post.translation_of = original
    if any(problems(post)):
        why = gettext_noop(
            "It is not kept as a translation: its language has a text already,"
            " or one of the two is filed otherwise. The original it names:"
        )
        told.note(post.title, why, original.title)
        post.translation_of = None
        return
    post.save(update_fields=["translation_of"])
