"""The demo is removed from a database in which nobody has worked, with its files, and whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.models import Image, Post, Site, Topic
from comments import moderation
from comments.models import Comment
from config.management.commands import demo as command
from ledger import guards
from ledger.models import Entry
from tests.cast import edited
from tests.comments.conftest import make_comment
from tests.conftest import RunTogether

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def demo(db: None) -> None:
    call_command("demo", stdout=StringIO())


def remove() -> None:
    call_command("demo", remove=True, stdout=StringIO())


def administrator() -> User:
    return User.objects.get(is_superuser=True)


def newsroom() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


def a_post() -> Post:
    post = Post.objects.posts().published().first()
    assert post is not None
    return post


def pictures_on_disk() -> list[str]:
    """The names of all files of pictures, their originals included."""
    return [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.suffix]


def test_removal_leaves_an_empty_site_with_roles_and_guards() -> None:
    assert pictures_on_disk()
    remove()
    for model in (User, Post, Comment, Entry, Site, Topic, Image):
        assert not model._default_manager.exists()
    assert pictures_on_disk() == []
    assert Group.objects.filter(name="CEO").exists()
    assert guards.missing() == []


def test_trying_out_comments_does_not_make_the_demo_ones_own() -> None:
    comment = make_comment(a_post(), body="We had the same flood, and the same week.")
    moderation.approve(comment, by=administrator(), seen=comment.revision)
    # The worker publishes what was scheduled; nobody has worked for that.
    assert workflow.publish_due(now=timezone.now() + timedelta(days=3)) == 1
    remove()
    assert not Post.objects.exists()


def test_nobody_writes_between_the_check_and_the_removal(run_together: RunTogether) -> None:
    is_checked, is_written = threading.Event(), threading.Event()
    user, post, check = administrator(), a_post(), command._what_is_not_demo
    words = edited(post, body="My own words.")

    def check_slowly() -> str:
        found = check()
        is_checked.set()
        is_written.wait(1)
        return found

    def save() -> None:
        assert is_checked.wait(10)
        workflow.save_version(post, words, by=user)
        is_written.set()

    acts: list[Callable[[], None]] = [remove, save]
    with mock.patch.object(command, "_what_is_not_demo", check_slowly):
        removed, saved = run_together(2, lambda number: acts[number]())
    assert removed is None
    assert isinstance(saved, Exception), "what was saved is gone, and nobody was told"
    assert not Post.objects.exists()


def test_removal_waits_for_nobody_for_long(run_together: RunTogether) -> None:
    is_writing, may_end = threading.Event(), threading.Event()

    def write_for_long() -> None:
        with transaction.atomic():
            Site.objects.update(tagline="Not finished")
            is_writing.set()
            may_end.wait(30)

    def try_to_remove() -> None:
        assert is_writing.wait(10)
        try:
            remove()
        finally:
            may_end.set()

    acts = [write_for_long, try_to_remove]
    _, refused = run_together(2, lambda number: acts[number]())
    assert isinstance(refused, CommandError)
    assert "Stop it, and try again. Nothing was removed." in str(refused)
    assert Post.objects.exists()
