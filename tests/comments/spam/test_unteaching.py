"""Each undo takes a lesson out again, and so does the end of the time for which it is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.models import Post
from blog.refusal import Refused
from comments import moderation
from comments.models import Lesson
from comments.person_export import export
from comments.retention import SPAM_DAYS, WITHDRAWN_DAYS, forget, purge_spam
from comments.spam.learned.table import Features
from tests.comments.conftest import make_comment
from tests.comments.spam.teaching import MARA, NOTHING, SPAM, act, learned, learned_afresh, lessons

pytestmark = pytest.mark.django_db

VERBS = ["approve", "mark_spam", "reject", "remove", "restore"]
STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(VERBS), st.booleans()), min_size=1, max_size=12
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_decision_and_undo_leave_the_weights_to_the_byte(
    post: Post, moderator: User, steps: list[tuple[int, str, bool]]
) -> None:
    with transaction.atomic():
        made = [make_comment(post, body=f"{SPAM} {n}") for n in range(4)]
        for number, verb, is_undone in steps:
            before, rows = learned(), lessons()
            try:
                after = act(verb, made[number], moderator)
            except Refused:
                continue
            if is_undone:
                moderation.undo(after, by=moderator, seen=after.revision)
                assert (learned(), lessons()) == (before, rows)
            assert learned() == learned_afresh()
        transaction.set_rollback(True)
    assert learned() == NOTHING


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(5)), count=st.integers(1, 5))
def test_undo_in_any_order_leaves_what_the_others_taught(
    post: Post, moderator: User, order: list[int], count: int
) -> None:
    with transaction.atomic():
        made = [make_comment(post, body=f"{SPAM} {n}") for n in range(5)]
        done = [act(["approve", "mark_spam"][n % 2], one, moderator) for n, one in enumerate(made)]
        for number in order[:count]:
            moderation.undo(done[number], by=moderator, seen=2)
        kept = sorted(made[number].pk for number in order[count:])
        assert [pk for pk, _ in lessons()] == kept
        assert learned() == learned_afresh()
        assert (learned() == NOTHING) == (not kept)
        transaction.set_rollback(True)


# ── How long it is kept ──────────────────────────────────────────────────────────────────────────


def test_erased_people_leave_no_lesson(post: Post, moderator: User) -> None:
    hers = make_comment(post, email=MARA)
    act("approve", hers, moderator)
    act("mark_spam", make_comment(post, body=SPAM, email=MARA), moderator)
    other = make_comment(post, body="What did the pumps cost?")
    act("approve", other, moderator)
    assert export(MARA)["comments"][0]["taught_the_spam_filter"]["is_spam"] is False
    moderation.erase_person(MARA, by=moderator)
    assert lessons() == [(other.pk, False)]


def test_blanked_spam_goes_on_teaching(post: Post, moderator: User) -> None:
    comment = make_comment(post, body=SPAM)
    act("mark_spam", comment, moderator)
    with time_machine.travel(timezone.now() + timedelta(days=SPAM_DAYS + 1)):
        assert purge_spam(timezone.now()) == 1
        comment.refresh_from_db()
        assert (comment.body, lessons()) == ("", [(comment.pk, True)])
        assert learned() == learned_afresh() != NOTHING


def test_blanked_spam_keeps_nothing_of_its_sender(post: Post, moderator: User) -> None:
    comment = make_comment(
        post, body=SPAM, name="Zebulon Quist", email=MARA, url="https://radios.example/a"
    )
    act("mark_spam", comment, moderator)
    before = learned()
    assert kept_groups() >= {"name", "link"}
    purge_spam(timezone.now() + timedelta(days=SPAM_DAYS + 1))
    # The words go on teaching; nothing is left by which a guess at a name could be tested.
    assert kept_groups() >= {"words", "letters"}
    assert kept_groups().isdisjoint({"name", "link"})
    assert NOTHING != learned() == learned_afresh() != before
    moderation.erase_person(MARA, by=moderator)
    assert lessons() == [(comment.pk, True)]


def test_lesson_of_blanked_spam_that_cannot_be_read_goes(
    post: Post, moderator: User, caplog: Any
) -> None:
    act("mark_spam", make_comment(post, body=SPAM), moderator)
    Lesson.objects.update(features=b"\xff\x00")
    assert purge_spam(timezone.now() + timedelta(days=SPAM_DAYS + 1)) == 1
    assert lessons() == []
    assert "cannot be read and is removed" in caplog.text


def kept_groups() -> set[str]:
    """The kinds of features that the one lesson holds."""
    groups = Features.unpack(bytes(Lesson.objects.get().features)).groups
    return {group.name for group in groups}


def test_withdrawn_words_teach_until_they_are_blanked(post: Post, moderator: User) -> None:
    comment = act("approve", make_comment(post), moderator)
    moderation.withdraw(comment)
    assert lessons() == [(comment.pk, False)]
    with time_machine.travel(timezone.now() + timedelta(days=WITHDRAWN_DAYS + 1)):
        forget()
    assert lessons() == []
