"""How long each page takes on a large site, and how many queries it makes, uncached.

    python bench/scale.py             1,000 posts, 10,000 comments: two minutes
    python bench/scale.py --full      10,000 posts, 100,000 comments: the figures of the promise
    python bench/scale.py --kept      asks the database of DATABASE_URL, which was filled before

Every page is asked for through the front door, 40 times on each database, and each time at another
address where the site has so many. A figure is Django's whole work for it, in this process. The time of
the processor, with that of PostgreSQL's process, is what remains of a figure when others use the
machine. `within` is the promise, judged by that: 100 ms at the 95th percentile.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.test import Client

from bench.search import begun, busy, questions

RUNS = 40
PROMISED_MS = 100


def pages() -> dict[str, list[str]]:
    """Return the addresses of each kind of page."""
    from blog.archive import counts_by_year
    from blog.lists import PER_PAGE
    from blog.models import Author, Post, Topic

    public = Post.objects.published().posts()
    last_pages = {
        topic.get_absolute_url(): max(public.filter(topics=topic).count() // PER_PAGE, 1)
        for topic in Topic.objects.all()
    }
    return {
        "index": ["/"],
        "index, any page": [f"/page/{number}/" for number in range(2, public.count() // PER_PAGE)],
        "archive": ["/archive/"],
        "year": [f"/archive/{year}/" for year in counts_by_year()],
        "topic": list(last_pages),
        "topic, last page": [f"{path}?page={last}" for path, last in last_pages.items()],
        "author": [author.get_absolute_url() for author in Author.objects.all()],
        "search": [f"/search/?{urlencode(asked)}" for asked in questions()],
        "post": [f"/posts/{slug}/" for slug in public.values_list("slug", flat=True)[:400]],
        "feed": ["/feed.atom", "/feed.json"],
    }


def chosen(paths: list[str], kind: str) -> list[str]:
    """Return `RUNS` of the addresses of one kind, the same ones for the same site."""
    found = sorted(paths)
    random.Random(kind).shuffle(found)
    return (found * RUNS)[:RUNS]


def measure() -> Iterator[dict[str, Any]]:
    """Ask, and yield the figures of each kind of page."""
    from django.conf import settings
    from django.db import connection

    from blog.models import Post
    from comments.models import Comment

    settings.ALLOWED_HOSTS = ["testserver"]
    for kind, paths in pages().items():
        yield {
            "benchmark": "scale",
            "database": connection.vendor,
            "cpus": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "posts": Post.objects.published().count(),
            "comments": Comment.objects.visible().count(),
            "page": kind,
            **figures(chosen(paths, kind)),
        }


def figures(paths: list[str]) -> dict[str, Any]:
    """Ask for each of `paths` and return the queries and times."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    _ask(client, paths[0])
    with CaptureQueriesContext(connection) as made:
        _ask(client, paths[0])
        queries = len(made)
    walls, processors = [], []
    for path in paths:
        used, begun = busy(), time.perf_counter()
        _ask(client, path)
        walls.append((time.perf_counter() - begun) * 1000)
        processors.append(busy() - used)
    used_p95 = statistics.quantiles(processors, n=20)[18]
    return {
        "queries": queries,
        "p50_ms": round(statistics.median(walls), 1),
        "p95_ms": round(statistics.quantiles(walls, n=20)[18], 1),
        "p50_processor_ms": round(statistics.median(processors), 1),
        "p95_processor_ms": round(used_p95, 1),
        "within": used_p95 <= PROMISED_MS,
    }


def _ask(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200 and "page=" not in path:
        raise SystemExit(f"{path} answered {answer.status_code}")


def main() -> None:
    """Print a line of JSON for each page on each database."""
    if begun(__file__):
        for found in measure():
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
