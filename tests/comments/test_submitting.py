"""Sending a comment through the front door: accepted once, and nothing written is lost."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from blog.models import Post, Site
from comments.models import Comment
from ledger.models import Entry
from tests.comments.conftest import OWN

pytestmark = pytest.mark.django_db


def kept_text(response: Any) -> str:
    """The words in the editable field of an answer."""
    found = re.search(
        r'<textarea[^>]*name="body"[^>]*>\n?(.*?)</textarea>', response.content.decode(), re.DOTALL
    )
    assert found, "the answer has no editable field"
    return html.unescape(found[1])


def test_comment_waits_and_its_writer_gets_a_private_page(send, client):
    response = send()
    assert response.status_code == 303
    assert response["Location"].startswith("/comments/mine/")
    comment = Comment.objects.get()
    assert (comment.state, comment.name, comment.visibility) == ("pending", "Mara Quist", "public")
    page = client.get(response["Location"])
    assert "Waiting for a person" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_arrival_is_recorded_without_personal_data(send):
    send(email="mara@example.org")
    entry = Entry.objects.get(verb="submit_comment")
    assert entry.subject == f"comments.comment:{Comment.objects.get().pk}"
    assert "mara" not in str(entry.facts).lower()


def test_no_cookie_and_no_token_for_a_reader(send, post):
    client = Client(enforce_csrf_checks=True)
    page = client.get(post.get_absolute_url())
    response = send(client=client)
    assert response.status_code == 303
    assert not client.cookies
    assert "csrf" not in page.content.decode()
    assert "Set-Cookie" not in page.headers


def test_private_note_is_never_public(send, post, client):
    location = send(visibility="private", body="CANARY-PRIVATE please call me")["Location"]
    comment = Comment.objects.get()
    assert comment.visibility == "private"
    assert "CANARY-PRIVATE" not in client.get(post.get_absolute_url()).content.decode()
    assert client.get(comment.get_absolute_url()).status_code == 404
    assert "It is not for publication" in client.get(location).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Tell us your name"),
        ({"body": ""}, "Write your comment first"),
        ({"body": " \u200b\n"}, "Write your comment first"),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"email": "mara@"}, "Enter an email address such as name@example.com"),
        ({"url": "javascript:alert(1)"}, "Enter a web address such as https://example.com"),
        ({"url": "ftp://example.org"}, "Enter a web address"),
        ({"url": "https://x' onclick='alert(1)"}, "Enter a web address"),
        ({"url": "https://example.org/" + "a" * 200}, "at most 200 characters"),
        ({"visibility": "everyone"}, "Choose whether everybody or only the author"),
        ({"parent": "999999"}, "no longer here"),
        ({"parent": "9" * 5000}, "no longer here"),
        ({"parent": "-1"}, "no longer here"),
    ],
)
def test_wrong_field_gets_a_sentence_and_the_words_stay(send, changes, sentence):
    response = send(**{"body": "Words worth keeping", **changes})
    assert response.status_code == 422
    assert sentence in html.unescape(response.content.decode())
    assert kept_text(response) == changes.get("body", "Words worth keeping")
    assert not Comment.objects.exists()


@pytest.mark.parametrize("length", [4999, 5000])
def test_text_up_to_the_limit_is_kept_whole(send, length):
    assert send(body="é" * length).status_code == 303
    assert len(Comment.objects.get().body) == length


def test_longer_text_is_refused_whole_with_its_length(send):
    response = send(body="é" * 5001)
    assert response.status_code == 422
    assert "This has 5,001 characters; at most 5,000 fit." in response.content.decode()
    assert kept_text(response) == "é" * 5001


def test_bare_host_is_taken_for_https(send):
    send(url="example.org/me")
    assert Comment.objects.get().url == "https://example.org/me"


def test_missing_stamp_is_accepted_with_evidence(send):
    send(stamp="")
    comment = Comment.objects.get()
    assert comment.state == "pending"
    assert any(finding["check"] == "timing" for finding in comment.evidence)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_ORIGIN": "http://testserver"},
        {},
    ],
)
def test_own_or_unknown_origin_is_accepted(send, headers):
    assert send(headers=headers).status_code == 303
    assert Comment.objects.get().state == "pending"


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://["},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
    ],
)
def test_foreign_origin_stores_nothing_and_gives_the_words_back(send, headers):
    response = send(headers=headers, body="Words worth keeping")
    assert response.status_code == 403
    assert kept_text(response) == "Words worth keeping"
    assert 'id="comment-form"' in response.content.decode()
    assert not Comment.objects.exists()


def test_closed_post_gives_the_words_back(send, post):
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")
    response = send(body="Words worth keeping")
    assert response.status_code == 403
    assert "Comments on this post are closed." in response.content.decode()
    assert kept_text(response) == "Words worth keeping"


def test_comments_close_after_the_days_the_owner_chose(send, post):
    site = Site.current()
    site.close_comments_after = 14
    site.save()
    assert send().status_code == 303
    with time_machine.travel(post.published_at.timestamp() + 15 * 86400):
        assert send(body="Too late, it seems").status_code == 403


def test_read_only_site_gives_the_words_back(send, settings):
    settings.READ_ONLY = True
    response = send(body="Words worth keeping")
    assert response.status_code == 403
    assert kept_text(response) == "Words worth keeping"


def test_twenty_a_minute_and_then_a_pause(send):
    with time_machine.travel(1_800_000_000, tick=False):
        for number in range(20):
            assert send(body=f"Thought number {number}").status_code == 303
        response = send(body="Words worth keeping")
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 61
    assert kept_text(response) == "Words worth keeping"
    with time_machine.travel(1_800_000_061, tick=False):
        assert send(body="Words worth keeping").status_code == 303


def test_forwarded_address_of_a_stranger_does_not_help(send):
    with time_machine.travel(1_800_000_000, tick=False):
        codes = [
            send(
                body=f"{number}!", headers={"HTTP_X_FORWARDED_FOR": f"203.0.{number}.1"}
            ).status_code
            for number in range(21)
        ]
    assert codes[-1] == 429


def test_throttle_can_be_switched_off_for_load_tests(send, settings):
    settings.THROTTLE = False
    assert {send(body=f"Thought {number}").status_code for number in range(25)} == {303}


def test_locked_database_gives_the_words_back(send, monkeypatch):
    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("comments.moderation.submitting._store", locked)
    response = send(body="Words worth keeping")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert kept_text(response) == "Words worth keeping"


def test_broken_code_gives_the_words_back(send, monkeypatch):
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("comments.views.submit_comment", broken)
    response = send(body="Words worth keeping")
    assert response.status_code == 500
    assert "a fault of ours" not in response.content.decode()
    assert kept_text(response) == "Words worth keeping"


def test_second_click_gets_the_same_page(send):
    assert send()["Location"] == send()["Location"]
    assert Comment.objects.count() == 1


def test_same_words_from_elsewhere_never_get_the_private_page(send):
    first = send(headers={"HTTP_ORIGIN": "http://testserver", "REMOTE_ADDR": "192.0.2.1"})
    other = send(headers={"HTTP_ORIGIN": "http://testserver", "REMOTE_ADDR": "198.51.100.1"})
    assert other.status_code == 409
    assert first["Location"] not in other.content.decode()
    assert Comment.objects.count() == 1


def test_same_words_after_ten_minutes_get_the_public_address_only(send, moderator):
    from comments.moderation import approve

    with time_machine.travel(1_800_000_000, tick=False):
        send()
        comment = Comment.objects.get()
        approve(comment, by=moderator, seen=comment.revision)
    with time_machine.travel(1_800_000_000 + 601, tick=False):
        assert send()["Location"] == comment.get_absolute_url()


def test_public_and_private_are_two_choices_not_one_comment(send):
    send()
    send(visibility="private")
    assert set(Comment.objects.values_list("visibility", flat=True)) == {"public", "private"}


def test_state_and_score_cannot_be_sent_along(send):
    send(state="approved", score="0", author="1", badge="CEO", post="2", network="x", revision="9")
    comment = Comment.objects.get()
    assert (comment.state, comment.author_id, comment.badge, comment.revision) == (
        "pending",
        None,
        "",
        1,
    )


def test_get_of_the_submit_address_changes_nothing(client, post):
    assert client.get(f"/posts/{post.slug}/comments/").status_code == 405


def test_draft_takes_no_comments(send, post):
    Post.objects.filter(pk=post.pk).update(state="draft")
    assert send().status_code == 404


@pytest.mark.parametrize(
    "token", ["1-" + "a" * 27, "x", "1-", "-" + "a" * 27, "9" * 30 + "-" + "a" * 27, "%00", "1-é"]
)
def test_guessed_private_address_is_not_found(client, send, token):
    send()
    assert client.get(f"/comments/mine/{token}/").status_code == 404


def test_one_bit_of_a_private_address_makes_another_one(client, send):
    location = send()["Location"].rstrip("/")
    changed = location[:-1] + ("A" if location[-1] != "A" else "B")
    assert client.get(f"{changed}/").status_code == 404


@pytest.mark.parametrize("state", ["draft", "retracted"])
def test_post_that_went_away_meanwhile_gives_the_words_back(send, post, state):
    Post.objects.filter(pk=post.pk).update(state=state)
    response = send(body="Words worth keeping")
    assert response.status_code == 404
    assert kept_text(response) == "Words worth keeping"
    assert post.title not in response.content.decode()


def test_database_that_does_not_answer_gives_the_words_back(send, monkeypatch):
    def gone(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("blog.models.Site.current", gone)
    client = Client(raise_request_exception=False)
    response = send(client=client, body="Words worth keeping")
    assert response.status_code == 500
    assert kept_text(response) == "Words worth keeping"


def test_more_than_a_megabyte_is_told_so(send):
    response = send(body="é" * 700_000)
    assert response.status_code == 413
    assert "more than one megabyte" in response.content.decode()


def test_a_guess_at_an_address_is_answered_like_any_other(send, moderator):
    from comments.moderation import approve

    send(email="mara@example.org")
    comment = Comment.objects.get()
    approve(comment, by=moderator, seen=1)
    elsewhere = {"HTTP_ORIGIN": "http://testserver", "REMOTE_ADDR": "198.51.100.9"}
    guesses = [
        send(headers=elsewhere, email=guess) for guess in ("mara@example.org", "x@example.org", "")
    ]
    assert {guess["Location"] for guess in guesses} == {comment.get_absolute_url()}


def test_large_upload_is_refused_before_it_is_read(client, post):
    huge = "x" * 1_200_000
    response = client.post(f"/posts/{post.slug}/comments/", {"body": "y", "file": huge}, **OWN)
    assert response.status_code == 413
