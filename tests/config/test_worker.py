"""The worker does every job, and stops between two of them."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from blog import outbox, workflow
from blog.models import Post
from blog.words import Words
from config import jobs
from config.jobs import JOBS, Job
from config.management.commands.worker import work
from ledger.models import Entry


@pytest.mark.django_db
def test_one_round_sends_mail_and_publishes_what_is_due(
    founder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Words(title="Later", body="Words.", author=founder.author)
    post = workflow.create_post(words, by=founder, slug="later")
    moment = timezone.now() + timedelta(milliseconds=50)
    workflow.schedule(post, by=founder, seen=1, at=moment)
    outbox.send("ada@example.com", "Hello", "Text")
    time.sleep(0.06)

    call_command("worker", once=True)

    assert [sent.subject for sent in mail.outbox] == ["Hello"]
    post.refresh_from_db()
    assert post.state == Post.State.PUBLISHED


@pytest.mark.django_db
def test_read_only_site_has_an_idle_worker(founder: User, settings: Any) -> None:
    words = Words(title="Later", body="Words.", author=founder.author)
    post = workflow.create_post(words, by=founder, slug="later")
    workflow.schedule(post, by=founder, seen=1, at=timezone.now() + timedelta(hours=1))
    outbox.send("ada@example.com", "Hello", "Text")
    head = Entry.objects.count()

    settings.READ_ONLY = True
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        call_command("worker", once=True)

    assert mail.outbox == []
    assert Entry.objects.count() == head
    post.refresh_from_db()
    assert post.state == Post.State.SCHEDULED
    settings.READ_ONLY = False
    call_command("worker", once=True)
    assert [sent.subject for sent in mail.outbox] == ["Hello"]


@pytest.mark.django_db
def test_failing_job_is_logged_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    broken = Job("broken", lambda: 1 / 0, every=1)
    monkeypatch.setattr(
        "config.management.commands.worker.JOBS", (broken, Job("good", lambda: done.append("x"), 1))
    )
    with caplog.at_level(logging.ERROR):
        call_command("worker", once=True)
    assert done == ["x"]
    assert "The job “broken” failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_stop_lets_the_running_job_finish_and_starts_no_other() -> None:
    stop = threading.Event()
    done: list[str] = []

    def first() -> None:
        stop.set()
        done.append("first")

    work(stop, (Job("first", first, 1), Job("second", lambda: done.append("second"), 1)))
    assert done == ["first"]


@pytest.mark.django_db(transaction=True)
def test_job_runs_again_when_it_is_due() -> None:
    stop = threading.Event()
    runs: list[float] = []

    def often() -> None:
        runs.append(time.monotonic())
        if len(runs) == 3:
            stop.set()

    seldom: list[int] = []
    work(stop, (Job("often", often, 0.01), Job("seldom", lambda: seldom.append(1), 60)))
    assert len(runs) == 3
    assert seldom == [1]


def test_jobs_have_names_of_their_own() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert jobs.send_mail in {job.run for job in JOBS}
