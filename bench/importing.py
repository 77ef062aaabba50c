"""How long an import takes, beside a bare insert of the very same rows in the same run.

    python bench/importing.py            1,000 posts: under a minute
    python bench/importing.py --full     10,000 posts: the figures of the promise (120 s at most)
    python bench/importing.py --full --comments 100000

An import renders, hashes, records, indexes, and is adopted by a signature. The peer inserts copies of
the finished posts, versions and renderings with `bulk_create`, and does nothing else. The same import
once more brings nothing in, which takes its time as well.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.databases import print_on_both

ROWS = 500


def seconds_to_import(posts: int, comments: int) -> float:
    """Generate and import; all of it is adopted and can be found at the end."""
    from django.core.management import call_command

    begun = time.perf_counter()
    call_command("generate", posts=posts, comments=comments, stdout=io.StringIO())
    return time.perf_counter() - begun


def seconds_to_insert() -> float:
    """Insert the same rows once more, as drafts under other addresses."""
    from django.db import transaction

    from blog.models import Post, Rendering, Version

    posts = list(Post.objects.order_by("pk"))
    versions = list(Version.objects.order_by("post_id"))
    renderings = list(Rendering.objects.order_by("version__post_id"))
    for post in posts:
        post.pk, post.slug, post.state = None, f"again-{post.slug}", Post.State.DRAFT
        post.live_version = post.live_rendering = None
    begun = time.perf_counter()
    with transaction.atomic():
        Post.objects.bulk_create(posts, batch_size=ROWS)
        for post, version in zip(posts, versions, strict=True):
            version.pk, version.post, version.batch = None, post, None
        Version.objects.bulk_create(versions, batch_size=ROWS)
        for version, rendering in zip(versions, renderings, strict=True):
            rendering.pk, rendering.version = None, version
        Rendering.objects.bulk_create(renderings, batch_size=ROWS)
    return time.perf_counter() - begun


def measure(posts: int, comments: int) -> dict[str, Any]:
    """Return the figures of this database."""
    from django.db import connection

    busy = time.process_time()
    ours = seconds_to_import(posts, comments)
    busy = time.process_time() - busy
    again = seconds_to_import(posts, comments)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peer = seconds_to_insert()
    return {
        "benchmark": "importing",
        "database": connection.vendor,
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "posts": posts,
        "comments": comments,
        "import_seconds": round(ours, 1),
        "processor_seconds": round(busy, 1),
        "same_again_seconds": round(again, 1),
        "posts_a_second": round(posts / ours),
        "import_memory_mib": round(memory),
        "bare_insert_seconds": round(peer, 1),
        "ratio": round(ours / peer, 1),
    }


def main() -> None:
    """Print one line of JSON for each database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--comments", type=int, default=0)
    print_on_both(
        __file__,
        parser,
        lambda options: [measure(10_000 if options.full else 1_000, options.comments)],
    )


if __name__ == "__main__":
    main()
