"""What search knows of comments: those that are public, under the name of who wrote them.

A verb calls `refresh` in its transaction. Mentions are links to words on other sites; only what was
said here is looked through.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from blog.models import SearchEntry
from blog.search_index import Belonging, Text, forget_texts, index_texts, register, text_of
from comments.models import Comment, CommentQuerySet


def refresh(comments: Collection[Comment]) -> None:
    """Let these comments be found as they are now, if readers can see them, and else not at all."""
    shown = [one for one in comments if one.is_visible and one.kind == Comment.Kind.COMMENT]
    keys = {one.pk for one in shown}
    forget_texts(SearchEntry.Kind.COMMENT, [one.pk for one in comments if one.pk not in keys])
    index_texts(SearchEntry.Kind.COMMENT, map(_text, shown))


def forget(numbers: Collection[int]) -> None:
    """Let the comments with these numbers, which are gone, be found no longer."""
    forget_texts(SearchEntry.Kind.COMMENT, list(numbers))


def register_comments() -> None:
    """Tell search which comments may be found."""
    register(SearchEntry.Kind.COMMENT, Belonging(visible=_visible, texts=_texts))


def _visible() -> CommentQuerySet:
    return Comment.objects.visible().comments()


def _texts(numbers: Sequence[int]) -> Sequence[Text]:
    rows = _visible().filter(pk__in=numbers).order_by("pk")
    return [_text(one) for one in rows.select_for_update(of=("self",), no_key=True)]


def _text(comment: Comment) -> Text:
    return Text(
        comment.pk, comment.post_id, comment.name, text_of(comment.body_html), comment.created_at
    )
