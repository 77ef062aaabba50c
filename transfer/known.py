"""What is here already from an earlier import, and how to see that its source says something else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from transfer.items import Article, Item, Remark, Source, Thread, Translation
from transfer.models import LONGEST_KEY, Imported

# What says nothing about the words themselves.
_NOT_COMPARED = frozenset({"remarks", "notes", "old_paths", "aftermath", "close_comments_after"})
# They came later: while they are empty, a thing is what it was to an import before there were any.
_LATER = frozenset({"answered", "elsewhere", "language"})
_AT_ONCE = 900
"""Keys of one question; SQLite takes a limited number of values."""


@dataclass(frozen=True)
class Known:
    """The rows about things of a source that came in before, by the keys that the source uses."""

    posts: dict[str, Imported]
    comments: dict[str, Imported]


def look(source: Source, items: Sequence[Item]) -> Known:
    """Return what is here of `items`, and of the comments that theirs answer. Few queries."""
    articles = [item.key for item in items if isinstance(item, Article)]
    articles += [
        key for item in items if isinstance(item, Translation) for key in (item.key, item.original)
    ]
    remarks = {
        key
        for item in items
        if isinstance(item, Article | Thread)
        for remark in item.remarks
        for key in (remark.key, remark.parent)
        if key
    }
    return Known(
        _found(source, Imported.Kind.POST, articles),
        _found(source, Imported.Kind.COMMENT, remarks),
    )


def _found(source: Source, kind: str, keys: Iterable[str]) -> dict[str, Imported]:
    rows = Imported.objects.filter(source=source.format, origin=origin_of(source), kind=kind)
    rows = rows.select_related("post", "comment").defer("comment__body", "comment__body_html")
    named = {key_of(key): key for key in keys}
    return {named[row.key]: row for some in _some(list(named)) for row in rows.filter(key__in=some)}


def _some(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def origin_of(source: Source) -> str:
    """Return the site that the keys of `source` belong to, as it is kept."""
    return key_of(source.origin)


def key_of(key: str) -> str:
    """Return a key as it is kept: as it is, or, where that is too long or no text, its hash."""
    plain = key.replace("\0", "").encode(errors="ignore").decode()
    if plain == key and len(key) <= LONGEST_KEY:
        return key
    return f"sha256:{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()}"


def digest_of(thing: Article | Remark) -> str:
    """Return the SHA-256 (hex) of all that a source says of one thing, to be compared next time."""
    spelt = json.dumps(thing, default=_spelt, sort_keys=True)
    return hashlib.sha256(spelt.encode()).hexdigest()


def _spelt(value: Any) -> Any:
    """Return what JSON can spell in place of a moment, or of one of our own values."""
    if isinstance(value, datetime):
        return value.isoformat()
    return {
        each.name: getattr(value, each.name)
        for each in fields(value)
        if each.name not in _NOT_COMPARED and (each.name not in _LATER or getattr(value, each.name))
    }


def forget_digests(comments: Sequence[int]) -> None:
    """Forget what sources said of these comments. That they came stays known: they do not come again."""
    Imported.objects.filter(comment__in=comments).exclude(digest="").update(digest="")
