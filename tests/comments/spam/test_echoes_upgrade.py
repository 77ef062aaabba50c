"""What was said before the upgrade, and while older code still ran, is found as well."""

from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.utils import timezone

from blog.models import Post
from comments import echoes, moderation
from comments.echoes import ECHO_DAYS
from comments.models import Comment, Echo
from comments.spam.minhash import keys_of
from config.jobs import JOBS
from tests.comments.conftest import make_comment, make_public
from tests.comments.spam.test_echoes import NEARLY, TEXT, remembered, thing

UPGRADE = "comments.migrations.0007_remember_recent_comments"

pytestmark = pytest.mark.django_db


def test_comments_from_before_the_upgrade_are_found(post: Post, moderator: User) -> None:
    comment = make_public(post, moderator, body=TEXT)
    make_comment(post, body=NEARLY, name="Withdrawn")
    moderation.withdraw(Comment.objects.latest("pk"))
    moderation.answer(comment, NEARLY, by=moderator, seen=comment.revision)
    before = sorted(Echo.objects.values_list("comment", "key"))
    step = importlib.import_module(UPGRADE)
    step.forget(apps, None)
    assert remembered() == []
    step.remember(apps, None)
    assert sorted(Echo.objects.values_list("comment", "key")) == before != []


def test_upgrade_makes_the_same_keys_without_the_code_of_today(post: Post) -> None:
    source = Path(importlib.import_module(UPGRADE).__file__ or "").read_text("utf-8")
    assert "from comments" not in source
    assert [*importlib.import_module(UPGRADE).keys_of("\ud800 ÄÖ" * 300)] == [
        *keys_of("\ud800 ÄÖ" * 300)
    ]


def test_comments_that_older_code_stored_are_remembered_by_the_worker(
    post: Post, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echoes, "_FEW", 2)
    missed = [make_comment(post, body=thing(n), name=f"Reader {n}") for n in range(5)]
    gone, own = make_comment(post, body=TEXT), missed[0]
    moderation.withdraw(gone)
    moderation.answer(own, TEXT, by=moderator, seen=own.revision)
    make_comment(post, body="Thanks!")
    (job,) = [one for one in JOBS if one.run == echoes.remember_missed]
    Echo.objects.all().delete()
    job.run()
    assert remembered() == [one.pk for one in missed]
    before = list(Echo.objects.order_by("pk").values())
    job.run()
    assert list(Echo.objects.order_by("pk").values()) == before


def test_old_comments_stay_forgotten(post: Post) -> None:
    make_comment(post, body=TEXT)
    Echo.objects.all().delete()
    Comment.objects.update(created_at=timezone.now() - timedelta(days=ECHO_DAYS, minutes=1))
    assert (echoes.remember_missed(), remembered()) == (0, [])
