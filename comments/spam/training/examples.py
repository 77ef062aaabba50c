"""Makes examples of rows: how much each counts, and the same comment with fields left out.

Sets differ in which fields they have at all: where the only spam has links, "has a link" is learned
wrongly. So a part of each row's weight goes to copies without link and domain, without domain, and
without a name as well, and spam and readers' words are brought nearer to one ratio among the rows
that have the same fields. A set counts by the square root of its rows, so that no set drowns the
others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from comments.spam.learned.features import features_of
from comments.spam.rows import Row
from comments.spam.training.fitting import Example

SPAM_SHARE = 0.3
"""Share of all weight that spam has, whatever its share of the rows."""
DROPPED = 0.3
"""Share of a row's weight that goes to its copies without fields."""
EVENED = 0.5
"""How far the ratio of each kind of fields is moved to that of all: 0 not, 1 wholly (by its power)."""
_WHOLE_KINDS = frozenset({"copied_comment", "one_word"})
"""Kinds of our own that are spam for their name or link alone: without them, they are none."""
_NAMED_KINDS = frozenset({"keyword_name"})
"""Kinds of our own that are spam for their name alone, with a link or without."""

_Fields = tuple[bool, bool]
"""Whether a row has a link, and the domain of an address."""


def examples_of(rows: Sequence[Row]) -> list[Example]:
    """Returns an example for each row and each of its copies; about 0.5 ms each."""
    weighed = zip(rows, weights_of(rows), strict=True)
    copies = [copy for row, weight in weighed for copy in _with_copies(row, weight)]
    return [
        Example(features_of(row.submission), row.is_spam, weight) for row, weight in _evened(copies)
    ]


def weights_of(rows: Sequence[Row], spam_share: float = SPAM_SHARE) -> list[float]:
    """Returns what each row counts, 1 on average."""
    sizes = Counter((row.source, row.is_spam) for row in rows)
    raw = [sizes[row.source, row.is_spam] ** -0.5 for row in rows]
    total = {
        kind: sum(weight for row, weight in zip(rows, raw, strict=True) if row.is_spam == kind)
        for kind in (True, False)
    }
    shares = {True: spam_share, False: 1 - spam_share}
    return [
        weight * shares[row.is_spam] * len(rows) / total[row.is_spam]
        for row, weight in zip(rows, raw, strict=True)
    ]


def _with_copies(row: Row, weight: float) -> Iterator[tuple[Row, float]]:
    copies = list(_copies(row))
    yield row, weight * (1 - DROPPED) if copies else weight
    for copy in copies:
        yield copy, weight * DROPPED / len(copies)


def _evened(weighed: Sequence[tuple[Row, float]]) -> Iterator[tuple[Row, float]]:
    """Yields the rows with new weights, so that which fields a row has tells less of what it is."""
    total: dict[tuple[_Fields, bool], float] = defaultdict(float)
    for row, weight in weighed:
        total[_fields(row), row.is_spam] += weight
    factors = {one: _factor(total, *one) for one in total}
    for row, weight in weighed:
        yield row, weight * factors[_fields(row), row.is_spam]


def _factor(total: Mapping[tuple[_Fields, bool], float], fields: _Fields, is_spam: bool) -> float:
    alike = sum(total.get((fields, kind), 0.0) for kind in (True, False))
    wanted = (SPAM_SHARE if is_spam else 1 - SPAM_SHARE) * alike
    return float((wanted / total[fields, is_spam]) ** EVENED)


def _fields(row: Row) -> _Fields:
    return bool(row.url), bool(row.email_domain)


def _copies(row: Row) -> Iterator[Row]:
    if row.source in _WHOLE_KINDS:
        return
    if row.url or row.email_domain:
        yield replace(row, url="", email_domain="")
    if row.source in _NAMED_KINDS:
        return
    if row.author:
        yield replace(row, url="", email_domain="", author="")
    if row.url and row.email_domain:
        yield replace(row, email_domain="")
