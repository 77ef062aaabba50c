"""Each decision teaches the filter of the site, and each undo takes the lesson out again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.models import Post
from blog.refusal import Refused
from comments import mail_links, moderation, taught
from comments.facts import history_of, words_alone
from comments.models import Comment, Lesson
from comments.person_export import export
from comments.retention import SPAM_DAYS, WITHDRAWN_DAYS, forget, purge_spam
from comments.spam.learned.features import features_of
from comments.spam.learned.model import probability
from comments.spam.learned.weights import DamagedModelError, ModelWeights, SiteWeights
from tests.comments.conftest import make_comment
from tests.comments.test_mail_decisions import buttons

pytestmark = pytest.mark.django_db
NOTHING = SiteWeights().as_bytes()
MARA = "mara@example.org"
SPAM = "Cheap backlinks for your site, write to us today."


def act(verb: str, comment: Comment, by: User, **more: Any) -> Comment:
    comment.refresh_from_db()
    done: Comment = getattr(moderation, verb)(comment, by=by, seen=comment.revision, **more)
    return done


def learned() -> bytes:
    return taught.weights().as_bytes()


def lessons() -> list[tuple[int, bool]]:
    return list(Lesson.objects.order_by("comment").values_list("comment", "is_spam"))


def test_each_decision_teaches_what_it_says(post: Post, moderator: User) -> None:
    good, bad = make_comment(post), make_comment(post, body=SPAM)
    assert learned() == NOTHING
    act("approve", good, moderator)
    act("mark_spam", bad, moderator)
    assert lessons() == [(good.pk, False), (bad.pk, True)]
    taught_good, taught_bad = (
        probability(features_of(words_alone(one)), taught.weights()) for one in (good, bad)
    )
    assert taught_good < probability(features_of(words_alone(good)), SiteWeights())
    assert taught_bad > probability(features_of(words_alone(bad)), SiteWeights())
    assert learned() != NOTHING


def test_what_was_learned_is_known_when_the_next_one_comes(post: Post, moderator: User) -> None:
    act("mark_spam", make_comment(post, body=SPAM), moderator)
    known = history_of(make_comment(post, body="What next?")).site
    assert known.as_bytes() == learned() != NOTHING


@pytest.mark.parametrize(
    ("verbs", "kept"),
    [
        (["reject"], None),
        (["approve", "remove"], False),
        (["approve", "mark_spam"], True),
        (["mark_spam", "approve"], False),
        (["mark_spam", "mark_spam"], True),
        (["mark_spam", "reject"], None),
        (["mark_spam", "restore"], None),
        (["approve", "remove", "restore"], None),
        (["reject", "approve"], False),
    ],
)
def test_only_the_last_word_about_spam_counts(
    post: Post, moderator: User, verbs: list[str], kept: bool | None
) -> None:
    comment = make_comment(post)
    for verb in verbs:
        act(verb, comment, moderator)
    assert lessons() == ([] if kept is None else [(comment.pk, kept)])


def test_second_look_teaches_too(post: Post, moderator: User, ceo: User) -> None:
    comment = make_comment(post, email=MARA)
    moderation.appeal(act("reject", comment, moderator), "Please look again.")
    act("grant_appeal", comment, ceo)
    assert lessons() == [(comment.pk, False)]


def test_decisions_of_many_teach_and_are_undone_together(
    client: Client, post: Post, moderator: User
) -> None:
    client.force_login(moderator)
    made = [make_comment(post, body=f"{SPAM} {n}") for n in range(4)]
    sent: dict[str, Any] = {f"seen-{one.pk}": one.revision for one in made}
    sent |= {"action": "mark_spam", "_selected_action": [one.pk for one in made]}
    client.post("/admin/comments/comment/", sent)
    assert lessons() == [(one.pk, True) for one in made]
    group = made[0].decisions.get().group
    moderation.undo_group(group, by=moderator)
    assert (lessons(), learned()) == ([], NOTHING)


def test_decision_by_mail_teaches(client: Client, post: Post, moderator: User) -> None:
    comment = make_comment(post)
    page = client.get(mail_links.link_for(comment, moderator, ["approve", "mark_spam"]).path)
    client.post(buttons(page)["Spam"])
    comment.refresh_from_db()
    assert comment.state == "spam"
    assert lessons() == [(comment.pk, True)]


def test_mentions_and_our_own_words_teach_nothing(post: Post, moderator: User, ceo: User) -> None:
    mention = make_comment(post)
    Comment.objects.filter(pk=mention.pk).update(kind="mention")
    act("approve", mention, moderator)
    asked = make_comment(post, body="And who paid?")
    own = moderation.answer(asked, "We did.", by=ceo, seen=1)
    assert lessons() == [(asked.pk, False)]
    for comment in Comment.objects.exclude(author=None):
        act("mark_spam", comment, moderator)
    assert lessons() == [(asked.pk, False)]
    assert own


def test_damaged_weights_stop_no_decision_and_its_lesson_counts_once_they_are_whole(
    post: Post, moderator: User, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def damaged() -> ModelWeights:
        raise DamagedModelError("cut in half")

    with monkeypatch.context() as broken:
        broken.setattr("comments.spam.learned.lessons.shipped", damaged)
        comment = act("approve", make_comment(post), moderator)
        assert (comment.state, lessons()) == ("approved", [(comment.pk, False)])
        assert learned() == NOTHING
    assert "Lessons of this site cannot be used" in caplog.text
    assert learned() != NOTHING


def test_damaged_lesson_leaves_the_shipped_weights(
    post: Post, moderator: User, caplog: Any
) -> None:
    act("mark_spam", make_comment(post, body=SPAM), moderator)
    Lesson.objects.update(features=b"\xff\x00", token=1)
    assert learned() == NOTHING
    assert "Lessons of this site cannot be used" in caplog.text
    assert make_comment(post, body="Still here?").pk


# ── Undo ─────────────────────────────────────────────────────────────────────────────────────────

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
            assert learned() == _afresh()
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
        assert learned() == _afresh()
        assert (learned() == NOTHING) == (not kept)
        transaction.set_rollback(True)


def _afresh() -> bytes:
    """What a process learns that has just begun."""
    kept, taught._kept[0] = taught._kept[0], taught._NOTHING
    try:
        return learned()
    finally:
        taught._kept[0] = kept


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
        assert learned() == _afresh() != NOTHING


def test_withdrawn_words_teach_until_they_are_blanked(post: Post, moderator: User) -> None:
    comment = act("approve", make_comment(post), moderator)
    moderation.withdraw(comment)
    assert lessons() == [(comment.pk, False)]
    with time_machine.travel(timezone.now() + timedelta(days=WITHDRAWN_DAYS + 1)):
        forget()
    assert lessons() == []


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
    assert learned() == counted == _afresh()


# ── Several processes ────────────────────────────────────────────────────────────────────────────


def test_asking_again_costs_one_query(
    post: Post, moderator: User, django_assert_num_queries: Any
) -> None:
    act("mark_spam", make_comment(post, body=SPAM), moderator)
    learned()
    with django_assert_num_queries(1):
        learned()


def test_what_other_processes_taught_and_took_back_is_known(post: Post, moderator: User) -> None:
    made = [make_comment(post, body=f"{SPAM} {word}") for word in ("Soon", "Today", "Ever")]
    act("mark_spam", made[0], moderator)
    here, known = learned(), taught._kept[0]
    # Elsewhere one is taught and one taken back; this process still knows what it knew.
    act("mark_spam", made[1], moderator)
    act("restore", made[0], moderator)
    taught._kept[0] = known
    assert learned() == _afresh() != here


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
    assert (lesson.comment_id, learned()) == (second.pk, _afresh())
