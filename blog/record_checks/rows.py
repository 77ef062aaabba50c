"""Reading many rows, some at a time, and naming them as the record does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

from blog.adoptable import OF_POSTS
from blog.models import Version

Row = TypeVar("Row", bound=Model)

CHUNK = 500


def batches(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """Yield the rows of a query in lists of `CHUNK`, in its order and in constant memory."""
    batch: list[Row] = []
    for row in rows.iterator(chunk_size=CHUNK):
        batch.append(row)
        if len(batch) == CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch


def of_post(version: Version) -> str:
    """Return what the record calls the post of a version."""
    return f"{OF_POSTS}{version.post_id}"
