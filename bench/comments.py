"""What a comment and a page cost, beside plain Django doing the least that could be called the same.

Run by `make bench`. Each pair is measured in turn, A B A B …, in one process on one SQLite file with
the site's own settings (WAL, synchronous=FULL). Ratios are medians of the pairs; absolute times on a
shared machine say little.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

ROUNDS = 30
COMMENTS = 50


def prepare(folder: str) -> None:
    """Set up Django on an empty database in `folder`."""
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "SECRET_KEY": "only-for-the-benchmark-" + "0" * 32,
        "SITE_URL": "http://localhost:8000",
        "THROTTLE": "off",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("demo", stdout=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def ratio(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float, float]:
    """Return the median CPU milliseconds of both, and the median of the pairwise ratios."""
    pairs = []
    for _ in range(ROUNDS):
        pair = []
        for call in (ours, peer):
            begun = time.process_time()
            call()
            pair.append((time.process_time() - begun) * 1000)
        pairs.append(pair)
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return mine, theirs, statistics.median(a / b for a, b in pairs if b)


def submitting() -> tuple[float, float, float]:
    """A comment sent through the form and stored, beside a row that plain Django cleans and inserts."""
    import bleach
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from blog.models import Post
    from comments.models import Comment

    settings.ALLOWED_HOSTS = ["testserver"]
    post = Post.objects.published().posts().newest_first()[0]
    numbers = count()
    client = Client(headers={"sec-fetch-site": "same-origin"})

    def ours() -> None:
        body = (
            f"Thought {next(numbers)}: what did the *river* do to the pumps, and who paid for them?"
        )
        path = f"/posts/{post.slug}/comments/"
        response = client.post(path, {"name": "Mara Quist", "body": body, "visibility": "public"})
        assert response.status_code == 303, response.status_code

    @transaction.atomic
    def peer() -> None:
        body = (
            f"Plain {next(numbers)}: what did the *river* do to the pumps, and who paid for them?"
        )
        Comment.objects.create(
            post=post, name="Mara Quist", body=body, body_html=bleach.clean(body), sanitizer=0
        )

    return ratio(ours, peer)


def reading() -> tuple[float, float, float]:
    """A whole post page with its comments, beside a template that only loops over the same rows."""
    from django.template import Context, Engine
    from django.test import Client

    from blog.models import Post
    from comments.models import Comment

    post = Post.objects.published().posts().newest_first()[0]
    # What the peer of the form inserted has no place in a thread.
    rows = Comment.objects.filter(post=post).exclude(path="").order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:COMMENTS])
    Comment.objects.filter(pk__in=keys).update(state=Comment.State.APPROVED)
    rows = Comment.objects.filter(pk__in=keys)
    loop = "{% for c in comments %}<article><h3>{{ c.name }}</h3>{{ c.body_html|safe }}</article>{% endfor %}"
    template = Engine().from_string(loop)
    client = Client()

    def ours() -> None:
        assert client.get(post.get_absolute_url()).status_code == 200

    def peer() -> None:
        template.render(Context({"comments": list(rows)}))

    return ratio(ours, peer)


def main() -> None:
    """Measure both and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        print(f"{'':<44}{'ours ms':>9}{'peer ms':>9}{'ratio':>8}")
        for name, measure in (
            ("comment: form to durable row / bare insert", submitting),
            (f"post page with {COMMENTS} comments / bare loop", reading),
        ):
            mine, theirs, times = measure()
            print(f"{name:<44}{mine:>9.2f}{theirs:>9.2f}{times:>8.1f}")


if __name__ == "__main__":
    main()
