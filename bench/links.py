"""What it takes to check every link of a site, and to copy it: addresses a second, files a second.

    python bench/links.py            100 posts and 1,000 comments: under a minute
    python bench/links.py --full     1,000 posts and 10,000 comments

The peer asks for the same pages without reading them: what is above 1 is the reading of links.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.databases import print_on_both


def measure(posts: int, comments: int) -> dict[str, Any]:
    """Return the figures of this database."""
    from django.core.management import call_command
    from django.db import connection

    from transfer.static_copy import write

    call_command("generate", posts=posts, comments=comments, stdout=io.StringIO())
    begun = time.perf_counter()
    call_command("check_links", stdout=io.StringIO())
    checked = time.perf_counter() - begun
    with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as folder:
        begun = time.perf_counter()
        files = write(Path(folder, "copy"))
        copied = time.perf_counter() - begun
    bare = _seconds_to_read()
    return {
        "benchmark": "links",
        "database": connection.vendor,
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "posts": posts,
        "comments": comments,
        "check_seconds": round(checked, 1),
        "copy_seconds": round(copied, 1),
        "files": files,
        "bare_read_seconds": round(bare, 1),
        "ratio": round(checked / bare, 1),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _seconds_to_read() -> float:
    """Ask for every post and every comment's own address, and look at nothing."""
    from blog.models import Post
    from comments.models import Comment
    from transfer.visiting import Visitor

    addresses = [post.get_absolute_url() for post in Post.objects.published()]
    addresses += [comment.get_absolute_url() for comment in Comment.objects.visible()]
    visit = Visitor()
    begun = time.perf_counter()
    for address in addresses:
        visit(address)
    return time.perf_counter() - begun


def main() -> None:
    """Print one line of JSON for each database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    print_on_both(
        __file__,
        parser,
        lambda options: [measure(*((1_000, 10_000) if options.full else (100, 1_000)))],
    )


if __name__ == "__main__":
    main()
