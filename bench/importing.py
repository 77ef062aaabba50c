"""What it takes to bring in 10,000 posts with 100,000 comments: seconds, and megabytes at most.

Run by `make bench` on SQLite; on PostgreSQL with
`python -m tests.postgres -- python bench/importing.py`. Other counts: `bench/importing.py 1000 10000`.
"""

from __future__ import annotations

import hashlib
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

POSTS = 10_000
REMARKS = 100_000

_BEGAN = datetime(2009, 1, 1, tzinfo=UTC)
_WORDS = [
    *("river", "floor", "plan", "people", "work", "price", "question", "answer", "winter"),
    *("order", "trust", "letter", "machine", "reason", "customer", "number", "week", "promise"),
    *("mistake", "team", "harbour", "weather", "signal", "patience", "ledger", "window"),
]


def prepare(folder: str) -> None:
    """Set up Django on an empty database: the one that is named, else a new file in `folder`."""
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    os.environ |= {
        "SECRET_KEY": "only-for-the-benchmark-" + "0" * 32,
        "SITE_URL": "http://localhost:8000",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


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


def main(posts: int = POSTS, remarks: int = REMARKS) -> None:
    """Import, import again, and print what each took."""
    with tempfile.TemporaryDirectory(prefix="plainspoken-bench-") as folder:
        prepare(folder)
        from django.db import connection

        from ledger.record import Actor
        from transfer.storing import bring

        for what in ("import", "the same again"):
            begun, busy = time.perf_counter(), time.process_time()
            bring(Generated(posts, remarks), by=Actor.system("command"))
            took, busy = time.perf_counter() - begun, time.process_time() - busy
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{what}: {posts:,} posts, {remarks:,} comments on {connection.vendor}:"
                f" {took:.1f} s ({busy:.1f} s of processor), {memory} MB at most"
            )
        getattr(connection, "close_pool", lambda: None)()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
