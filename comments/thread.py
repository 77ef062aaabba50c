"""A thread as it is shown: top-level comments, 50 on a page, each with all its answers below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from blog.addresses import is_page_address
from blog.models import Post
from comments.models import Comment

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
    `parent_name` names whom it answers where the place does not. `place` is the query of the page it
    stands on.
    """

    comment: Comment
    depth: int
    is_placeholder: bool = False
    is_by_byline: bool = False
    parent_name: str = ""
    answer: Comment | None = None
    place: str = ""
    replies: list[Node] = field(default_factory=list)

    @property
    def reply_url(self) -> str:
        """The form below, ready to answer this comment, on the same page of the thread."""
        place = f"{self.place}&" if self.place else ""
        return f"?{place}reply={self.comment.pk}#comment-form"


@dataclass(frozen=True)
class Thread:
    """One page of a thread; `total` counts the visible comments of all pages.

    `answered` counts those of them that the person named by the post has answered, `threads` the
    top-level ones. `mentions` are other sites that wrote about the post, the same on each page and
    never counted.
    """

    post: Post
    nodes: list[Node]
    total: int
    answered: int = 0
    threads: int = 0
    page: int = 1
    pages: int = 1
    order: Order = Order.OLDEST
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

    @property
    def has_orders(self) -> bool:
        """Whether it makes a difference which comment stands first."""
        return self.threads > 1

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
    """Return page `page` of the thread (from 1; the last one when it lies beyond). Two queries.

    A comment that was taken away but has visible answers keeps its place, without its words.
    """
    seen = _visible(post)
    roots = seen.roots if order == Order.OLDEST else seen.roots[::-1]
    pages = max(-(-len(roots) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    chosen = roots[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = _rows(seen.keys_under(chosen))
    tree = _tree((row for row in rows if not row.is_mention), post, seen.answers)
    for node in tree.values():
        node.place = _place(page, order)
    return Thread(
        post,
        nodes=[tree[root] for root in chosen if root in tree],
        total=len(seen.paths),
        answered=len(seen.answers),
        threads=len(roots),
        page=page,
        pages=pages,
        order=order,
        mentions=tuple(row for row in rows if row.is_mention and is_page_address(row.url)),
    )


def page_of(comment: Comment) -> int:
    """Return the page on which a visible comment stands; mentions stand on each. One query at most."""
    if comment.is_mention:
        return 1
    return _visible(comment.post).roots.index(_root(comment.path)) // PER_PAGE + 1


@dataclass(frozen=True)
class _Visible:
    """What there is to read under a post, before it is read.

    `paths` are those of the visible comments, which name what only holds a place as well; `answers`
    has the answer of the person named by the post for each comment that got one, by their numbers.
    """

    paths: list[str]
    mentions: list[int]
    answers: Mapping[int, int]

    @cached_property
    def roots(self) -> list[str]:
        """The paths of the top-level comments, visible or not, oldest first."""
        return sorted({_root(path) for path in self.paths})

    def keys_under(self, roots: Iterable[str]) -> set[int]:
        """Return the numbers of all that a page with these threads shows."""
        chosen = set(roots)
        found = {
            int(key) for path in self.paths if _root(path) in chosen for key in path.split("/")
        }
        return found | set(self.mentions)


def _visible(post: Post) -> _Visible:
    """Look up what readers may see under a post. One query."""
    fields = ("pk", "kind", "path", "parent_id", "author_id")
    rows = list(Comment.objects.visible().filter(post=post).order_by("pk").values_list(*fields))
    said = [row for row in rows if row[1] == Comment.Kind.COMMENT]
    mentions = [pk for pk, kind, *_ in rows if kind == Comment.Kind.MENTION]
    return _Visible([path for _, _, path, *_ in said], mentions, _answers(said, _byline_of(post)))


def _answers(
    rows: Iterable[tuple[int, str, str, int | None, int | None]], byline: int | None
) -> dict[int, int]:
    """Return the first answer of a byline to each visible comment of somebody else."""
    found: dict[int, int] = {}
    others: set[int] = set()
    for pk, _, _, parent, author in rows:
        if author is None or author != byline:
            others.add(pk)
        elif parent in others:
            found.setdefault(parent, pk)
    return found


def _byline_of(post: Post) -> int | None:
    return post.live_version.author_id if post.live_version else None


def _rows(keys: Iterable[int]) -> list[Comment]:
    wanted = list(keys)
    rows = Comment.objects.filter(pk__in=wanted).select_related("author", "parent")
    return list(rows.order_by("path")) if wanted else []


def _root(path: str) -> str:
    return path.partition("/")[0]


def _tree(rows: Iterable[Comment], post: Post, answers: Mapping[int, int]) -> dict[str, Node]:
    """Hang each comment below what it stands under; return all of them by path."""
    byline = _byline_of(post)
    nodes: dict[str, Node] = {}
    for comment in rows:
        above = nodes.get(comment.path.rpartition("/")[0])
        is_flattened = comment.parent is not None and (
            above is None or above.comment.pk != comment.parent_id
        )
        nodes[comment.path] = node = Node(
            comment,
            depth=comment.depth,
            is_placeholder=not comment.is_visible,
            is_by_byline=comment.author_id is not None and comment.author_id == byline,
            parent_name=_public_name(comment.parent) if is_flattened else "",
        )
        if above:
            above.replies.append(node)
    by_number = {node.comment.pk: node for node in nodes.values()}
    for number, answer in answers.items():
        if number in by_number:
            by_number[number].answer = by_number[answer].comment
    return nodes


def _public_name(comment: Comment | None) -> str:
    """Return the name on a comment, or nothing when it was taken away, name and all."""
    return comment.name if comment and comment.is_visible else ""
