"""How long a search takes, beside the least that could be called one, on the same rows in the same run.

    python bench/search.py            1,000 posts, 10,000 comments: a minute or two
    python bench/search.py --full     10,000 posts, 100,000 comments: the figures of the promise

On each database 240 mixed questions are asked through the front door, so a figure is a whole page:
parsing, counting, dividing, sorting, excerpts, template. Beside it stand a count by the bare
full-text index of the database, and a count of posts by `icontains`, which knows no comments. The time of
the processor is that of this process: on SQLite all of it, on PostgreSQL without the server's.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.databases import INSIDE, prepare, run_on_both

QUESTIONS = 240
PEERS_EACH = 4
"""One in so many questions is put to the peers as well; `icontains` takes its time."""


def questions() -> list[dict[str, Any]]:
    """Return the questions, the same for a seed: what people type, and some that cost more."""
    from transfer import generated_words as words

    dice = random.Random(7)

    def word() -> str:
        return dice.choice([w for w in words.sentence(dice).split() if w.isalpha()] or ["boiler"])

    def one_word() -> dict[str, Any]:
        return {"q": word()}

    forms: list[Callable[[], dict[str, Any]]] = [
        lambda: {"q": words.place(dice)},
        lambda: {"q": f"{words.place(dice)} {word()}"},
        one_word,
        lambda: {"q": f"{word()} {word()}"},
        lambda: {"q": f"{word()} {word()} {words.place(dice)}"},
        lambda: {"q": f"model K{dice.randint(100, 999)}"},
        lambda: {"q": f"{words.place(dice)[:4]}*"},
        lambda: {"q": f'"{dice.choice(["forty pallets", "the cooling tower", "spare motor"])}"'},
        lambda: {"q": f"{word()} -{word()}"},
        lambda: {**one_word(), "kind": dice.choice(["post", "comment"])},
        lambda: {**one_word(), "year": dice.randint(2015, 2024)},
        lambda: {"q": "Zielinska " + word()},
        lambda: {"q": words.place(dice), "topic": "safety"},
        lambda: {"q": "xylophone"},
        lambda: {**one_word(), "page": 2, "kind": "comment"},
    ]
    return [forms[number % len(forms)]() for number in range(QUESTIONS)]


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long a call took by the wall clock."""
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def bare_count(typed: str) -> None:
    """Count what matches, by the full-text index alone."""
    from django.db import connection

    from blog.search.database import matching
    from blog.search.question import read

    asked = matching(read(typed), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({asked.sql}) m", asked.values)
        cursor.fetchone()


def plain_search(typed: str) -> None:
    """Count the posts that hold every word somewhere, as a site without an index would."""
    from django.db.models import Q

    from blog.models import Post

    condition = Q()
    for word in typed.replace('"', " ").replace("*", "").split():
        condition &= Q(live_version__title__icontains=word) | Q(live_version__body__icontains=word)
    Post.objects.published().filter(condition).count()


def measure(posts: int, comments: int) -> dict[str, Any]:
    """Fill the database, ask, and return the figures."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("generate", posts=posts, comments=comments, stdout=io.StringIO())
    with connection.cursor() as cursor:
        # As a server does by itself after such a change.
        cursor.execute("ANALYZE")
    client = Client()
    pages: list[float] = []
    processor: list[float] = []
    bare: list[float] = []
    plain: list[float] = []
    client.get("/search/?q=warm")
    for number, asked in enumerate(questions()):
        address = f"/search/?{urlencode(asked)}"
        answer: list[int] = []
        busy = time.process_time()
        pages.append(milliseconds(lambda a=address, r=answer: r.append(client.get(a).status_code)))  # type: ignore[misc]
        processor.append((time.process_time() - busy) * 1000)
        if answer != [200] and "page" not in asked:
            raise SystemExit(f"{address} answered {answer}")
        if number % PEERS_EACH == 0:
            bare.append(milliseconds(lambda q=asked["q"]: bare_count(q)))  # type: ignore[misc]
            plain.append(milliseconds(lambda q=asked["q"]: plain_search(q)))  # type: ignore[misc]
    return {
        "benchmark": "search",
        "database": connection.vendor,
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "posts": posts,
        "comments": comments,
        "questions": len(pages),
        "p50_ms": round(statistics.median(pages), 1),
        "p95_ms": round(statistics.quantiles(pages, n=20)[18], 1),
        "p50_processor_ms": round(statistics.median(processor), 1),
        "p95_processor_ms": round(statistics.quantiles(processor, n=20)[18], 1),
        "most_ms": round(max(pages), 1),
        "bare_count_p50_ms": round(statistics.median(bare), 1),
        "icontains_p50_ms": round(statistics.median(plain), 1),
        "page_to_bare_count": round(statistics.median(pages) / statistics.median(bare), 1),
        "page_to_icontains": round(statistics.median(pages) / statistics.median(plain), 2),
    }


def main() -> None:
    """Print one line of JSON for each database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        run_on_both(__file__, ["--full"] if options.full else [])
        return
    prepare()
    posts, comments = (10_000, 100_000) if options.full else (1_000, 10_000)
    print(json.dumps(measure(posts, comments)), flush=True)


if __name__ == "__main__":
    main()
