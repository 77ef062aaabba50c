"""What readers leave behind goes when the page about privacy says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone

from blog import roles
from blog.models import Author, Post
from comments import retention
from comments.models import Comment, Throttle
from comments.throttle import seconds_to_wait
from ledger.models import Entry

State = Comment.State


@pytest.fixture
def post(db: None) -> Post:
    """A post to comment on."""
    user = User.objects.create_user("dana")
    user.groups.set(Group.objects.filter(name=roles.CEO))
    Author.objects.create(name="Dana", slug="dana", user=user)
    return Post.objects.create(slug="hello")


def make_comment(post: Post, *, days: float, **fields: Any) -> Comment:
    """Make a comment that is `days` old."""
    said: dict[str, Any] = {
        "name": "Ada",
        "email": "ada@example.com",
        "body": f"Words of {days} {fields}",
        "body_html": "<p>Words</p>",
        "network": "n" * 64,
        "digest": f"{days}{fields}"[:64],
        "evidence": [{"sentence": "It quotes the words."}],
    }
    moment = timezone.now() - timedelta(days=days)
    if fields.get("state") == State.SPAM:
        said["decided_at"] = moment
    return Comment.objects.create(post=post, sanitizer=1, created_at=moment, **(said | fields))


def test_network_of_a_comment_is_blanked_after_thirty_days(post: Post) -> None:
    older = make_comment(post, days=retention.NETWORK_DAYS + 0.1, state=State.APPROVED)
    newer = make_comment(post, days=retention.NETWORK_DAYS - 0.1, state=State.APPROVED)
    assert retention.forget() == 1
    older.refresh_from_db()
    newer.refresh_from_db()
    assert older.network == ""
    assert older.body.startswith("Words")
    assert newer.network == "n" * 64


def test_spam_is_blanked_after_thirty_days_and_keeps_its_place(post: Post) -> None:
    spam = make_comment(post, days=retention.SPAM_DAYS + 0.1, state=State.SPAM)
    retention.forget()
    spam.refresh_from_db()
    kept = (spam.name, spam.email, spam.body, spam.body_html, spam.network, spam.digest)
    assert kept == ("", "", "", "", "", None)
    assert spam.evidence == []
    assert (spam.state, spam.revision) == (State.SPAM, 2)


@pytest.mark.parametrize("state", [State.PENDING, State.APPROVED, State.REJECTED, State.REMOVED])
def test_words_that_are_no_spam_stay(post: Post, state: str) -> None:
    comment = make_comment(post, days=400, state=state)
    retention.forget()
    comment.refresh_from_db()
    assert comment.body.startswith("Words")


def test_days_of_spam_count_from_the_decision(post: Post) -> None:
    yesterday: datetime = timezone.now() - timedelta(days=1)
    comment = make_comment(post, days=400, state=State.SPAM, decided_at=yesterday)
    retention.forget()
    comment.refresh_from_db()
    assert comment.body != ""


def test_spam_that_no_person_has_seen_stays(post: Post) -> None:
    comment = make_comment(post, days=400, state=State.SPAM, decided_at=None)
    retention.forget()
    comment.refresh_from_db()
    assert comment.body != ""


def test_purge_is_recorded_without_words_and_happens_once(post: Post) -> None:
    spam = make_comment(post, days=40, state=State.SPAM)
    retention.forget()
    retention.forget()
    entry = Entry.objects.get(verb="purge")
    assert entry.facts == {"comments": [spam.pk]}
    call_command("verify_ledger", verbosity=0)


def test_large_purge_is_made_in_batches(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    for number in range(5):
        make_comment(post, days=40 + number, state=State.SPAM)
    assert retention.purge_spam(timezone.now()) == 5
    assert Entry.objects.filter(verb="purge").count() == 3


@pytest.mark.django_db
def test_counters_against_floods_go_after_a_day() -> None:
    now = timezone.now()
    seconds_to_wait("network", now=(now - timedelta(days=2)).timestamp())
    seconds_to_wait("another", now=now.timestamp())
    assert retention.forget(now=now) == 1
    assert Throttle.objects.count() == 1
