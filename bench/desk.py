"""What the desk costs a moderator: the page with 50 cards, and one decision by its script.

    python bench/desk.py             2,000 comments that wait

The peer is Django's own list of the same 50 rows, in the same run. Pairs are measured in turn.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.databases import print_on_both

ROUNDS = 60
MOST_MS = 100


def seed(count: int) -> Any:
    """Make a moderator and `count` comments that wait, some alike; return a browser signed in as her."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from comments.arrival import Arrival, Origin, network_of
    from comments.moderation import Said, submit
    from tests.cast import make_ceo, make_post

    settings.ALLOWED_HOSTS = ["testserver"]
    post = make_post(make_ceo())
    for number in range(count):
        network = network_of(f"192.0.{number % 250}.1")
        body = f"Thought {number % (count - count // 10)}: what did the river do to the pumps?"
        address = f"reader{number % (count // 3)}@example.org"
        said = Said(name=f"Reader {number}", body=body, email=address)
        submit(post, said, Arrival(network=network, origin=Origin.OWN, stamp="fresh"))
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.com", "x"))
    return client


def plain_site() -> None:
    """Put Django's own list of comments beside the desk, at /plain/."""
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.urls import path

    from comments.models import Comment
    from config import urls

    class Plain(ModelAdmin):
        list_display = ("name", "body", "email", "state", "created_at", "score")
        list_filter = ("state", "visibility")
        list_per_page = 50
        ordering = ("created_at", "pk")

    site = AdminSite(name="plain")
    site.register(Comment, Plain)
    urls.urlpatterns.insert(0, path("plain/", site.urls))


def measure(count: int) -> dict[str, Any]:
    """Return the figures of this database."""
    from django.db import connection

    from comments.models import Comment

    plain_site()
    client = seed(count)
    waiting = iter(list(Comment.objects.to_decide().oldest_first()[: 4 * ROUNDS]))

    def desk() -> None:
        assert client.get("/admin/comments/comment/").status_code == 200

    def plain() -> None:
        path = "/plain/comments/comment/?state__exact=pending"
        assert client.get(path).status_code == 200

    def decision() -> None:
        comment = next(waiting)
        fields = {"verb": "approve", f"seen-{comment.pk}": comment.revision}
        path = f"/admin/comments/comment/{comment.pk}/decide/"
        answer = client.post(path, fields, headers={"accept": "application/json"})
        assert answer.status_code == 200, answer.status_code

    times, busy = in_turn([desk, plain, decision])
    ours, peer, deciding = times
    return {
        "benchmark": "desk",
        "database": connection.vendor,
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "comments": count,
        "page_p95_ms": p95(ours),
        "page_p95_processor_ms": p95(busy[0]),
        "plain_list_p95_ms": p95(peer),
        "plain_list_p95_processor_ms": p95(busy[1]),
        "page_to_plain_list": round(
            statistics.median(a / b for a, b in zip(busy[0], busy[1], strict=True)), 2
        ),
        "decision_p95_ms": p95(deciding),
        "decision_p95_processor_ms": p95(busy[2]),
        "within": max(p95(ours), p95(deciding)) <= MOST_MS,
    }


def in_turn(calls: Sequence[Callable[[], None]]) -> tuple[list[list[float]], list[list[float]]]:
    """Call each in its turn, over and over; return milliseconds by the clock, and of the processor."""
    times: list[list[float]] = [[] for _ in calls]
    busy: list[list[float]] = [[] for _ in calls]
    for call in calls:
        call()
    for _ in range(ROUNDS):
        for number, call in enumerate(calls):
            begun, began = time.perf_counter(), time.process_time()
            call()
            times[number].append((time.perf_counter() - begun) * 1000)
            busy[number].append((time.process_time() - began) * 1000)
    return times, busy


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return round(sorted(values)[math.ceil(0.95 * len(values)) - 1], 1)


def main() -> None:
    """Print one line of JSON for each database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--comments", type=int, default=2_000)
    print_on_both(__file__, parser, lambda options: [measure(options.comments)])


if __name__ == "__main__":
    main()
