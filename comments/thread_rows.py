"""What a page of a thread reads: as much as it shows, however long the thread is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from blog.models import Post
from blog.prepared import Prepared
from comments.models import Comment
from comments.models.comment import PATH_DIGITS, SHOWN_SQL, Root


class Row(NamedTuple):
    """What a page shows of a comment, named as in `Comment`."""

    pk: int
    kind: str
    path: str
    parent_id: int | None
    author_id: int | None
    name: str
    url: str
    badge: str
    state: str
    created_at: datetime
    body_html: str

    @property
    def depth(self) -> int:
        """How deep in the thread it is shown."""
        return self.path.count("/")

    @property
    def is_mention(self) -> bool:
        """Whether another site wrote about the post."""
        return self.kind == Comment.Kind.MENTION

    @property
    def is_visible(self) -> bool:
        """Whether it is shown with its words; what else is read only holds a place."""
        return self.state == Comment.State.APPROVED


@dataclass(frozen=True)
class Page:
    """The top-level comments of a page, visible or not, and what is counted over all pages.

    Attributes:
        total: how many comments readers see.
        answered: how many of them the person named by the post has answered.
        has_mentions: whether other sites that wrote about the post are named.
        roots: the top-level comments by what their paths begin with, in the order asked for.
        has_more: whether others follow them.
    """

    total: int
    answered: int
    has_mentions: bool
    roots: Sequence[str]
    has_more: bool


def page_of_roots(post: Post, *, skipped: int, most: int, is_newest_first: bool) -> Page:
    """Look up which threads a page shows. One query, which reads the index as far as the page.

    Args:
        skipped: how many threads stand on the pages before.
        most: how many a page has at most.
    """
    byline = post.live_version.author_id if post.live_version else None
    values = {"post": post.pk, "byline": byline, "most": most + 1, "skipped": skipped}
    with connection.cursor() as cursor:
        cursor.execute(_SQL["DESC" if is_newest_first else "ASC"], values)
        found = cursor.fetchall()
    total, answered, has_mentions, _ = found[0]
    roots = sorted([row[3] for row in found if row[3]], reverse=is_newest_first)
    return Page(int(total), answered, bool(has_mentions), roots[:most], len(roots) > most)


def threads_until(post: Post, root: str | None = None) -> int:
    """Count the threads of a post, up to and with one of them if it is named. One query."""
    rows = _with_roots(post.pk, Comment.Kind.COMMENT)
    rows = rows if root is None else rows.filter(root__lte=root)
    return rows.values("root").distinct().count()


def rows_between(post: Post, first: str, last: str) -> list[Row]:
    """Return the visible comments from thread `first` to thread `last`, and all mentions. One query.

    They come in the order of their paths: a comment always after what it stands under.
    """
    found = _rows_between(post=post.pk, first=first, last=last)
    return sorted(map(Row._make, found), key=lambda row: row.path)


def placeholders(keys: Sequence[int]) -> list[Row]:
    """Return comments that were taken away but have answers that readers see. One query."""
    return [Row._make(row) for row in Comment.objects.filter(pk__in=keys).values_list(*_COLUMNS)]


_COLUMNS = Row._fields


def _with_roots(post: int, kind: Comment.Kind) -> QuerySet[Any, Any]:
    rows = Comment.objects.visible().filter(post=post, kind=kind).order_by()
    return rows.annotate(root=Root("path"))


def _build(post: int, first: str, last: str) -> QuerySet[Any, Any]:
    said = _with_roots(post, Comment.Kind.COMMENT).filter(root__gte=first, root__lte=last)
    mentions = _with_roots(post, Comment.Kind.MENTION)
    return said.values_list(*_COLUMNS).union(mentions.values_list(*_COLUMNS), all=True)


_rows_between: Prepared[tuple[Any, ...]] = Prepared(_build, post=int, first=str, last=str)

_ONE_PAGE = f"""
    WITH page AS (
        SELECT SUBSTR(path, 1, {PATH_DIGITS}) AS root FROM comments_comment
        WHERE post_id = %(post)s AND {SHOWN_SQL.format(row="comments_comment")}
        GROUP BY root ORDER BY root {{order}} LIMIT %(most)s OFFSET %(skipped)s
    )
    SELECT
        (SELECT COALESCE(SUM(comments), 0) FROM comments_tally WHERE post_id = %(post)s),
        (SELECT COUNT(DISTINCT said.id) FROM comments_comment answer
            JOIN comments_comment said ON said.id = answer.parent_id
            WHERE answer.post_id = %(post)s AND answer.author_id = %(byline)s
            AND {SHOWN_SQL.format(row="answer")} AND {SHOWN_SQL.format(row="said")}
            AND COALESCE(said.author_id, -1) <> answer.author_id),
        EXISTS (SELECT 1 FROM comments_comment WHERE post_id = %(post)s AND kind = 'mention'
            AND state = 'approved' AND visibility = 'public'),
        page.root
    FROM (SELECT 1 AS one) counts LEFT JOIN page ON 1 = 1
"""  # noqa: S608 - constants of this module and of the model
_SQL = {order: _ONE_PAGE.format(order=order) for order in ("ASC", "DESC")}
