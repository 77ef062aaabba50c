"""What a post costs whose page is not stored: with what this process remembers of it, and without.

    python bench/render.py            posts with 0, 50, 500 and 5,000 comments: two minutes
    python bench/render.py --posts 100000    the same among so many other public posts

Both ways go through the whole application, in turns, in the same process: `remembered` finds its
fragments (`blog.fragments`), `anew` is the same page from the same templates with an empty memory, as
a first reader meets it. Both answers are the same but for the stamp of the form. Each page shows at
most fifty threads; `conversations` are fifty comments in ten threads of five.

Milliseconds are those of this process's processor; on PostgreSQL its server's come on top, as
`server_ms`. The least of all turns is what others on the machine disturb least; the ratio is the median
of the pairs.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.test import Client

from bench.databases import print_on_both
from bench.search import busy

TURNS = 60
THREADS = {"0": (0, 1), "50": (50, 1), "conversations": (10, 5), "500": (500, 1), "5000": (5000, 1)}
"""How many threads a post has, and how many comments each of them."""

WORDS = (
    "<p>Thought {n}: what did the <em>river</em> do to the pumps, and who paid for them? It is a long"
    " story, and I should like to hear it in full, with the figures of the year before beside it.</p>"
)


def discuss(by: Any, slug: str, threads: int, each: int) -> None:
    """Publish a post with threads that readers see, each a comment and the answers to it."""
    from comments.models import Comment
    from tests.cast import make_post

    post = make_post(by, slug=slug, title=f"A post with comments: {slug}")
    made = [
        Comment(
            post=post,
            name=f"Reader {n % 97} Lund",
            url="https://reader.example/" if n % 3 == 0 else "",
            body="",
            body_html=WORDS.format(n=n),
            sanitizer=1,
            state=Comment.State.APPROVED,
        )
        for n in range(threads * each)
    ]
    _hang(Comment.objects.bulk_create(made, batch_size=500), each)


def _hang(rows: list[Any], each: int) -> None:
    from comments.models import Comment
    from comments.models.comment import path_under

    for number, row in enumerate(rows):
        row.parent = rows[number - number % each] if number % each else None
        row.path = path_under(row.parent, row.pk)
    Comment.objects.bulk_update(rows, ["parent", "path"], batch_size=200)


def crowd(by: Any, posts: int) -> None:
    """Publish so many posts with the same words, one a minute until now; nobody signs each of them."""
    from blog.models import Post
    from ledger import guards
    from tests.cast import make_post

    if not posts:
        return
    first = make_post(by, slug="crowd", title="One of many")
    same = {"live_version": first.live_version, "live_rendering": first.live_rendering}
    begun = first.published_at
    assert begun is not None
    guards.drop()
    Post.objects.bulk_create(
        (
            Post(
                slug=f"crowd-{n}",
                state=Post.State.PUBLISHED,
                published_at=begun - timedelta(minutes=n),
                **same,
            )
            for n in range(1, posts)
        ),
        batch_size=500,
    )
    guards.install()


def measure(posts: int) -> Iterator[dict[str, Any]]:
    """Fill the database, ask for each post, and yield its figures."""
    from django.conf import settings
    from django.db import connection

    from blog.models import Post
    from tests.cast import make_ceo

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.COUNT_READS = False
    ceo = make_ceo()
    crowd(ceo, posts)
    for slug, (threads, each) in THREADS.items():
        discuss(ceo, slug, threads, each)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    for slug in THREADS:
        yield {
            "benchmark": "render",
            "database": connection.vendor,
            "cpus": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "posts": Post.objects.published().count(),
            "comments": slug,
            **figures(client, f"/posts/{slug}/"),
        }


def figures(client: Client, path: str) -> dict[str, Any]:
    """Ask for one page both ways, in turns."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from blog.fragments import forget

    forget()
    anew = _page(client, path)
    with CaptureQueriesContext(connection) as asked:
        page = _page(client, path)
        queries = len(asked)
    assert page == anew, "What is remembered is not the page."
    pairs = []
    for _ in range(TURNS):
        remembered = _cost(client, path)
        forget()
        pairs.append((remembered, _cost(client, path)))
    return {
        "kilobytes": round(len(page) / 1000),
        "shown": page.count('<article id="c'),
        "queries": queries,
        "remembered_ms": _told(pair[0][0] for pair in pairs),
        "anew_ms": _told(pair[1][0] for pair in pairs),
        "ratio": round(statistics.median(anew[0] / known[0] for known, anew in pairs), 1),
        "server_ms": round(statistics.median(known[1] for known, _ in pairs), 2),
    }


def _page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return re.sub(r'name="stamp" value="[^"]*"', "", answer.content.decode())


def _cost(client: Client, path: str) -> tuple[float, float]:
    """Return the milliseconds that this process used for a page, and those of the database's process."""
    begun, own = busy(), time.process_time()
    client.get(path)
    here = (time.process_time() - own) * 1000
    return here, busy() - begun - here


def _told(costs: Iterable[float]) -> dict[str, float]:
    found = list(costs)
    return {"least": round(min(found), 2), "median": round(statistics.median(found), 2)}


def main() -> None:
    """Print one line of JSON for each post on each database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=0)
    print_on_both(__file__, parser, lambda options: measure(options.posts))


if __name__ == "__main__":
    main()
