"""What counting costs a reader: a post with and without it, in turns, in the same run.

    python bench/reads.py            1,000 pages each way: a minute

Both ways go through the whole application, middleware included. `ratio` is the time of the processor with
counting, by that without: what is above 1 is the price. `note_microseconds` is the noting alone, and
`written_per_second` what the thread in the background then writes to the database.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from operator import itemgetter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.test import Client

from bench.databases import print_on_both

PAGES = 1_000
ROUND = 50
BROWSER = {
    "SERVER_NAME": "localhost",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "HTTP_ACCEPT": "text/html,application/xhtml+xml",
    "HTTP_REFERER": "https://news.example/letters/",
}
POST = "/posts/floor/"


def measure() -> dict[str, Any]:
    """Return the figures of this database."""
    from django.conf import settings
    from django.db import connection

    _publish()
    with_counting, without = _client(is_on=True), _client(is_on=False)
    ratios, costs = [], []
    for number in range(PAGES // ROUND):
        counted, plain = _seconds(with_counting, number), _seconds(without, number)
        ratios.append(counted / plain)
        costs.append(plain / ROUND)
    settings.COUNT_READS = True
    return {
        "benchmark": "reads",
        "database": connection.vendor,
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "pages": PAGES,
        "page_milliseconds": round(statistics.median(costs) * 1000, 2),
        "ratio": round(statistics.median(ratios), 3),
        **_noting(),
    }


def _publish() -> None:
    from tests.cast import make_ceo, make_post

    make_post(make_ceo(), slug="floor")


def _client(*, is_on: bool) -> Client:
    """Return a browser whose application was made with counting on or off."""
    from django.conf import settings

    settings.COUNT_READS = is_on
    client = Client()
    assert client.get(POST, **_head(0)).status_code == 200
    return client


def _head(number: int) -> dict[str, Any]:
    return {**BROWSER, "REMOTE_ADDR": f"198.51.{number // 250 % 250}.{number % 250}"}


def _seconds(client: Client, number: int) -> float:
    """Return the processor's time for a round of pages, each of another reader."""
    from django.conf import settings

    settings.COUNT_READS = True
    begun = time.process_time()
    for each in range(ROUND):
        client.get(POST, **_head(number * ROUND + each))
    return time.process_time() - begun


def _noting() -> dict[str, Any]:
    """Note many reads without a page around them, then write them."""
    from audience import noting, storing

    noting.take()
    begun = time.process_time()
    for number in range(10_000):
        head = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": f"2001:db8::{number:x}", **BROWSER}
        noting.note_request(POST, head, itemgetter("REMOTE_ADDR"))
    noted = time.process_time() - begun
    begun = time.perf_counter()
    written = storing.store()
    return {
        "note_microseconds": round(noted * 100, 1),
        "written_per_second": round(written / (time.perf_counter() - begun)),
    }


def main() -> None:
    """Print one line of JSON for each database."""
    print_on_both(__file__, argparse.ArgumentParser(), lambda _: [measure()])


if __name__ == "__main__":
    main()
