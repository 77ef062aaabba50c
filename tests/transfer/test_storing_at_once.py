"""Imports that are killed, and imports of one file at the same time: each thing comes in once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from blog.models import Author, Batch, Post, Topic
from comments.models import Comment
from ledger.verify import Chain
from tests.cast import make_ceo
from tests.comments.conftest import arrival
from tests.transfer.sources import BY, Given, Many, make_article, make_remark
from transfer.items import Label, Person
from transfer.models import Imported
from transfer.storing import bring

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent


def start(database_url: str, *numbers: int) -> subprocess.Popen[bytes]:
    """Start a process that imports once it is told to."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.transfer.importer", *map(str, numbers)],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def assert_whole(articles: int, remarks: int) -> None:
    """Everything is here once, numbered in one chain."""
    assert Post.objects.count() == articles
    assert Comment.objects.count() == articles * remarks
    assert Imported.objects.count() == articles * (1 + remarks)
    assert Batch.objects.get().finished_at is not None
    assert list(Chain().problems()) == []


def test_import_that_is_killed_goes_on_when_it_is_run_again(database_url):
    first = start(database_url, 450, 2, 430)
    first.communicate(b"\n", timeout=120)
    assert first.returncode == -signal.SIGKILL
    assert Post.objects.count() == 400
    assert Batch.objects.get().finished_at is None
    second = start(database_url, 450, 2)
    _, errors = second.communicate(b"\n", timeout=120)
    assert second.returncode == 0, errors.decode()
    assert_whole(450, 2)


def test_two_processes_bring_in_each_thing_once(database_url):
    both = [start(database_url, 450, 2) for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in both:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors.decode()
    assert_whole(450, 2)
    assert Batch.objects.get().summary["Posts imported"] == 450


def test_imports_of_different_files_at_once_share_bylines_and_topics(run_together):
    def work(number: int) -> None:
        items = [
            make_article(
                f"{one}",
                title="The same title",
                author=Person(key=f"{one}", name=f"Person {one % 9}"),
                topics=(Label(name=f"Topic {one % 11}"),),
                remarks=(make_remark(f"{one}"),),
            )
            for one in range(210)
        ]
        bring(Given(*items, origin=f"https://{number}.example.com"), by=BY)

    run_together(3, work, reraise=True)
    assert Post.objects.count() == Comment.objects.count() == 630
    assert Author.objects.count() == 9
    assert Topic.objects.count() == 11
    assert list(Chain().problems()) == []


def test_readers_write_while_an_import_runs(run_together):
    from comments.moderation import Said, submit
    from tests.cast import make_post

    post = make_post(make_ceo(), slug="open")

    def work(number: int) -> None:
        if number == 0:
            bring(Many(420, 3), by=BY)
            return
        for one in range(10):
            submit(post, Said(name=f"R {number}", body=f"Thought {one} of {number}."), arrival())

    run_together(3, work, reraise=True)
    assert Comment.objects.filter(post=post).count() == 20
    assert Comment.objects.count() == 20 + 1260
    paths = Comment.objects.values_list("pk", "path")
    assert all(path.endswith(f"{pk:010d}") for pk, path in paths)
    assert list(Chain().problems()) == []


def test_step_whose_address_is_taken_meanwhile_is_tried_again(monkeypatch):
    """Somebody writes a post of the same address between the choice and the insert."""
    from blog import workflow
    from tests.cast import make_draft

    ceo = make_ceo()
    genuine = workflow.bring_in
    calls = []

    def late(*args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            make_draft(ceo, slug="our-plan")
        return genuine(*args, **kwargs)

    monkeypatch.setattr(workflow, "bring_in", late)
    bring(Given(make_article(remarks=(make_remark(),))), by=BY)
    assert len(calls) == 2
    assert Post.objects.filter(slug="our-plan").count() == 1
    assert Comment.objects.count() == 1
