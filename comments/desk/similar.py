"""Which comments of a tab are much the same, so that one key decides about all of them.

Similar are those with the same words, from the same address, from the same network under the same
name, or whose writer links the same host.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper

from comments.models import Comment
from comments.spam.addresses import host_of

MOST_ROWS = 1_000
MOST_SIMILAR = 100


class _Row(NamedTuple):
    pk: int
    revision: int
    body: str
    email: str
    network: str
    name: str
    url: str


@dataclass(frozen=True)
class Similar:
    """Pairs of number and revision: those whose words stand on the page, and those nobody has read.

    What nobody has read may be refused together, and never be published. There may be more than are
    decided at once: then `is_cut` says so.
    """

    read: tuple[tuple[int, int], ...] = ()
    unread: tuple[tuple[int, int], ...] = ()
    is_cut: bool = False

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.read) + len(self.unread)


def similar_to(shown: Sequence[Comment], waiting: QuerySet[Comment]) -> dict[int, Similar]:
    """Return for each comment of a page what is similar to it among those `waiting`. One query."""
    if not shown:
        return {}
    waiting = waiting.alias(folded=Upper("email"))
    columns = waiting.filter(_any_like(shown)).order_by("pk").values_list(*_Row._fields)
    rows = {row[0]: _Row(*row) for row in columns[:MOST_ROWS]}
    groups: dict[Hashable, set[int]] = defaultdict(set)
    for row in rows.values():
        for trait in _traits(row):
            groups[trait].add(row.pk)
    on_page = {comment.pk: comment.revision for comment in shown}
    return {comment.pk: _found(comment, rows, groups, on_page) for comment in shown}


def _any_like(shown: Sequence[Comment]) -> Q:
    """Return a condition that lets everything through that may be similar, and not much else."""
    hosts = {host for comment in shown if (host := host_of(comment.url))}
    ways = [
        Q(body__in={comment.body for comment in shown}),
        Q(folded__in={comment.email.upper() for comment in shown if comment.email}),
        Q(network__in={comment.network for comment in shown if comment.network}),
        *(Q(url__icontains=host) for host in sorted(hosts)),
    ]
    return reduce(or_, ways)


def _traits(row: _Row | Comment) -> Iterator[Hashable]:
    yield "body", row.body
    if row.email:
        yield "email", row.email.upper()
    if row.network:
        yield "network", row.network, row.name
    if host := host_of(row.url):
        yield "host", host


def _found(
    comment: Comment,
    rows: dict[int, _Row],
    groups: dict[Hashable, set[int]],
    on_page: dict[int, int],
) -> Similar:
    keys = set[int]().union(*(groups[trait] for trait in _traits(comment))) - {comment.pk}
    read: list[tuple[int, int]] = []
    unread: list[tuple[int, int]] = []
    for pk in sorted(keys)[:MOST_SIMILAR]:
        # A name and its link are public as well: only what is equal to the last of them was read.
        row = rows[pk]
        is_same = (row.body, row.name, row.url) == (comment.body, comment.name, comment.url)
        is_read = pk in on_page or is_same
        # What stands on the page is decided as it stands there, should it have moved on since.
        (read if is_read else unread).append((pk, on_page.get(pk, rows[pk].revision)))
    return Similar(tuple(read), tuple(unread), is_cut=len(keys) > MOST_SIMILAR)
