"""A thread as it is shown: top-level comments, 50 on a page, each with all its answers below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Concat, Substr

from blog.models import Post
from comments.models import PATH_DIGITS, VISIBLE, Comment, CommentQuerySet

PER_PAGE = 50


@dataclass
class Node:
    """A comment in its thread.

    `is_placeholder` stands for one that was taken away but has answers; `is_by_byline` for one by the
    person whose name the post carries; `parent_name` names whom it answers where the place does not.
    """

    comment: Comment
    depth: int
    is_placeholder: bool = False
    is_by_byline: bool = False
    parent_name: str = ""
    replies: list[Node] = field(default_factory=list)

    @property
    def reply_url(self) -> str:
        """The form below, ready to answer this comment, on the same page of the thread."""
        return f"?reply={self.comment.pk}#comment-form"


@dataclass(frozen=True)
class Thread:
    """One page of a thread; `total` counts the visible comments of all pages."""

    post: Post
    nodes: list[Node]
    total: int
    page: int = 1
    pages: int = 1
    closed_sentence: str = ""

    @property
    def is_open(self) -> bool:
        """Whether new comments are welcome."""
        return not self.closed_sentence

    @property
    def previous_url(self) -> str:
        """The page of the thread before this one, or an empty string."""
        return self._url(self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        """The page of the thread after this one, or an empty string."""
        return self._url(self.page + 1) if self.page < self.pages else ""

    def _url(self, page: int) -> str:
        return f"{address_of(self.post, page)}#comments"


def address_of(post: Post, page: int) -> str:
    """Return the address of `post` that shows page `page` of its thread."""
    return post.get_absolute_url() + (f"?comments={page}" if page > 1 else "")


def thread_of(post: Post, *, page: int = 1) -> Thread:
    """Return page `page` of the thread (from 1; the last one when it lies beyond). Two queries.

    A comment that was taken away but has visible answers keeps its place, without its words.
    """
    shown = _shown(post)
    counts = shown.aggregate(
        total=Count("pk", filter=VISIBLE), roots=Count("pk", filter=Q(parent=None))
    )
    pages = max(1, -(-counts["roots"] // PER_PAGE))
    page = min(max(page, 1), pages)
    if not counts["total"]:
        return Thread(post, [], 0)
    rows = shown.select_related("author", "parent").order_by("path")
    if pages > 1:
        roots = shown.filter(parent=None).order_by("path").values("path")
        chosen = roots[(page - 1) * PER_PAGE : page * PER_PAGE]
        rows = rows.annotate(root=Substr("path", 1, PATH_DIGITS)).filter(root__in=chosen)
    return Thread(post, _tree(rows, post), counts["total"], page, pages)


def page_of(comment: Comment) -> int:
    """Return the page of its thread on which a visible comment stands. One query."""
    root = comment.path[:PATH_DIGITS]
    before = _shown(comment.post).filter(parent=None, path__lt=root).count()
    return before // PER_PAGE + 1


def _shown(post: Post) -> CommentQuerySet:
    """Return the visible comments of `post`, and those that only hold a place for visible answers."""
    below = Comment.objects.visible().filter(
        post=OuterRef("post"), path__startswith=Concat(OuterRef("path"), Value("/"))
    )
    return Comment.objects.filter(post=post).filter(VISIBLE | Exists(below))


def _tree(rows: Iterable[Comment], post: Post) -> list[Node]:
    byline = post.live_version.author_id if post.live_version else None
    roots: list[Node] = []
    nodes: dict[str, Node] = {}
    for comment in rows:
        above = nodes.get(comment.path.rpartition("/")[0])
        is_flattened = comment.parent is not None and (
            above is None or above.comment.pk != comment.parent_id
        )
        node = Node(
            comment,
            depth=comment.depth,
            is_placeholder=not comment.is_visible,
            is_by_byline=comment.author_id is not None and comment.author_id == byline,
            parent_name=_public_name(comment.parent) if is_flattened else "",
        )
        nodes[comment.path] = node
        (above.replies if above else roots).append(node)
    return roots


def _public_name(comment: Comment | None) -> str:
    """Return the name on a comment, or nothing when it was taken away, name and all."""
    return comment.name if comment and comment.is_visible else ""
