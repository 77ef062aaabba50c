"""A thread as it is shown: top-level comments, 50 on a page, each with all its answers below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from blog.addresses import is_page_address
from blog.models import Post
from comments.models import Comment
from comments.models.comment import PATH_DIGITS
from comments.thread_rows import (
    Page,
    Row,
    page_of_roots,
    placeholders,
    rows_between,
    threads_until,
)

PER_PAGE = 50


class Order(StrEnum):
    """How top-level comments follow each other; answers stand oldest first in either."""

    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass
class Node:
    """A comment in its thread.

    `is_placeholder` stands for one that was taken away but has answers; `is_by_byline` for one by the
    person whose name the post carries, and `answer` is what that person answered to this one;
    `parent_name` names whom it answers where the place does not.
    """

    comment: Row
    depth: int
    is_placeholder: bool = False
    is_by_byline: bool = False
    parent_name: str = ""
    answer: Row | None = None
    replies: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Thread:
    """One page of a thread; `total` counts the visible comments of all pages.

    `answered` counts those of them that the person named by the post has answered. `has_more` tells
    whether a page follows. `mentions` are other sites that wrote about the post, the same on each page
    and never counted.
    """

    post: Post
    nodes: list[Node]
    total: int
    answered: int = 0
    page: int = 1
    has_more: bool = False
    order: Order = Order.OLDEST
    mentions: tuple[Row, ...] = ()
    closed_sentence: str = ""

    @property
    def is_open(self) -> bool:
        """Whether new comments are welcome."""
        return not self.closed_sentence

    @property
    def visible(self) -> Iterator[Row]:
        """The comments of this page that readers can read, in the order shown."""
        waiting = list(reversed(self.nodes))
        while waiting:
            node = waiting.pop()
            waiting.extend(reversed(node.replies))
            if not node.is_placeholder:
                yield node.comment

    @property
    def previous_url(self) -> str:
        """The page of the thread before this one, or an empty string."""
        return self._url(self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        """The page of the thread after this one, or an empty string."""
        return self._url(self.page + 1) if self.has_more else ""

    @property
    def has_orders(self) -> bool:
        """Whether it makes a difference which comment stands first."""
        return self.page > 1 or len(self.nodes) > 1

    @property
    def place(self) -> str:
        """The query that names this page; nothing for the first one."""
        return _place(self.page, self.order)

    @property
    def is_newest_first(self) -> bool:
        """Whether the newest thread stands first."""
        return self.order == Order.NEWEST

    @property
    def oldest_url(self) -> str:
        """The thread from its beginning."""
        return f"{address_of(self.post, 1)}#comments"

    @property
    def newest_url(self) -> str:
        """The thread from its end."""
        return f"{address_of(self.post, 1, Order.NEWEST)}#comments"

    def _url(self, page: int) -> str:
        return f"{address_of(self.post, page, self.order)}#comments"


def address_of(post: Post, page: int, order: Order = Order.OLDEST) -> str:
    """Return the address of `post` that shows page `page` of its thread."""
    place = _place(page, order)
    return post.get_absolute_url() + (f"?{place}" if place else "")


def _place(page: int, order: Order) -> str:
    """Return the query that names a page of a thread; nothing for the first one."""
    said = [f"order={order}"] if order != Order.OLDEST else []
    return "&".join([*said, *([f"comments={page}"] if page > 1 else [])])


def thread_of(post: Post, *, page: int = 1, order: Order = Order.OLDEST) -> Thread:
    """Return page `page` of the thread (from 1; the last one when it lies beyond).

    Two queries, and one more for comments that were taken away but have visible answers: those keep
    their places, without their words.
    """
    page, found = _found(post, max(page, 1), order)
    rows = _rows(post, found)
    return Thread(
        post,
        nodes=_tree((row for row in rows if not row.is_mention), post, found.roots),
        total=found.total,
        answered=found.answered,
        page=page,
        has_more=found.has_more,
        order=order,
        mentions=tuple(row for row in rows if row.is_mention and is_page_address(row.url)),
    )


def page_of(comment: Comment) -> int:
    """Return the page on which a visible comment stands; mentions stand on each. One query at most."""
    if comment.is_mention:
        return 1
    return -(-threads_until(comment.post, comment.path[:PATH_DIGITS]) // PER_PAGE)


def _found(post: Post, page: int, order: Order) -> tuple[int, Page]:
    """Return a page and its number. Only one beyond the last costs more: there the pages are counted."""
    found = _page(post, page, order)
    if found.roots or page == 1:
        return page, found
    last = max(-(-threads_until(post) // PER_PAGE), 1)
    return last, _page(post, last, order)


def _page(post: Post, page: int, order: Order) -> Page:
    return page_of_roots(
        post,
        skipped=(page - 1) * PER_PAGE,
        most=PER_PAGE,
        is_newest_first=order == Order.NEWEST,
    )


def _rows(post: Post, found: Page) -> list[Row]:
    """Return what stands on a page, a comment always after what it stands under."""
    if not (found.roots or found.has_mentions):
        return []
    rows = rows_between(post, min(found.roots, default=""), max(found.roots, default=""))
    named = {int(key) for row in rows if not row.is_mention for key in row.path.split("/")}
    missing = named - {row.pk for row in rows}
    if missing:
        rows = sorted([*rows, *placeholders(sorted(missing))], key=lambda row: row.path)
    return rows


def _tree(rows: Iterable[Row], post: Post, roots: Iterable[str]) -> list[Node]:
    """Hang each comment below what it stands under; return the top-level ones in the order of `roots`."""
    byline = post.live_version.author_id if post.live_version else None
    by_path = {row.path: _node(row, byline) for row in rows}
    by_number = {node.comment.pk: node for node in by_path.values()}
    for path, node in by_path.items():
        above = by_path.get(path.rpartition("/")[0])
        if above:
            above.replies.append(node)
        if node.comment.parent_id is not None:
            _link(node, above, by_number.get(node.comment.parent_id))
    return [by_path[root] for root in roots if root in by_path]


def _node(row: Row, byline: int | None) -> Node:
    return Node(
        row,
        depth=row.depth,
        is_placeholder=not row.is_visible,
        is_by_byline=row.author_id is not None and row.author_id == byline,
    )


def _link(node: Node, above: Node | None, parent: Node | None) -> None:
    """Say on an answer whom it answers where its place does not, and on that one that it was answered.

    What was taken away is not named, and has no mark.
    """
    if parent is None or parent.is_placeholder:
        return
    if parent is not above:
        node.parent_name = parent.comment.name
    if node.is_by_byline and not node.is_placeholder and not parent.is_by_byline:
        earlier = parent.answer
        parent.answer = node.comment if earlier is None or node.comment.pk < earlier.pk else earlier
