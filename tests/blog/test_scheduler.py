"""The timer may be killed at any moment: a post goes live once, and each mail is queued once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog import roles, workflow
from blog.models import Outbox, Post
from blog.workflow.telling import LIVE
from ledger.models import Entry
from ledger.verify import Chain, problems
from tests.cast import make_draft, make_user

pytestmark = pytest.mark.django_db(transaction=True)

KILLED = -signal.SIGKILL
Schedule = Callable[[str], Post]


class Publishers:
    """Processes that publish what is due, and that can be killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, *steps: int) -> list[int]:
        """Start one for each number of a step before which it kills itself; 0 is none."""
        assert self._process.stdin
        self._process.stdin.write(" ".join(map(str, steps)) + "\n")
        self._process.stdin.flush()
        return self._line()

    def ends(self) -> list[int]:
        """Wait until all have ended, and return their exit statuses."""
        return self._line()

    def run(self, *steps: int) -> list[int]:
        """Start them and return how they ended."""
        self.start(*steps)
        return self.ends()

    def _line(self) -> list[int]:
        assert self._process.stdout
        return [int(number) for number in self._process.stdout.readline().split()]


@pytest.fixture
def publishers(database_url: str) -> Iterator[Publishers]:
    """A process that starts publishers, quickly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.blog.publisher_process"],
        env={**os.environ, "DATABASE_URL": database_url},
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield Publishers(process)
    process.communicate(timeout=30)


@pytest.fixture
def schedule(ceo: User, writer: User) -> Schedule:
    """Make a post that three people worked on, and whose moment has passed unnoticed by any timer."""
    planner = make_user("Pim Planner", roles.WRITER)

    def make(slug: str) -> Post:
        with time_machine.travel(timezone.now() - timedelta(hours=1)):
            post = make_draft(writer, slug=slug, author=ceo.author)
            workflow.approve(workflow.submit(post, by=writer), by=ceo)
            at = timezone.now() + timedelta(minutes=30)
            return workflow.schedule(post, by=planner, at=at)

    return make


def assert_live_once(post: Post) -> None:
    """The post is published, the record says so once, and each of the three has one mail."""
    post.refresh_from_db()
    assert post.state == Post.State.PUBLISHED
    assert Entry.objects.about(post).filter(verb="publish").count() == 1
    mails = Outbox.objects.filter(digest=f"{LIVE}:{post.pk}")
    told = Counter(mails.values_list("to", flat=True))
    assert told == {"dana@example.com": 1, "sam@example.com": 1, "pim@example.com": 1}


def assert_all_or_nothing(post: Post) -> None:
    """The post is marked, recorded and told of, or none of these."""
    post.refresh_from_db()
    is_marked = post.state == Post.State.PUBLISHED
    assert Entry.objects.about(post).filter(verb="publish").count() == is_marked
    assert Outbox.objects.filter(digest=f"{LIVE}:{post.pk}").count() == 3 * is_marked


def test_killed_before_any_statement_it_goes_live_once(
    publishers: Publishers, schedule: Schedule, client: Client
) -> None:
    marked_at = []
    for step in range(1, 200):
        post = schedule(f"step-{step}")
        (end,) = publishers.run(step)
        assert_all_or_nothing(post)
        assert client.get(post.get_absolute_url()).status_code == 200
        marked_at.append(post.state == Post.State.PUBLISHED)
        assert publishers.run(0) == [0]
        assert_live_once(post)
        if end == 0:
            break
        assert end == KILLED
    # Up to the commit nothing is done, after it everything, and the last one was not killed.
    first = marked_at.index(True)
    assert first > 10
    assert marked_at[first:] == [True] * len(marked_at[first:])
    assert len(marked_at) > first + 1
    assert list(problems(Chain())) == []


def test_killed_at_random_it_goes_live_once(publishers: Publishers, schedule: Schedule) -> None:
    posts = [schedule(f"post-{number}") for number in range(40)]
    pauses = random.Random(2026)
    killed = 0
    for _ in range(15):
        (worker,) = publishers.start(0)
        time.sleep(pauses.uniform(0.005, 0.08))
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        killed += publishers.ends() == [KILLED]
        for post in posts:
            assert_all_or_nothing(post)
    assert killed > 3
    assert publishers.run(0) == [0]
    for post in posts:
        assert_live_once(post)


def test_several_timers_at_once_are_one(publishers: Publishers, schedule: Schedule) -> None:
    posts = [schedule(f"post-{number}") for number in range(20)]
    assert publishers.run(0, 0, 0) == [0, 0, 0]
    for post in posts:
        assert_live_once(post)


def test_one_of_two_timers_is_killed_and_the_other_goes_on(
    publishers: Publishers, schedule: Schedule
) -> None:
    for step in range(1, 40, 4):
        post = schedule(f"step-{step}")
        assert 0 in publishers.run(step, 0)
        assert_live_once(post)
