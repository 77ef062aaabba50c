"""Writing down what was noted: by a thread of each web process, away from every reader's request."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db import connection, transaction

from audience import day_key, days, noting
from audience.models import Reads
from audience.noting import Read
from audience.referrers import ELSEWHERE, HERE, NOWHERE
from blog.batching import batched
from blog.beside import run_beside
from blog.models import Post

logger = logging.getLogger(__name__)

EVERY = 10
"""Seconds between two writings, and so what a process that is killed loses at most."""

MOST_SOURCES = 200
"""Hosts that are told apart on one day; anybody can send any name."""

_BATCH = 500
_ADD = """
INSERT INTO audience_reads (day, post_id, source, count) VALUES (%s, %s, %s, %s)
ON CONFLICT (day, post_id, source) DO UPDATE SET count = audience_reads.count + excluded.count
"""
Counts = Counter[tuple[date, int, str]]


def store() -> int:
    """Write what this process has noted, in one transaction; return how many reads were new.

    What cannot be written is kept for the next time. A mark is stored with the read it counts, so a
    second try after a lost answer counts nothing twice.
    """
    reads = noting.take()
    if not reads:
        return 0
    try:
        return _write(reads)
    except BaseException:
        noting.give_back(reads)
        raise


def begin() -> None:
    """Write every `EVERY` seconds from now on, and once more when this process ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_keep_writing, args=(stop,), name="reads", daemon=True)

    def end() -> None:
        stop.set()
        thread.join(EVERY)

    run_beside(thread, end=end)


def _keep_writing(stop: threading.Event) -> None:
    has_failed = False
    is_last = False
    while not is_last:
        is_last = stop.wait(EVERY)
        try:
            # First: a key goes when its day ends, whether or not the database takes what was counted.
            day_key.forget(days.today())
            store()
            has_failed = False
        except Exception:
            # Once, not every ten seconds, until it works again.
            if not has_failed:
                logger.exception("Reads could not be written and wait in memory")
            has_failed = True
        finally:
            connection.close()


@transaction.atomic
def _write(reads: Mapping[str, Read]) -> int:
    posts = _posts_at({read.path for read in reads.values()})
    known = {mark: read for mark, read in reads.items() if read.path in posts}
    counts: Counts = Counter()
    for mark in _new_marks(known):
        read = known[mark]
        counts[read.day, posts[read.path], read.source] += 1
    # In the order of the keys, as every process does, so that none waits for another in a circle.
    rows = sorted((*key, count) for key, count in _bounded(counts).items())
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)
    return counts.total()


def _posts_at(paths: Iterable[str]) -> dict[str, int]:
    """Return the public texts at some paths, by path."""
    found = {}
    for some in batched(sorted(paths), _BATCH):
        slugs = [path.rstrip("/").rpartition("/")[2] for path in some]
        for post in Post.objects.published().filter(slug__in=slugs).only("pk", "kind", "slug"):
            found[post.get_absolute_url()] = post.pk
    return found


def _new_marks(reads: Mapping[str, Read]) -> Iterator[str]:
    """Store the marks, and yield those that were not there."""
    for some in batched(sorted(reads), _BATCH):
        values = ", ".join(["(%s, %s)"] * len(some))
        said = [part for mark in some for part in (mark, reads[mark].day)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO audience_mark (mark, day) VALUES {values} "  # noqa: S608 - placeholders
                "ON CONFLICT DO NOTHING RETURNING mark",
                said,
            )
            yield from [row[0] for row in cursor.fetchall()]


def _bounded(counts: Counts) -> Counts:
    """Return the counts with all hosts of a day beyond `MOST_SOURCES` as one."""
    bounded: Counts = Counter()
    known: dict[date, set[str]] = {}
    for (day, post, source), count in sorted(counts.items()):
        if day not in known:
            names = Reads.objects.filter(day=day).order_by().values_list("source", flat=True)
            known[day] = set(names.distinct()) - {NOWHERE, HERE, ELSEWHERE}
        is_ours = source in {NOWHERE, HERE, ELSEWHERE}
        has_room = is_ours or source in known[day] or len(known[day]) < MOST_SOURCES
        kept = source if has_room else ELSEWHERE
        known[day] |= {kept} - {NOWHERE, HERE, ELSEWHERE}
        bounded[day, post, kept] += count
    return bounded
