"""The page that reports a comment, through the front door: thanked alike, and nothing typed is lost."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from blog.models import Post
from comments import moderation
from comments.models import Comment, Report
from comments.throttle import LIMITS
from tests.comments.conftest import OWN, make_comment, make_public

pytestmark = pytest.mark.django_db

Send = Callable[..., Any]


@pytest.fixture
def comment(post, moderator) -> Comment:
    """A public comment."""
    return make_public(post, moderator, name="Ada Lund", body="The first word.")


@pytest.fixture
def path(comment) -> str:
    """The address of the page that reports it."""
    return f"/comments/{comment.pk}/report/"


@pytest.fixture
def send(path) -> Send:
    """Send the form from our own page."""

    def sender(*, headers: Any = None, reader: int = 1, **changes: str) -> Any:
        said = {"reason": "abuse", "note": "He calls her a liar.", **changes}
        came = {"REMOTE_ADDR": f"198.51.{reader}.7", **(OWN if headers is None else headers)}
        return Client(enforce_csrf_checks=True).post(path, said, **came)

    return sender


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def test_each_comment_of_a_reader_links_to_the_page(client, post, comment, path, ceo):
    answer = moderation.answer(comment, "Thank you.", by=ceo, seen=comment.revision)
    page = client.get(post.get_absolute_url()).content.decode()
    assert f'href="{path}" rel="nofollow"' in page
    assert f"/comments/{answer.pk}/report/" not in page


def test_closed_thread_still_has_the_link(client, post, path):
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")
    page = client.get(post.get_absolute_url()).content.decode()
    assert path in page
    assert "?reply=" not in page


def test_page_shows_the_words_and_asks_why(client, path):
    response = client.get(path)
    page = text_of(response)
    assert "What Ada Lund wrote" in page
    assert "The first word." in page
    assert all(f'value="{reason}"' in page for reason in Report.Reason.values)
    assert 'name="robots" content="noindex' in page
    assert "csrf" not in page
    assert not response.cookies


def test_report_is_taken_and_thanked(send, comment):
    response = send()
    assert response.status_code == 200
    assert "Thank you" in text_of(response)
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    made = Report.objects.get()
    assert (made.comment, made.reason, made.note) == (comment, "abuse", "He calls her a liar.")


def test_second_report_of_a_reader_is_thanked_alike(send):
    assert send().content == send(reason="spam", note="").content
    assert Report.objects.get().reason == "abuse"


def test_third_reader_sends_it_back_and_her_second_click_is_thanked(send, comment, client, path):
    pages = [send(reader=reader).content for reader in (1, 2, 3, 3)]
    assert len(set(pages)) == 1
    comment.refresh_from_db()
    assert comment.state == "pending"
    assert client.get(path).status_code == 404
    assert send(reader=4).status_code == 404


def test_mistake_of_who_reported_before_shows_no_word_of_what_is_hidden(send):
    for reader in (1, 2, 3):
        send(reader=reader)
    page = text_of(send(reader=3, reason="", note="Words worth keeping"))
    assert "Words worth keeping" in page
    assert "The first word." not in page
    assert "Ada Lund" not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Choose what is wrong with it."),
        ({"reason": "because"}, "Choose what is wrong with it."),
        ({"note": "é" * 301}, "This has 301 characters"),
    ],
)
def test_mistake_gets_a_sentence_and_the_words_stay(send, changes, sentence):
    response = send(**changes)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert changes.get("note", "He calls her a liar.") in text_of(response)
    assert "checked" in text_of(response) or "reason" in changes
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
    ],
)
def test_foreign_origin_stores_nothing_and_gives_the_words_back(send, headers):
    response = send(headers=headers)
    assert response.status_code == 403
    assert "He calls her a liar." in text_of(response)
    assert not Report.objects.exists()


def test_old_browser_that_names_no_origin_is_heard(send):
    assert send(headers={}).status_code == 200
    assert Report.objects.exists()


def test_flood_is_slowed_down_and_gives_the_words_back(send):
    with time_machine.travel(1_800_000_000, tick=False):
        codes = [send().status_code for _ in range(LIMITS["report"].network)]
        response = send(note="Words worth keeping")
    assert set(codes) == {200}
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 61
    assert "Words worth keeping" in text_of(response)


def test_read_only_site_gives_the_words_back(send, settings):
    settings.READ_ONLY = True
    response = send()
    assert response.status_code == 403
    assert "He calls her a liar." in text_of(response)
    assert not Report.objects.exists()


def test_locked_database_gives_the_words_back(send, monkeypatch):
    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("comments.report_page.report_comment", locked)
    response = send()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "He calls her a liar." in text_of(response)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(client, path, method):
    assert getattr(client, method)(path).status_code == 405


def test_head_answers_like_get(client, path):
    response = client.head(path)
    assert (response.status_code, response.content) == (200, b"")
    assert not Report.objects.exists()


@pytest.mark.parametrize("state", ["pending", "rejected", "spam", "withdrawn", "removed"])
def test_hidden_comment_has_no_such_page(client, post, state):
    comment = make_comment(post)
    Comment.objects.filter(pk=comment.pk).update(state=state)
    path = f"/comments/{comment.pk}/report/"
    nobody = client.get("/comments/999999/report/")
    assert client.get(path).status_code == client.post(path, {"reason": "abuse"}).status_code == 404
    assert nobody.status_code == 404


def test_what_cannot_be_reported_has_no_such_page(client, post, ceo, comment):
    answer = moderation.answer(comment, "Thank you.", by=ceo, seen=comment.revision)
    assert client.get(f"/comments/{answer.pk}/report/").status_code == 404
    Comment.objects.filter(pk=comment.pk).update(kind=Comment.Kind.MENTION)
    assert client.get(f"/comments/{comment.pk}/report/").status_code == 404


def test_page_hides_with_its_post(client, post, path):
    Post.objects.filter(pk=post.pk).update(state="draft")
    assert client.get(path).status_code == 404


def test_state_and_weight_cannot_be_sent_along(send):
    send(weight="99", was_upheld="1", settled_at="2020-01-01", network="x")
    made = Report.objects.get()
    assert (made.weight, made.was_upheld, made.settled_at) == (1, None, None)
