"""Words that come back within thirty days are found among all comments, as long as those stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from blog.models import Post
from comments import echoes, moderation
from comments.echoes import ECHO_DAYS
from comments.facts import history_of
from comments.models import Comment, Echo
from comments.moderation.importing import Discussion, Saying, bring_in, unsaved
from comments.retention import forget
from comments.spam.minhash import BANDS, keys_of
from tests.cast import make_post
from tests.comments.conftest import arrival, make_comment, make_public

TEXT = "My neighbour collects old radios and your words fit our little club of listeners so well."
NEARLY = TEXT.replace("radios", "stamps") + " Bye!"
MANY, REAL = 20_000, 500
NOUNS = [
    "pump",
    "river",
    "floor",
    "valve",
    "market",
    "bridge",
    "winter",
    "engine",
    "harbour",
    "letter",
]

pytestmark = pytest.mark.django_db


def found_for(post: Post, text: str, **said: Any) -> list[str]:
    probe = Comment(post=post, body=text, name="Somebody Else", **said)
    return [seen.text for seen in history_of(probe).alike]


def remembered() -> list[int]:
    return sorted(set(Echo.objects.values_list("comment", flat=True)))


def thing(number: int) -> str:
    """A comment of its own for each number."""
    told = " and the ".join(NOUNS[int(digit)] for digit in f"{number:05}")
    return f"About {number * 7919:x}: the {told} cost us {number * 104729} in {number:o} days."


@pytest.fixture
def full_site(post: Post) -> Post:
    now = timezone.now() - timedelta(days=1)
    made = [
        Comment(post=post, name=f"R{n}", body=thing(n), sanitizer=1, created_at=now, path=str(n))
        for n in range(MANY)
    ]
    echoes.remember(Comment.objects.bulk_create(made, batch_size=2_000)[:REAL])
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [made[REAL].pk])
    return post


# As many keys as real ones, without the time that 20,000 signatures take.
_FILL = f"""
    INSERT INTO comments_echo (comment_id, key)
    SELECT comment.id, comment.id * 100000 + place.id FROM comments_comment comment
    JOIN (SELECT id FROM comments_comment ORDER BY id LIMIT {BANDS}) place ON comment.id >= %s
