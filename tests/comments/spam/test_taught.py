"""What has been taught is the same in every process, and the newest lessons count."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from blog.models import Post
from comments import taught
from comments.models import Lesson
from comments.retention import forget
from tests.comments.conftest import make_comment
from tests.comments.spam.teaching import NOTHING, SPAM, act, learned, learned_afresh, lessons

pytestmark = pytest.mark.django_db


def test_asking_again_costs_one_query(
    post: Post, moderator: User, django_assert_num_queries: Any
) -> None:
    act("mark_spam", make_comment(post, body=SPAM), moderator)
    learned()
    with django_assert_num_queries(1):
        learned()


def test_what_other_processes_taught_and_took_back_is_known(post: Post, moderator: User) -> None:
    made = [make_comment(post, body=f"{SPAM} {word}") for word in ("Soon", "Today")]
    act("mark_spam", made[0], moderator)
    here, known = learned(), taught._kept[0]
    # Elsewhere one is taught and one taken back; this process still knows what it knew.
    act("mark_spam", made[1], moderator)
    act("restore", made[0], moderator)
    taught._kept[0] = known
    assert learned() == learned_afresh() != here


def test_decision_while_lessons_are_read_can_be_undone_elsewhere(
    post: Post, moderator: User
) -> None:
    first, second = (
        make_comment(post, body=f"{SPAM} Soon"),
        make_comment(post, body=f"{SPAM} Today"),
    )
    act("mark_spam", first, moderator)
    waiting = [second]

    def decide_first(execute: Any, sql: str, *more: Any) -> Any:
        """Let somebody decide after the lessons were counted and before they are read."""
        if waiting and sql.startswith("SELECT") and '"token"' in sql and "SUM" not in sql:
            act("mark_spam", waiting.pop(), moderator)
        return execute(sql, *more)

    with connection.execute_wrapper(decide_first):
        taught.weights()
    assert waiting == []
    here = taught._kept[0]
    act("restore", second, moderator)
    # As in a process that did not hear of anything meanwhile.
    taught._kept[0] = here
    assert learned() == learned_afresh()


def test_number_that_is_used_twice_is_another_lesson(post: Post, moderator: User) -> None:
    first, second = make_comment(post, body=SPAM), make_comment(post, body="What did it cost?")
    with transaction.atomic():
        act("mark_spam", first, moderator)
        number = Lesson.objects.get().pk
        assert learned() != NOTHING
        transaction.set_rollback(True)
    act("approve", second, moderator)
    lesson = Lesson.objects.get()
    # As SQLite does by itself, and PostgreSQL never.
    Lesson.objects.update(id=number)
    assert (lesson.comment_id, learned()) == (second.pk, learned_afresh())


def test_newest_lessons_are_kept(
    post: Post, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taught, "MOST", 3)
    made = [make_comment(post, body=f"{SPAM} {n}") for n in range(5)]
    for comment in made:
        act("mark_spam", comment, moderator)
    counted = learned()
    assert forget() == 2
    assert [pk for pk, _ in lessons()] == [one.pk for one in made[2:]]
    # What is removed had stopped to count already.
    assert learned() == counted == learned_afresh()


def test_decision_while_old_lessons_are_removed_keeps_its_lesson(
    post: Post, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taught, "MOST", 2)
    made = [make_comment(post, body=f"{SPAM} {n}") for n in range(4)]
    for comment in made[:3]:
        act("mark_spam", comment, moderator)
    waiting = [made[3]]

    def decide_first(execute: Any, sql: str, *more: Any) -> Any:
        """Let somebody decide after the lessons were looked at and before the old ones go."""
        if sql.startswith("DELETE") and waiting:
            act("mark_spam", waiting.pop(), moderator)
        return execute(sql, *more)

    with connection.execute_wrapper(decide_first):
        assert taught.trim() == 1
    assert [pk for pk, _ in lessons()] == [one.pk for one in made[1:]]


def test_lessons_of_the_same_moment_are_told_apart(
    post: Post, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taught, "MOST", 2)
    made = [make_comment(post, body=f"{SPAM} {n}") for n in range(3)]
    for comment in made:
        act("mark_spam", comment, moderator)
    Lesson.objects.update(made_at=timezone.now())
    assert taught.trim() == 1
    assert [pk for pk, _ in lessons()] == [one.pk for one in made[1:]]


def test_lesson_that_cannot_be_read_silences_no_other(
    post: Post, moderator: User, caplog: Any, django_assert_num_queries: Any
) -> None:
    bad, good = make_comment(post, body=SPAM), make_comment(post, body=f"{SPAM} Again.")
    act("mark_spam", good, moderator)
    known = learned()
    act("mark_spam", bad, moderator)
    number = Lesson.objects.get(comment=bad).pk
    Lesson.objects.filter(pk=number).update(features=b"\xff\x00", token=1)
    assert learned() == learned_afresh() == known != NOTHING
    assert f"Lesson {number} of this site cannot be read" in caplog.text
    # What is known of it is kept: it is neither read nor told of again.
    caplog.clear()
    with django_assert_num_queries(1):
        assert learned() == known
    assert caplog.text == ""
    act("restore", bad, moderator)
    assert learned() == known
