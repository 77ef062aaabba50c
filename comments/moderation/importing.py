"""Importing: what was said elsewhere comes in as it stood there, many comments at a time.

Nobody gets mail about it, and nothing is weighed: who decided about it, decided there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections, router
from django.db.models import Model

from blog.models import Post
from comments import echoes, finding, sanitize
from comments.models import AnswerDraft, Appeal, Comment, Edit, Report, path_under
from comments.moderation.submitting import Said, Voice
from comments.numbers import reserve
from ledger.canonical import digest
from ledger.record import Happening

_ROWS = 500
# What the source decided; the moment is not known, so it is that of the comment. Spam has none:
# only what a person here called spam is blanked after a while.
_DECIDED = frozenset({Comment.State.APPROVED, Comment.State.REJECTED, Comment.State.REMOVED})


@dataclass
class Saying:
    """One comment that comes in, not saved yet: `comment` is from `unsaved`.

    `key` is what the source calls it, `parent` the key of what it answers, if anything. `voice` is
    set when one of the site's own said it. `rows` are what became of it later, not saved yet.
    """

    key: str
    comment: Comment
    parent: str = ""
    voice: Voice | None = None
    rows: Sequence[Edit | Appeal | Report | AnswerDraft] = ()


@dataclass
class Discussion:
    """All that comes in under one post; `known` are the comments there already, by their keys."""

    post: Post
    sayings: Sequence[Saying]
    known: Mapping[str, Comment] = field(default_factory=dict)


def unsaved(
    *,
    name: str,
    body: str,
    at: datetime,
    kind: str = Comment.Kind.COMMENT,
    state: str = Comment.State.APPROVED,
    **more: object,
) -> Comment:
    """Return a comment with its HTML and without a place, to be made before the transaction begins.

    Args:
        name: as it shall be shown; it and everything else fits its field.
        body: source as `comments.sanitize` reads it, cleaned.
        more: other fields of `Comment`.

    Raises:
        TextTooLong: the text has more than `sanitize.LONGEST_IMPORTED` characters.
    """
    made = sanitize.render_stored(body)
    return Comment(
        name=name,
        body=body,
        body_html=made.html,
        sanitizer=sanitize.VERSION,
        is_suspect=made.is_suspect,
        kind=kind,
        state=state,
        created_at=at,
        decided_at=at if state in _DECIDED else None,
        **more,
    )


def bring_in(discussions: Sequence[Discussion]) -> list[Happening]:
    """Store comments and mentions in the caller's transaction; each `comment` then has its number.

    Within a post they are numbered, and so shown, in the order of their time. An answer to what is
    not there, to a mention, or in the end to itself, stands by itself; see `strays`.

    Returns:
        What happened, one entry for each post: the caller hands that to `record_all` as the last
        thing it does in the transaction.
    """
    spoken = [one for one in discussions if one.sayings]
    numbers = iter(reserve(sum(len(one.sayings) for one in spoken)))
    for discussion in spoken:
        _place(discussion, numbers)
    comments = [saying.comment for one in spoken for saying in one.sayings]
    _give_digests(comments)
    Comment.objects.bulk_create(comments, batch_size=_ROWS)
    _store_rows([saying for one in spoken for saying in one.sayings])
    finding.refresh(comments)
    echoes.remember(comments)
    return [_imported(one) for one in spoken]


def _store_rows(sayings: Iterable[Saying]) -> None:
    """Store what belongs to comments that have their numbers; a second attempt begins anew."""
    rows: defaultdict[type[Model], list[Any]] = defaultdict(list)
    for saying in sayings:
        for row in saying.rows:
            row.pk, row.comment = None, saying.comment
            if isinstance(row, AnswerDraft):
                row.answer = row.answer
            rows[type(row)].append(row)
    for kind, some in rows.items():
        kind._default_manager.bulk_create(some, batch_size=_ROWS)


def strays(discussion: Discussion) -> int:
    """Return how many answers stand by themselves since what they answer is not there."""
    parents = _parents(discussion)
    return sum(bool(one.parent) and one.key not in parents for one in discussion.sayings)


def _place(discussion: Discussion, numbers: Iterator[int]) -> None:
    """Give each saying its post, number, parent and path."""
    for saying in sorted(discussion.sayings, key=lambda one: one.comment.created_at):
        comment = saying.comment
        comment.post, comment.pk = discussion.post, next(numbers)
        if saying.voice:
            comment.author, comment.badge = saying.voice.author, saying.voice.badge
    parents = _parents(discussion)
    for saying in _parents_first(discussion.sayings, parents):
        parent = parents.get(saying.key)
        saying.comment.parent = parent
        saying.comment.path = path_under(parent, saying.comment.pk)


def _parents(discussion: Discussion) -> dict[str, Comment]:
    """Return what each saying answers, by its key, where that is a comment under the same post."""
    said = {one.key: one for one in discussion.sayings}
    looping = _looping(said)
    parents: dict[str, Comment] = {}
    for key, saying in said.items():
        other = said.get(saying.parent)
        parent = other.comment if other else discussion.known.get(saying.parent)
        is_answer = saying.comment.kind == parent.kind == Comment.Kind.COMMENT if parent else False
        if parent and is_answer and key not in looping:
            parents[key] = parent
    return parents


def _looping(said: Mapping[str, Saying]) -> set[str]:
    """Return the keys of sayings that in the end answer themselves."""
    looping: set[str] = set()
    settled: set[str] = set()
    for start in said:
        trail: dict[str, None] = {}
        key = start
        while key in said and key not in settled and key not in trail:
            trail[key] = None
            key = said[key].parent
        if key in trail:
            looping.update(list(trail)[list(trail).index(key) :])
        settled.update(trail)
    return looping


def _parents_first(sayings: Iterable[Saying], parents: Mapping[str, Comment]) -> list[Saying]:
    """Return the sayings in an order in which each comes after what it answers."""
    by_comment = {id(one.comment): one for one in sayings}
    ordered: dict[str, Saying] = {}
    for saying in sayings:
        line = [saying]
        while (above := parents.get(line[-1].key)) is not None and id(above) in by_comment:
            line.append(by_comment[id(above)])
            if line[-1].key in ordered:
                break
        ordered.update((one.key, one) for one in reversed(line) if one.key not in ordered)
    return list(ordered.values())


def _give_digests(comments: Iterable[Comment]) -> None:
    """Give each comment the digest that a reader's has, unless another comment has that one."""
    own: dict[str, Comment] = {}
    for comment in comments:
        # A second attempt at the same comments begins anew.
        comment.digest = None
        own.setdefault(_digest(comment), comment)
    connection = connections[router.db_for_read(Comment)]
    most = connection.features.max_query_params or len(own) or 1
    wanted = list(own)
    for start in range(0, len(wanted), most):
        some = wanted[start : start + most]
        for taken in Comment.objects.filter(digest__in=some).values_list("digest", flat=True):
            own.pop(taken or "", None)
    for value, comment in own.items():
        comment.digest = value


def _digest(comment: Comment) -> str:
    said = Said(
        name=comment.name,
        body=comment.body,
        parent=comment.parent,
        visibility=comment.visibility,
    )
    return said.digest(comment.post)


def _imported(discussion: Discussion) -> Happening:
    """Return the entry about what came in under one post; it finds each comment by its number."""
    comments = sorted((one.comment for one in discussion.sayings), key=lambda one: one.pk)
    facts = {
        "count": len(comments),
        "first": comments[0].pk,
        "last": comments[-1].pk,
        "content": digest([f"{one.pk} {one.kind} {one.state} {one.body}" for one in comments]),
    }
    return Happening("import_comments", f"blog.post:{discussion.post.pk}", facts)
