"""Makes examples of rows: how much each counts, and the same comment with fields left out.

Sets differ in which fields they have at all: where the only spam has links, "has a link" is learned
wrongly. So a part of each row's weight goes to copies without link and domain, without domain, and
without a name as well. And a set counts by the square root of its rows, so that no set drowns the
others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from comments.spam.learned.features import features_of
from comments.spam.rows import Row
from comments.spam.training.fitting import Example

SPAM_SHARE = 0.3
"""Share of all weight that spam has, whatever its share of the rows."""
DROPPED = 0.3
"""Share of a row's weight that goes to its copies without fields."""
_WHOLE_KINDS = frozenset({"copied_comment", "keyword_name", "one_word"})
"""Kinds of our own that are spam for their name or link alone: without them, they are none."""


def examples_of(rows: Sequence[Row]) -> list[Example]:
    """Returns an example for each row and each of its copies; about 0.5 ms each."""
    return [
        example
        for row, weight in zip(rows, weights_of(rows), strict=True)
        for example in _with_copies(row, weight)
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


def _with_copies(row: Row, weight: float) -> Iterator[Example]:
    copies = list(_copies(row))
    kept = weight * (1 - DROPPED) if copies else weight
    yield Example(features_of(row.submission), row.is_spam, kept)
    for copy in copies:
        features = features_of(copy.submission)
        yield Example(features, row.is_spam, weight * DROPPED / len(copies))


def _copies(row: Row) -> Iterator[Row]:
    if row.source in _WHOLE_KINDS:
        return
    if row.url or row.email_domain:
        yield replace(row, url="", email_domain="")
    if row.author:
        yield replace(row, url="", email_domain="", author="")
    if row.url and row.email_domain:
        yield replace(row, email_domain="")