"""


# ── Finding ──────────────────────────────────────────────────────────────────────────────────────


def test_near_copy_that_a_reader_sends_waits_and_says_why(
    post: Post, moderator: User, send: Callable[..., Any]
) -> None:
    make_public(post, moderator, body=TEXT)
    assert send(body=NEARLY, name="Somebody Else").status_code == 303
    comment = Comment.objects.latest("pk")
    assert comment.state == Comment.State.PENDING
    reasons = {row["check"]: row["reason"] for row in comment.evidence}
    assert reasons["duplicates"].startswith("Nearly the same words were sent before, once: “My nei")


def test_near_copy_is_found_among_twenty_thousand_by_two_queries(
    full_site: Post, django_assert_num_queries: Any
) -> None:
    first = Comment.objects.order_by("pk").first()
    assert first is not None
    Comment.objects.filter(pk=first.pk).update(body=TEXT, state=Comment.State.SPAM)
    first.body = TEXT
    echoes.remember([first])
    probe = Comment(post=full_site, body=NEARLY, name="Somebody Else")
    with django_assert_num_queries(2) as asked:
        (seen, *_) = echoes.alike(probe, keys_of(NEARLY))
    assert (seen.text, seen.state) == (TEXT, "spam")
    assert "echoes_by_key" in plan_of(asked.captured_queries[0]["sql"])
    with django_assert_num_queries(7):
        history_of(probe)


def plan_of(sql: str) -> str:
    """How the database means to answer."""
    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE comments_echo")
        cursor.execute(f"{how} {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())


def test_what_is_alike_comes_before_what_is_less_and_spam_before_the_rest(post: Post) -> None:
    spam = make_comment(post, body=TEXT, name="Ann")
    Comment.objects.filter(pk=spam.pk).update(state=Comment.State.SPAM)
    make_comment(post, body=TEXT, name="Bo")
    make_comment(post, body=NEARLY, name="Cy")
    found = history_of(Comment(post=post, body=TEXT, name="Di")).alike
    assert [(one.name, one.state) for one in found] == [
        ("Ann", "spam"),
        ("Bo", "pending"),
        ("Cy", "pending"),
    ]


def test_second_click_is_no_repetition(post: Post) -> None:
    once, twice = make_comment(post, body=TEXT), make_comment(post, body=TEXT)
    assert once.pk == twice.pk
    assert "duplicates" not in {row["check"] for row in twice.evidence}
    assert found_for(post, TEXT, pk=once.pk) == []
    assert Echo.objects.count() == BANDS


def test_short_words_may_come_back(post: Post) -> None:
    make_comment(post, body="Thanks for sharing!")
    assert (found_for(post, "Thanks for sharing!"), remembered()) == ([], [])


def test_what_we_say_ourselves_may_come_back(post: Post, moderator: User) -> None:
    comment = make_public(post, moderator, body="What did yours say?")
    moderation.answer(comment, TEXT, by=moderator, seen=comment.revision)
    assert found_for(post, TEXT) == []


# ── Company ──────────────────────────────────────────────────────────────────────────────────────


def test_who_shares_a_link_a_name_or_a_network_is_counted(post: Post, ceo: User) -> None:
    other = make_post(ceo, title="Another post", slug="another")
    for number, where in enumerate([post, other, other]):
        link = "https://www.Radios.example/a" if number else "http://radios.example"
        make_comment(where, name=f"Name {number}", body=thing(number), url=link)
    make_comment(other, name="Mara", body=thing(8), url="https://mara.example")
    make_comment(other, name="Mara", body=thing(9), url="https://club.example")
    network = arrival().network
    probe = Comment(post=post, name="Mara", url="http://radios.example/x", network=network)
    known = history_of(probe).company
    assert (known.names_of_host, known.links_of_name, known.names_of_network) == (3, 2, 3)


def test_company_of_last_month_is_forgotten(post: Post) -> None:
    make_comment(post, name="Ann", url="http://radios.example")
    probe = Comment(post=post, name="Mara", url="http://radios.example/x")
    assert history_of(probe).company.names_of_host == 1
    with time_machine.travel(timezone.now() + timedelta(days=ECHO_DAYS + 1)):
        assert history_of(probe).company.names_of_host == 0


# ── How long ─────────────────────────────────────────────────────────────────────────────────────


def test_words_are_found_for_thirty_days(post: Post) -> None:
    make_comment(post, body=TEXT)
    with time_machine.travel(timezone.now() + timedelta(days=ECHO_DAYS, hours=-1)):
        assert (forget(), found_for(post, TEXT)) == (0, [TEXT])
    with time_machine.travel(timezone.now() + timedelta(days=ECHO_DAYS, hours=1)):
        assert found_for(post, TEXT) == []
        forget()
    assert remembered() == []


def test_erased_people_leave_no_echo(post: Post, moderator: User) -> None:
    make_comment(post, body=TEXT, email="mara@example.org")
    other = make_comment(post, body="What did the pumps of the whole valley cost you?")
    moderation.erase_person("mara@example.org", by=moderator)
    assert remembered() == [other.pk]


def test_withdrawn_words_leave_no_echo_until_they_come_back(post: Post) -> None:
    comment = make_comment(post, body=TEXT)
    moderation.withdraw(comment)
    assert (remembered(), found_for(post, TEXT)) == ([], [])
    moderation.come_back(comment)
    assert (remembered(), found_for(post, TEXT)) == ([comment.pk], [TEXT])


def test_changed_words_are_found_by_what_they_say_now(post: Post) -> None:
    said = "The pumps of the whole valley stood still on the second day of the flood."
    comment = make_comment(post, body=TEXT)
    moderation.edit(comment, said)
    assert (found_for(post, TEXT), found_for(post, said)) == ([], [said])


def test_words_that_replace_decided_spam_accuse_nobody(post: Post, moderator: User) -> None:
    said = "The pumps of the whole valley stood still on the second day of the flood."
    comment = moderation.mark_spam(make_comment(post, body=TEXT), by=moderator, seen=1)
    moderation.edit(comment, said)
    comment.refresh_from_db()
    assert (comment.state, comment.body) == ("spam", said)
    assert found_for(post, said) == []


def test_accepted_words_are_found_until_the_decision_is_undone(post: Post, moderator: User) -> None:
    said = "The pumps of the whole valley stood still on the second day of the flood."
    comment = moderation.edit(make_public(post, moderator, body=TEXT), said)
    assert found_for(post, TEXT) == [TEXT]
    taken = moderation.accept_edit(comment, by=moderator, seen=comment.revision)
    assert (found_for(post, TEXT), found_for(post, said)) == ([], [said])
    moderation.undo(taken, by=moderator, seen=taken.revision)
    assert (found_for(post, TEXT), found_for(post, said)) == ([TEXT], [])


def test_imported_words_are_found_if_they_are_recent(post: Post) -> None:
    now = timezone.now()
    old = unsaved(name="Ann", body=TEXT, at=now - timedelta(days=ECHO_DAYS + 1))
    new = unsaved(name="Bo", body=NEARLY, at=now - timedelta(days=1))
    gone = unsaved(name="Cy", body=TEXT, at=now, state=Comment.State.WITHDRAWN)
    sayings = [Saying(key=one.name, comment=one) for one in (old, new, gone)]
    bring_in([Discussion(post=post, sayings=sayings)])
    assert found_for(post, TEXT) == [NEARLY]


def test_no_signature_is_worked_out_while_a_lock_is_held(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def watched(text: str) -> tuple[int, ...]:
        asked.append(connection.in_atomic_block and len(connection.savepoint_ids) > began)
        return keys_of(text)

    began = len(connection.savepoint_ids)
    for module in ("echoes", "facts", "moderation.submitting"):
        monkeypatch.setattr(f"comments.{module}.keys_of", watched)
    make_comment(post, body=TEXT)
    assert asked == [False]
    assert remembered() == [Comment.objects.get().pk]
