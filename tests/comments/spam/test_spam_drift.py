"""What the site has taught shows in the report as soon as it turns verdicts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog.models import Post, Site
from comments import taught
from comments.drift import LATELY, drift
from comments.facts import words_alone
from comments.models import Comment, Lesson
from comments.moderation import approve, mark_spam, restore
from comments.spam.hindsight import Share
from comments.spam.learned import weights as model
from comments.spam.learned.features import features_of
from comments.spam.learned.lessons import lesson_of
from comments.spam.learned.weights import SiteWeights
from ledger.models import Entry
from tests.comments.conftest import make_comment

pytestmark = pytest.mark.django_db
REPORT = "/admin/comments/spam-report/"
TEXTS = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "genuine.jsonl").read_text("utf-8").splitlines()
]


def genuine(post: Post, count: int) -> list[Comment]:
    """Comments of readers; beyond those that were written for the tests, the same with a number."""
    bodies = [f"{text} ({again})" if again else text for again in range(3) for text in TEXTS]
    return [
        make_comment(post, name=f"Reader {n}", body=body) for n, body in enumerate(bodies[:count])
    ]


def words(page: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


@pytest.fixture
def desk(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


def test_site_that_taught_nothing_looks_at_no_comment(
    post: Post, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine(post, 3)
    looked: list[Comment] = []
    monkeypatch.setattr("comments.drift.words_alone", looked.append)
    assert drift(Site.current()) == Share(0, 0)
    assert looked == []
    assert "Nothing yet: it judges as it came." in words(desk.get(REPORT))


def test_ordinary_decisions_are_counted_and_not_warned_of(
    post: Post, desk: Client, moderator: User
) -> None:
    for comment in genuine(post, 4):
        approve(comment, by=moderator, seen=1)
    said = words(desk.get(REPORT))
    assert "It has learned from 4 decisions." in said
    assert "another verdict: 0 of 4; 0–49 %" in said
    assert "more than 1 %" not in said


def test_a_thousand_poisoned_decisions_show(post: Post, desk: Client, moderator: User) -> None:
    # The decisions of ten angry days about comments that are as genuine as the two hundred.
    rows = genuine(post, LATELY + 10)
    features = [features_of(words_alone(one)) for one in rows]
    today = taught.today()
    old = Comment.objects.bulk_create(
        Comment(post=post, name="Olu", body=f"{n}", body_html="", sanitizer=1, state="spam",
                decided_by=moderator.pk)
        for n in range(1_000)
    )  # fmt: skip
    for n, comment in enumerate(old):
        one = lesson_of(features[n % len(rows)], SiteWeights(), is_spam=True, day=today - n % 10)
        Lesson.objects.create(
            comment=comment, is_spam=True, features=one.features, error=one.error, day=one.day
        )
    turned = drift(Site.current())
    assert turned.whole == LATELY
    assert turned.part > LATELY / 100
    mark_spam(rows[0], by=moderator, seen=1)
    said = words(desk.get(REPORT))
    assert f"another verdict: {turned.part} of {LATELY};" in said
    assert "That is more than 1 %." in said


def test_putting_back_unteaches(post: Post, desk: Client, moderator: User) -> None:
    rows = genuine(post, 5)
    spam = [mark_spam(one, by=moderator, seen=1) for one in rows]
    for one in spam:
        restore(one, by=moderator, seen=one.revision)
    assert taught.weights() == SiteWeights()
    approve(make_comment(post), by=moderator, seen=1)
    assert "another verdict: 0 of 6; 0–40 %" in words(desk.get(REPORT))


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The weights that come with the package are cut in half on this machine."""
    cut = tmp_path / "shipped.bin"
    cut.write_bytes(model.SHIPPED.read_bytes()[: model.SHIPPED.stat().st_size // 2])
    cut.with_suffix(".json").write_bytes(model.SHIPPED.with_suffix(".json").read_bytes())
    monkeypatch.setattr(model, "SHIPPED", cut)
    model.shipped.cache_clear()
    yield
    model.shipped.cache_clear()


@pytest.mark.parametrize("is_decided", [True, False])
def test_damaged_weights_are_told_and_break_no_page(
    post: Post, desk: Client, moderator: User, damaged: None, is_decided: bool
) -> None:
    held = make_comment(post, body="What did the pumps cost?")
    assert "hold" in Entry.objects.about(held).get().facts["verdict"]
    if is_decided:
        approve(held, by=moderator, seen=1)
    assert "every comment waits for a person" in words(desk.get(REPORT))
