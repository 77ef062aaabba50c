"""`kill -9` at random moments: every message arrives, and twice only as the same message."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from email import message_from_string
from email.policy import default

import pytest
from django.conf import settings

from blog import outbox
from blog.models import Outbox
from comments import moderation
from comments.models import Decision, Notice
from tests.cast import make_post
from tests.comments.correspondence import make_listener
from tests.smtp import MailServer, mail_server

KILLS = 20
PLAIN = 90
LISTENERS = 24

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workers(database_url: str):
    """Start a worker, whenever asked to, that sends through a mail server of the test."""
    with mail_server() as server:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        }
        command = [sys.executable, "-m", "tests.config.worker_process"]
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

        def start() -> int:
            assert process.stdin and process.stdout
            process.stdin.write("start\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield server, start
        process.communicate(timeout=30)


def queue_everything(ceo, moderator) -> set[str]:
    """Queue more than a hundred messages, some with their words and some that tell notices."""
    post = make_post(ceo, title="Why we raised the floor", slug="floor")
    listeners = [
        make_listener(post, name=f"Reader {n}", email=f"reader{n}@example.org", body=f"Word {n}.")
        for n in range(LISTENERS)
    ]
    for listener in listeners:
        moderation.approve(listener, by=moderator, seen=1)
    for number in range(PLAIN):
        outbox.send(f"plain{number}@example.org", "Hello", f"Text {number}")
    # What was decided is as good as a minute old.
    Decision.objects.all().delete()
    Outbox.objects.update(due_at=listeners[0].created_at)
    return {listener.email for listener in listeners}


def kill(start, server: MailServer, pauses: random.Random, *, is_sending: bool) -> None:
    """Kill a worker at a random moment: of its whole life, or while it sends."""
    before, worker, until = len(server.taken), start(), time.monotonic() + 10
    while is_sending and len(server.taken) == before and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(pauses.uniform(0, 0.05 if is_sending else 0.5))
    os.kill(worker, signal.SIGKILL)


def recipients_by_key(server: MailServer) -> dict[str, Counter[str]]:
    """Return how often each message arrived, by Message-ID and then by recipient and words."""
    arrived: dict[str, Counter[str]] = defaultdict(Counter)
    for text in server.taken:
        message = message_from_string(text, policy=default)
        plain = message.get_body(("plain",))
        words = plain.get_content() if plain else ""
        arrived[message["Message-ID"]][f"{message['To']} {message['Subject']} {words}"] += 1
    return arrived


def test_every_message_arrives_and_twice_only_as_the_same(ceo, moderator, workers) -> None:
    listening = queue_everything(ceo, moderator)
    server, start = workers
    server.delay = 0.01
    pauses = random.Random(2026)
    for number in range(KILLS):
        kill(start, server, pauses, is_sending=number % 2 == 0)
    assert Outbox.objects.exclude(sent_at=None).exists()
    assert Outbox.objects.filter(sent_at=None).exists()

    server.delay = 0
    last = start()
    until = time.monotonic() + 60
    while Outbox.objects.filter(sent_at=None).exists() and time.monotonic() < until:
        time.sleep(0.1)
    os.kill(last, signal.SIGTERM)

    rows = Outbox.objects.all()
    assert not rows.filter(sent_at=None).exists()
    assert not Notice.objects.exists()
    arrived = recipients_by_key(server)
    assert arrived.keys() == {f"<{row.key}@{settings.SITE_HOST}>" for row in rows}
    assert all(len(words) == 1 for words in arrived.values())
    told = Counter(next(iter(words)).partition(" ")[0] for words in arrived.values())
    assert all(told[f"plain{number}@example.org"] == 1 for number in range(PLAIN))
    # Each heard that her comment is public, besides being asked for her address or not.
    public = Counter(
        one.partition(" ")[0] for words in arrived.values() for one in words if "is public" in one
    )
    assert public == dict.fromkeys(listening, 1)
