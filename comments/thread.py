"""A thread as it is shown: top-level comments, 50 on a page, each with all its answers below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from blog.addresses import is_page_address
from blog.models import Post
from comments.models import Comment

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
    page: int = 1
    replies: list[Node] = field(default_factory=list)

    @property
    def reply_url(self) -> str:
        """The form below, ready to answer this comment, on the same page of the thread."""
        page = f"comments={self.page}&" if self.page > 1 else ""
        return f"?{page}reply={self.comment.pk}#comment-form"


@dataclass(frozen=True)
class Thread:
    """One page of a thread; `total` counts the visible comments of all pages.

    `mentions` are other sites that wrote about the post, the same on each page and never counted.
    """

    post: Post
    nodes: list[Node]
    total: int
    page: int = 1
    pages: int = 1
    mentions: tuple[Comment, ...] = ()
    closed_sentence: str = ""

    @property
    def is_open(self) -> bool:
        """Whether new comments are welcome."""
        return not self.closed_sentence

    @property
    def visible(self) -> Iterator[Comment]:
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
    paths, linked = _visible_paths(post)
    roots = _roots(paths)
    pages = max(-(-len(roots) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    chosen = set(roots[(page - 1) * PER_PAGE : page * PER_PAGE])
    keys = {int(key) for path in paths if _root(path) in chosen for key in path.split("/")}
    rows = _rows({*keys, *linked}) if keys or linked else []
    mentions = tuple(row for row in rows if row.is_mention and is_page_address(row.url))
    nodes = _tree((row for row in rows if not row.is_mention), post, page)
    return Thread(post, nodes, len(paths), page, pages, mentions)


def _rows(keys: Iterable[int]) -> list[Comment]:
    rows = Comment.objects.filter(pk__in=keys).select_related("author", "parent")
    return list(rows.order_by("path"))


def page_of(comment: Comment) -> int:
    """Return the page on which a visible comment stands; mentions stand on each. One query at most."""
    if comment.is_mention:
        return 1
    paths, _ = _visible_paths(comment.post)
    return _roots(paths).index(_root(comment.path)) // PER_PAGE + 1


def _visible_paths(post: Post) -> tuple[list[str], list[int]]:
    """Return the paths of the comments that readers may see, and the keys of the mentions. One query.

    The paths name what only holds a place as well.
    """
    found = Comment.objects.visible().filter(post=post).values_list("pk", "kind", "path")
    paths = [path for _, kind, path in found if kind == Comment.Kind.COMMENT]
    return paths, [pk for pk, kind, _ in found if kind == Comment.Kind.MENTION]


def _roots(paths: Iterable[str]) -> list[str]:
    """Return the paths of the top-level comments, visible or not, oldest first."""
    return sorted({_root(path) for path in paths})


def _root(path: str) -> str:
    return path.partition("/")[0]


def _tree(rows: Iterable[Comment], post: Post, page: int) -> list[Node]:
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
            page=page,
            parent_name=_public_name(comment.parent) if is_flattened else "",
        )
        nodes[comment.path] = node
        (above.replies if above else roots).append(node)
    return roots


def _public_name(comment: Comment | None) -> str:
    """Return the name on a comment, or nothing when it was taken away, name and all."""
    return comment.name if comment and comment.is_visible else ""
