"""What it takes to bring in 10,000 posts with 100,000 comments: seconds, and megabytes at most.

    python bench/storing.py                1,000 posts, 10,000 comments
    python bench/storing.py --full         the figures of the promise (120 s at most)

Both databases, each empty. The second line of each is the same source again, which adds nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.databases import INSIDE, prepare, run_on_both

POSTS = 10_000
REMARKS = 100_000

_BEGAN = datetime(2009, 1, 1, tzinfo=UTC)
_WORDS = [
    *("river", "floor", "plan", "people", "work", "price", "question", "answer", "winter"),
    *("order", "trust", "letter", "machine", "reason", "customer", "number", "week", "promise"),
    *("mistake", "team", "harbour", "weather", "signal", "patience", "ledger", "window"),
]


class Generated:
    """A source of made-up posts and comments, the same ones every time."""

    format = "bench"
    file_name = "generated"
    origin = "https://generated.example.com"

    def __init__(self, posts: int, remarks: int) -> None:
        """Say how many of each."""
        self._posts, self._remarks = posts, remarks

    def check(self) -> int:
        """Return how many posts there are."""
        return self._posts

    def hash(self) -> str:
        """Return a hash of what the numbers make."""
        return hashlib.sha256(f"{self._posts} {self._remarks}".encode()).hexdigest()

    def facts(self) -> dict[str, Any]:
        """Nothing to tell."""
        return {}

    def items(self) -> Iterator[Any]:
        """Yield posts of about 400 words, each with its share of comments of about 40."""
        chance = random.Random(1)
        share = self._remarks // self._posts
        for number in range(self._posts):
            yield _article(number, share, chance)


def _article(number: int, share: int, chance: random.Random) -> Any:
    from transfer.items import Article, Label, Person, Remark

    at = _BEGAN + timedelta(hours=14 * number)
    return Article(
        key=f"{number}",
        kind="post",
        title=f"{' '.join(chance.choices(_WORDS, k=5)).capitalize()} {number}",
        body="\n\n".join(_paragraph(chance, 80) for _ in range(5)),
        markup="markdown",
        author=Person(key=f"{number % 5}", name=f"Author {number % 5}"),
        at=at,
        topics=(Label(name=f"Topic {number % 40}"), Label(name=f"Topic {number % 31}")),
        old_paths=(f"/?p={number}", f"/{at:%Y/%m}/note-{number}/"),
        remarks=tuple(
            Remark(
                key=f"{number}.{one}",
                name=f"Reader {chance.randrange(5000)}",
                email=f"reader{one}@example.com",
                body=_paragraph(chance, 40),
                at=at + timedelta(minutes=one),
                parent=f"{number}.{one - 1}" if one % 3 == 1 else "",
            )
            for one in range(share)
        ),
    )


def _paragraph(chance: random.Random, words: int) -> str:
    return f"*{' '.join(chance.choices(_WORDS, k=words)).capitalize()}* and so on."


def measure(what: str, posts: int, remarks: int) -> dict[str, Any]:
    """Import once and return the figures."""
    from django.db import connection

    from ledger.record import Actor
    from transfer.storing import bring

    begun, busy = time.perf_counter(), time.process_time()
    bring(Generated(posts, remarks), by=Actor.system("command"))
    return {
        "benchmark": f"storing, {what}",
        "database": connection.vendor,
        "load": round(os.getloadavg()[0], 1),
        "posts": posts,
        "comments": remarks,
        "seconds": round(time.perf_counter() - begun, 1),
        "processor_seconds": round(time.process_time() - busy, 1),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Print two lines of JSON for each database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        run_on_both(__file__, ["--full"] if options.full else [])
        return
    prepare()
    for what in ("first", "again"):
        posts, remarks = (POSTS, REMARKS) if options.full else (POSTS // 10, REMARKS // 10)
        print(json.dumps(measure(what, posts, remarks)), flush=True)


if __name__ == "__main__":
    main()
