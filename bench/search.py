"""How long a search takes, beside the least that could be called one, on the same rows in the same run.

    python bench/search.py            1,000 posts, 10,000 comments: a minute or two
    python bench/search.py --full     10,000 posts, 100,000 comments: the figures of the promise
    python bench/search.py --kept     asks the database of DATABASE_URL, which was filled before

On each database 240 mixed questions are asked through the front door, so a figure is a whole page:
parsing, counting, dividing, sorting, excerpts, template. `very_common` is the share of those that
match more than a third of all entries before they are narrowed. Then come the hostile questions of
the tests, each asked twice, of which the slower counts. Beside it stand a count by the bare full-text
index of the database, and a count of posts by `icontains`, which knows no comments.

The time of the processor is that of this process, and on PostgreSQL that of the server's process as
well (Linux tells it). It is what remains of a figure when others use the machine.
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
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.test import Client

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


def busy() -> float:
    """Return the milliseconds of processor that this process, and its server's, have used."""
    from django.db import connection

    here = time.process_time() * 1000
    if connection.vendor != "postgresql":
        return here
    connection.ensure_connection()
    server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return here + int(server.read_text().split()[0]) / 1e6


@cache
def browser() -> Client:
    """Return the one client; each of its own would make the site anew."""
    return Client()


def asked(parameters: dict[str, Any]) -> tuple[float, float]:
    """Ask for a page; return its time by the wall, and that of the processor."""
    address = f"/search/?{urlencode(parameters, errors='surrogatepass')}"
    used, begun = busy(), time.perf_counter()
    response = browser().get(address)
    took = (time.perf_counter() - begun) * 1000
    if response.status_code != 200 and "page" not in parameters:
        raise SystemExit(f"{address} answered {response.status_code}")
    return took, busy() - used


def hostile() -> dict[str, Any]:
    """Return the slowest of the hostile questions of the tests, by the wall and by the processor."""
    from tests.blog.test_search import HOSTILE

    times = {
        name: [max(pair) for pair in zip(*(asked({"q": typed}) for _ in "ab"), strict=True)]
        for name, typed in HOSTILE.items()
    }
    slowest = max(times, key=lambda name: times[name][0])
    return {
        "hostile": len(times),
        "hostile_most_ms": round(times[slowest][0], 1),
        "hostile_most_processor_ms": round(max(used for _, used in times.values()), 1),
        "hostile_slowest": slowest,
    }


def bare_count(typed: str) -> None:
    """Count what matches, by the full-text index alone."""
    from django.db import connection

    from blog.search.database import Part, matching
    from blog.search.question import read

    for part in Part:
        keys = matching(read(typed), connection.vendor, part)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({keys.sql}) m", keys.values)
            cursor.fetchone()


def plain_search(typed: str) -> None:
    """Count the posts that hold every word somewhere, as a site without an index would."""
    from django.db.models import Q

    from blog.models import Post

    condition = Q()
    for word in typed.replace('"', " ").replace("*", "").split():
        condition &= Q(live_version__title__icontains=word) | Q(live_version__body__icontains=word)
    Post.objects.published().filter(condition).count()


def fill(posts: int, comments: int) -> None:
    """Make the rows, and tell the database about them, as a server does by itself before long."""
    from django.core.management import call_command
    from django.db import connection

    call_command("generate", posts=posts, comments=comments, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure() -> dict[str, Any]:
    """Ask, and return the figures."""
    from django.conf import settings
    from django.db import connection

    from blog.models import Post, SearchEntry
    from blog.search.finding import search

    settings.ALLOWED_HOSTS = ["testserver"]
    pages: list[float] = []
    processor: list[float] = []
    bare: list[float] = []
    plain: list[float] = []
    common = 0
    entries = SearchEntry.objects.count()
    asked({"q": "warm"})
    for number, parameters in enumerate(questions()):
        took, used = asked(parameters)
        pages.append(took)
        processor.append(used)
        common += search({"q": parameters["q"]}).total > entries / 3
        if number % PEERS_EACH == 0:
            bare.append(milliseconds(lambda q=parameters["q"]: bare_count(q)))  # type: ignore[misc]
            plain.append(milliseconds(lambda q=parameters["q"]: plain_search(q)))  # type: ignore[misc]
    return {
        "benchmark": "search",
        "database": connection.vendor,
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "posts": Post.objects.published().count(),
        "comments": SearchEntry.objects.filter(kind="comment").count(),
        "questions": len(pages),
        "very_common": round(common / len(pages), 2),
        "p50_ms": round(statistics.median(pages), 1),
        "p95_ms": round(statistics.quantiles(pages, n=20)[18], 1),
        "most_ms": round(max(pages), 1),
        "p50_processor_ms": round(statistics.median(processor), 1),
        "p95_processor_ms": round(statistics.quantiles(processor, n=20)[18], 1),
        "most_processor_ms": round(max(processor), 1),
        **hostile(),
        "bare_count_p50_ms": round(statistics.median(bare), 1),
        "icontains_p50_ms": round(statistics.median(plain), 1),
        "page_to_bare_count": round(statistics.median(pages) / statistics.median(bare), 1),
        "page_to_icontains": round(statistics.median(pages) / statistics.median(plain), 2),
    }


def begun(script: str) -> bool:
    """Read the arguments and fill the database of this process; without one, run `script` on both.

    Returns whether this process has a database to measure.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--kept", action="store_true")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside and not options.kept:
        run_on_both(script, ["--full"] if options.full else [])
        return False
    prepare()
    if not options.kept:
        fill(*((10_000, 100_000) if options.full else (1_000, 10_000)))
    return True


def main() -> None:
    """Print one line of JSON for each database."""
    if begun(__file__):
        print(json.dumps(measure()), flush=True)


if __name__ == "__main__":
    main()
