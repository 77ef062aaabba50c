"""The private page of a comment: what it says, what its writer can do there, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from unittest import mock

import html5lib
import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from blog import roles
from blog.models import Post
from comments import moderation
from comments.models import Appeal, Comment, Edit
from comments.moderation.consenting import CONSENT, signature
from comments.private_links import STEPS, private_path, step_path
from config.logs import JsonFormatter
from ledger.models import Entry
from tests.cast import make_user
from tests.comments.conftest import OWN, THOUGHT, make_comment, make_public
from tests.surface import body_of

pytestmark = pytest.mark.django_db

BETTER = "The part about the river made me look up our own insurance. It pays <nothing>."
WORDS = "Words worth keeping\n\n  & a second line"


def take(comment: Comment, step: str, *, headers: Any = None, **fields: str) -> Any:
    """Send one step from the private page, as a browser without a cookie."""
    return Client().post(step_path(comment, step), fields, **(OWN if headers is None else headers))


def page(comment: Comment) -> str:
    """The private page as its writer sees it."""
    return body_of(Client().get(private_path(comment)))


def kept(response: Any) -> str:
    """The words in the first editable field of an answer."""
    field = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", body_of(response), re.DOTALL)
    assert field, body_of(response)
    return unescape(field[1])


def fields_for(step: str) -> dict[str, str]:
    """What a person sends with a step."""
    return {
        "edit": {"body": BETTER},
        "appeal": {"body": "I only quoted the report."},
        "consent": {"agreed": signature()},
    }.get(step, {})


Make = Callable[[Post, User], Comment]


def waiting(post: Post, moderator: User) -> Comment:
    return make_comment(post)


def rejected(post: Post, moderator: User) -> Comment:
    return moderation.reject(make_comment(post), by=moderator, seen=1, reason="It names a child.")


def withdrawn(post: Post, moderator: User) -> Comment:
    return moderation.withdraw(make_comment(post))


def note(post: Post, moderator: User) -> Comment:
    return make_comment(post, visibility="private")


# A comment of which each step can be taken, and where it leads.
ROOM: dict[str, tuple[Make, str]] = {
    "edit": (waiting, "pending"),
    "withdraw": (waiting, "withdrawn"),
    "come_back": (withdrawn, "pending"),
    "appeal": (rejected, "rejected"),
    "consent": (note, "pending"),
}


@pytest.fixture(params=STEPS)
def step(request: Any) -> str:
    """Each step in turn."""
    name: str = request.param
    return name


@pytest.fixture
def comment(step: str, post: Post, moderator: User) -> Comment:
    """A comment of which this step can be taken."""
    return ROOM[step][0](post, moderator)


def test_each_step_is_taken_and_leads_back_to_the_page(step, comment):
    entries = Entry.objects.count()
    response = take(comment, step, **fields_for(step))
    assert (response.status_code, response["Location"]) == (303, private_path(comment))
    now = Comment.objects.get(pk=comment.pk)
    assert (now.state, now.revision) == (ROOM[step][1], comment.revision + 1)
    assert Entry.objects.count() == entries + 1
    assert not response.cookies


def test_second_click_changes_nothing(step, comment):
    first = take(comment, step, **fields_for(step))
    entries = Entry.objects.count()
    second = take(comment, step, **fields_for(step))
    assert (second.status_code, second["Location"]) == (first.status_code, first["Location"])
    assert Entry.objects.count() == entries


def test_page_offers_the_step_and_the_form_names_its_address(step, comment):
    assert f'action="{step_path(comment, step)}"' in page(comment)
    take(comment, step, **fields_for(step))
    if step != "edit":
        assert f'action="{step_path(comment, step)}"' not in page(comment)


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_only_a_post_changes_anything(step, comment, method):
    response = getattr(Client(), method)(step_path(comment, step))
    assert response.status_code == 405
    assert Comment.objects.get().revision == comment.revision


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site", "HTTP_ORIGIN": "http://testserver"},
    ],
)
def test_foreign_page_changes_nothing(step, comment, headers):
    response = take(comment, step, headers=headers, **fields_for(step))
    assert response.status_code == 403
    assert "not ours" in body_of(response)
    assert Comment.objects.get().revision == comment.revision
    if "body" in fields_for(step):
        assert kept(response) == fields_for(step)["body"]


def test_browser_that_says_nothing_of_where_it_comes_from_is_believed(step, comment):
    assert take(comment, step, headers={}, **fields_for(step)).status_code == 303


def test_page_and_its_refusals_parse_without_an_error(step, comment):
    for response in (
        Client().get(private_path(comment)),
        take(comment, step, headers={"HTTP_ORIGIN": "null"}, **fields_for(step)),
        take(comment, step, **fields_for(step)),
        Client().get(private_path(comment)),
    ):
        if response.content:
            html5lib.HTMLParser(strict=True).parse(response.content)


def test_wrong_token_finds_nothing_and_keeps_the_words(step, comment, post):
    other = make_comment(post, body="Somebody else wrote this.")
    path = step_path(comment, step).replace(f"/{comment.pk}-", f"/{other.pk}-")
    response = Client().post(path, {"body": WORDS}, **OWN)
    assert response.status_code == 404
    assert kept(response) == WORDS
    assert {one.revision for one in Comment.objects.all()} == {comment.revision, 1}


def test_own_cookie_and_session_play_no_part(step, comment, moderator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    response = client.post(step_path(comment, step), fields_for(step), **OWN)
    assert response.status_code == 303
    assert not response.cookies


def test_too_many_steps_are_slowed_down_and_the_words_kept(step, comment):
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(20):
            take(comment, "come_back")
        before = Comment.objects.get().revision
        response = take(comment, step, **fields_for(step))
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 61
    assert Comment.objects.get().revision == before
    if "body" in fields_for(step):
        assert kept(response) == fields_for(step)["body"]


@pytest.mark.parametrize("error", [OperationalError("database is locked"), RuntimeError("Boom")])
def test_broken_step_keeps_the_words_and_says_so(step, comment, error):
    with mock.patch("comments.moderation.writers.record", side_effect=error):
        response = take(comment, step, **fields_for(step))
    assert response.status_code == (503 if isinstance(error, OperationalError) else 500)
    assert 'role="alert"' in body_of(response)
    assert "no-store" in response["Cache-Control"]
    assert Comment.objects.get().revision == comment.revision
    if "body" in fields_for(step):
        assert kept(response) == fields_for(step)["body"]
    assert take(comment, step, **fields_for(step)).status_code == 303


def test_net_below_the_page_keeps_the_words_too(step, comment):
    client = Client(raise_request_exception=False)
    broken = OperationalError("database is locked")
    with mock.patch("comments.private_views.comment_for", side_effect=broken):
        response = client.post(step_path(comment, step), {"body": WORDS}, **OWN)
    assert response.status_code == 500
    assert kept(response) == WORDS
    assert f'action="{step_path(comment, step)}"' in body_of(response)
    assert f'href="{private_path(comment)}"' in body_of(response)


def test_step_of_more_than_a_megabyte_is_not_read(step, comment):
    response = take(comment, step, body="x" * 1_100_000)
    assert response.status_code == 413
    assert "it was not read" in body_of(response)
    assert Comment.objects.get().revision == comment.revision


def test_read_only_site_changes_nothing_and_keeps_the_words(step, comment, settings):
    settings.READ_ONLY = True
    response = take(comment, step, **fields_for(step))
    assert response.status_code == 403
    assert "read-only" in body_of(response)
    assert Comment.objects.get().revision == comment.revision


def test_answers_are_stored_nowhere_and_leak_no_address(step, comment):
    for response in (
        Client().get(private_path(comment)),
        take(comment, step, headers={"HTTP_ORIGIN": "null"}),
        take(comment, step, **fields_for(step)),
    ):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "strict-origin"
        assert response["X-Robots-Tag"] == "noindex"


def test_no_token_is_logged(step, comment, caplog):
    with mock.patch("comments.moderation.writers.record", side_effect=RuntimeError("Boom")):
        take(comment, step, **fields_for(step))
    lines = [JsonFormatter().format(record) for record in caplog.records]
    token = private_path(comment).split("/")[3]
    assert any("Boom" in line for line in lines)
    assert not any(token in line for line in lines)


@pytest.mark.parametrize(
    ("step", "sent", "sentence"),
    [
        ("edit", {"body": " \n\u200b"}, "Write your comment first."),
        ("edit", {"body": "x" * 5001}, "at most 5,000 fit"),
        ("edit", {}, "Write your comment first."),
        ("appeal", {"body": ""}, "Tell us why"),
        ("appeal", {"body": "x" * 1001}, "at most 1,000 fit"),
        ("consent", {}, "the tick is your signature"),
        ("consent", {"agreed": "on"}, "The sentence has changed"),
    ],
)
def test_step_without_what_it_needs_is_not_taken(comment, step, sent, sentence):
    response = take(comment, step, **sent)
    assert response.status_code == 422
    assert sentence in unescape(body_of(response))
    assert Comment.objects.get().revision == comment.revision
    if "body" in sent:
        assert kept(response) == sent["body"]


def test_edit_that_comes_too_late_gives_the_words_back_to_keep(post):
    comment = make_comment(post)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        response = take(comment, "edit", body=WORDS)
        assert "Change the words" not in page(comment)
    assert response.status_code == 409
    assert "That time is over" in body_of(response)
    assert kept(response) == WORDS
    assert not Edit.objects.exists()


@pytest.mark.parametrize("verb", ["reject", "remove", "answer", "withdraw"])
def test_edit_that_crosses_a_decision_gives_the_words_back(post, moderator, verb):
    comment = make_comment(post) if verb == "reject" else make_public(post, moderator)
    if verb == "withdraw":
        moderation.withdraw(comment)
    else:
        text = ["Passed on."] if verb == "answer" else []
        getattr(moderation, verb)(comment, *text, by=moderator, seen=comment.revision)
    response = take(comment, "edit", body=WORDS)
    assert response.status_code == 409
    assert kept(response) == WORDS
    assert not Edit.objects.exists()


def test_page_says_how_long_the_words_can_be_changed(post):
    comment = make_comment(post)
    for seconds, sentence in [
        (5, "another 15 minutes"),
        (839, "another 2 minutes"),
        (850, "another minute"),
    ]:
        with time_machine.travel(comment.created_at + timedelta(seconds=seconds), tick=False):
            assert sentence in page(comment)


def test_page_shows_new_words_that_wait_beside_the_public_ones(post, moderator):
    comment = make_public(post, moderator)
    take(comment, "edit", body=BETTER)
    text = page(comment)
    assert "Your new words" in text
    assert "It pays &lt;nothing&gt;." in text
    assert "What is public now" in text
    assert THOUGHT in text


def test_page_says_that_new_words_were_refused_and_why(post, moderator):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    moderation.refuse_edit(comment, by=moderator, seen=3, reason="It is about another post.")
    text = page(comment)
    assert "It is public" in text
    assert "the earlier ones stay. The reason given: It is about another post." in text
    moderation.edit(comment, "A third way to say it.")
    assert "The reason given" not in page(comment)


def test_page_says_when_the_words_were_changed(post):
    comment = make_comment(post)
    take(comment, "edit", body=BETTER)
    assert "You changed it on" in page(comment)


def test_refused_comment_names_the_reason_and_the_appeal(post, moderator):
    comment = rejected(post, moderator)
    assert "The reason given: It names a child." in page(comment)
    take(comment, "appeal", body="I only quoted the report.")
    assert "You asked for a second look. Somebody takes it" in page(comment)
    again = take(comment, "appeal", body=WORDS)
    assert again.status_code == 409
    assert kept(again) == WORDS
    colleague = make_user("Noor Haddad", roles.MODERATOR)
    now = Comment.objects.get(pk=comment.pk)
    moderation.refuse_appeal(now, by=colleague, seen=now.revision)
    assert "the decision stays" in page(comment)
    assert Appeal.objects.get().state == "refused"


def test_granted_appeal_is_told(post, moderator):
    comment = moderation.appeal(rejected(post, moderator), "I only quoted the report.")
    colleague = make_user("Noor Haddad", roles.MODERATOR)
    moderation.grant_appeal(comment, by=colleague, seen=comment.revision)
    assert "it is public after all" in page(comment)
    assert "The reason given" not in page(comment)


def test_withdrawn_comment_says_how_long_one_can_come_back(post, moderator):
    comment = rejected(post, moderator)
    take(comment, "withdraw")
    text = page(comment)
    assert "You took it back" in text
    assert "another 24 hours" in text
    assert "The reason given" not in text
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert "Put it back" not in page(comment)
        late = take(comment, "come_back")
    assert late.status_code == 409
    assert "24 hours ago" in body_of(late)


def test_note_shows_the_sentence_that_is_signed_and_the_answer_stays_private(post, moderator):
    private = moderation.answer_privately(
        note(post, moderator), "CANARY between us.", by=moderator, seen=1
    )
    assert CONSENT in unescape(page(private))
    assert "Take it back" not in page(private)
    take(private, "consent", agreed=signature())
    text = page(private)
    assert "Waiting for a person" in text
    assert "signed on" in text
    assert "only for you" in text


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("age", [0, 5, 60])
def test_spam_is_shown_and_offered_as_what_waits(post, visibility, age):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        comment = make_comment(post, visibility=visibility)
        clock.shift(timedelta(minutes=age))
        for step in (None, "edit", "consent"):
            if step:
                take(comment, step, **fields_for(step))
            before = page(comment)
            Comment.objects.update(state="spam", decided_at=timezone.now(), revision=90)
            assert page(comment) == before
            Comment.objects.update(state="pending", decided_at=None)


def test_spam_answers_each_step_as_what_waits_does(post, moderator, step):
    answers = []
    for state in ("pending", "spam"):
        comment = ROOM[step][0](post, moderator)
        field = "withdrawn_from" if comment.withdrawn_from else "state"
        if comment.state != "rejected":
            Comment.objects.filter(pk=comment.pk).update(
                decided_at=timezone.now(), **{field: state}
            )
        response = take(comment, step, **fields_for(step))
        text = page(comment).replace(private_path(comment), "/mine/")
        answers.append((response.status_code, text))
        Comment.objects.filter(pk=comment.pk).update(digest=None)
    assert answers[0] == answers[1]


def test_own_words_offer_nothing(post, moderator):
    own = moderation.answer(make_public(post, moderator), "Passed on.", by=moderator, seen=2)
    assert "What you can do" not in page(own)
    assert take(own, "withdraw").status_code == 409


def test_blanked_comment_offers_nothing(post):
    comment = make_comment(post)
    Comment.objects.update(body="", body_html="", state="spam")
    assert "What you can do" not in page(comment)
