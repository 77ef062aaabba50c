"""The file of an export that says how often each text was read, and from where; it names no reader."""

from __future__ import annotations

import json
from collections.abc import Iterator

from audience.models import Reads

FILE = "reads.jsonl"


def lines() -> Iterator[str]:
    """Yield a line for each count, by day, text and source."""
    rows = Reads.objects.order_by("day", "post__slug", "source")
    for day, slug, source, count in rows.values_list(
        "day", "post__slug", "source", "count"
    ).iterator():
        values = {"day": day.isoformat(), "post": slug, "source": source, "reads": count}
        yield f"{json.dumps(values, ensure_ascii=False)}\n"
