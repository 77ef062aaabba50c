"""What related posts cost: to find them, and to read them, beside the posts that share a topic.

    python bench/related.py            1,000 posts: a minute
    python bench/related.py --full     10,000 posts: the figures of the promise

`build` is `manage.py reindex` for related posts, divided by the posts. `one_more` is a
round of the worker after one post was published: it reads the words of all of them. `page_query` is
the one query that a page asks. Beside it stands a plain join: three other posts with a topic of this
one, which is what a site without words would show. All figures are milliseconds of the processor, that
of PostgreSQL's server included, since they are what remains when others use the machine.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.databases import print_on_both
from bench.search import busy

ASKED = 200


def used(call: Callable[[], object]) -> float:
    """Return the milliseconds of processor that a call used."""
    begun = busy()
    call()
    return busy() - begun


def each(call: Callable[[Any], object], posts: Iterable[Any]) -> list[float]:
    """Return what the call used for each post, sorted."""
    return sorted(used(partial(call, post)) for post in posts)


def analyse() -> None:
    """Tell the database about its rows, as a server does by itself before long."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def by_topic(post: Any) -> list[Any]:
    """Return three other public posts with a topic of this one, the newest first."""
    from blog.models import Post

    public = Post.objects.published().posts().exclude(pk=post.pk)
    found = public.filter(topics__in=post.topics.all()).select_related("live_version")
    return list(found.defer("live_version__body").distinct().newest_first()[:3])


def measure() -> dict[str, float]:
    """Return the figures for the posts that are there."""
    from blog.models import NearPost, Post, TellingWords
    from blog.related import keeping
    from blog.related.reading import related_to

    count = Post.objects.published().posts().count()
    analyse()
    built = used(keeping.rebuild)
    analyse()
    posts = list(Post.objects.published().posts().order_by("pk")[:: max(1, count // ASKED)])
    TellingWords.objects.filter(post=posts[0]).delete()
    one_more = used(keeping.keep_up)
    near, plain = each(related_to, posts), each(by_topic, posts)
    return {
        "posts": count,
        "near_rows": NearPost.objects.count(),
        "with_three": round(sum(len(related_to(post)) == 3 for post in posts) / len(posts), 2),
        "build_processor_ms_a_post": round(built / count, 2),
        "one_more_processor_ms": round(one_more, 1),
        "page_query_p50_processor_ms": round(statistics.median(near), 2),
        "page_query_p95_processor_ms": round(near[int(len(near) * 0.95)], 2),
        "topic_join_p50_processor_ms": round(statistics.median(plain), 2),
        "page_query_to_topic_join": round(statistics.median(near) / statistics.median(plain), 2),
    }


def filled_and_measured(posts: int) -> dict[str, object]:
    """Fill the empty database of this process and return its figures."""
    from django.core.management import call_command
    from django.db import connection

    call_command("generate", posts=posts, comments=0, seed=7, stdout=io.StringIO())
    said: dict[str, object] = {"benchmark": "related", "database": connection.vendor}
    load = round(os.getloadavg()[0], 1)
    return said | {"cpus": os.cpu_count(), "load": load} | measure()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="10,000 posts")
    print_on_both(
        __file__,
        parser,
        lambda options: [filled_and_measured(10_000 if options.full else 1_000)],
    )
