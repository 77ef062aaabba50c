"""A preview, without script: the comment as it would look, above the form that still holds it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from blog.models import Outbox, Post
from comments.arrival import stamp_for
from comments.models import Comment, Throttle
from ledger.models import Entry
from tests.comments.conftest import OWN, make_public
from tests.comments.test_submitting import kept_text
from tests.rows import rows_but_the_record

pytestmark = pytest.mark.django_db


def value_of(response: Any, name: str) -> str:
    """What a field of the form holds."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', response.content.decode())
    assert field, f"no field {name}"
    value = re.search(r'value="([^"]*)"', field[0])
    return html.unescape(value[1]) if value else ""


def article_of(response: Any) -> str:
    """The comment as it would look."""
    found = re.search(r"<article.*?</article>", response.content.decode(), re.DOTALL)
    assert found
    return found[0]


def test_preview_shows_the_comment_as_it_would_look(send):
    response = send(preview="1", body="What did *yours* say?", name="Mara", url="example.org/me")
    assert response.status_code == 200
    article = article_of(response)
    assert "<em>yours</em>" in article
    assert 'href="https://example.org/me" rel="nofollow ugc noopener"' in article
    assert "Nothing is sent yet." in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_preview_keeps_every_field_and_its_stamps(send, fields, post):
    sent = {
        "body": "Words *worth* keeping",
        "email": "mara@example.org",
        "url": "https://example.org/me",
        "visibility": "private",
        "elapsed": "61000",
        "stamp": stamp_for(post.pk),
    }
    response = send(preview="1", **sent)
    assert kept_text(response) == sent["body"]
    kept = {name: value_of(response, name) for name in ("name", "email", "url", "elapsed", "stamp")}
    assert kept == {name: fields(**sent)[name] for name in kept}
    assert 'value="private" checked' in response.content.decode()
    assert "Only Dana Whitfield" in response.content.decode()


def test_preview_stores_and_counts_nothing(send):
    before, entries = rows_but_the_record(), Entry.objects.count()
    for _ in range(25):
        assert send(preview="1").status_code == 200
    # Only that somebody asked for previews is counted, apart from what is sent.
    assert {row.key.split(":")[1] for row in Throttle.objects.all()} == {"preview"}
    Throttle.objects.all().delete()
    assert (rows_but_the_record(), Entry.objects.count()) == (before, entries)
    assert not Outbox.objects.exists()


def test_what_was_previewed_is_sent_as_any_other(send):
    page = send(preview="1", elapsed="30000")
    response = send(elapsed=value_of(page, "elapsed"), stamp=value_of(page, "stamp"))
    assert response.status_code == 303
    assert not [one for one in Comment.objects.get().evidence if one["check"] == "timing"]


def test_preview_without_script_gives_no_time_to_judge(send):
    page = send(preview="1")
    assert value_of(page, "elapsed") == ""


def test_preview_of_an_answer_says_whom_it_answers(send, post, moderator):
    parent = make_public(post, moderator, name="Ada Lund", body="The first word.")
    response = send(preview="1", parent=str(parent.pk))
    assert value_of(response, "parent") == str(parent.pk)
    assert re.search(r"In reply to <strong><bdi[^>]*>Ada Lund<", response.content.decode())


def test_mistake_in_a_preview_is_told_as_ever(send):
    response = send(preview="1", name="", body="Words worth keeping")
    assert response.status_code == 422
    assert kept_text(response) == "Words worth keeping"
    assert "<article" not in response.content.decode()


def test_preview_under_a_closed_post_gives_the_words_back(send, post):
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")
    response = send(preview="1", body="Words worth keeping")
    assert response.status_code == 403
    assert kept_text(response) == "Words worth keeping"


def test_foreign_page_gets_no_preview(send):
    response = send(preview="1", headers={"HTTP_ORIGIN": "https://evil.example"})
    assert response.status_code == 403
    assert "<article" not in response.content.decode()


def test_preview_after_a_flood_costs_nobody_the_next_comment(send):
    with time_machine.travel(1_800_000_000, tick=False):
        for number in range(19):
            send(body=f"Thought number {number}")
        for _ in range(5):
            assert send(preview="1").status_code == 200
        assert send(body="The twentieth").status_code == 303


def test_preview_is_as_clean_as_the_comment(send):
    response = send(
        preview="1", name="<b>Mara</b>", body='<script>alert(1)</script>[x](javascript:alert(1)) "'
    )
    assert "<script>alert" not in article_of(response)
    assert 'href="javascript:' not in article_of(response)
    assert "<b>Mara" not in article_of(response)


def test_preview_sets_no_cookie_and_needs_no_token(fields, post):
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"/posts/{post.slug}/comments/", fields(preview="1"), **OWN)
    assert response.status_code == 200
    assert not response.cookies


def test_form_sends_when_somebody_presses_enter(client, post):
    """The first button of a form is the one that Enter presses."""
    page = client.get(post.get_absolute_url()).content.decode()
    buttons = re.findall(r"<(?:button|input)[^>]*type=\"submit\"[^>]*>", page)
    of_form = [one for one in buttons if "data-sending" in one or 'name="preview"' in one]
    assert "data-sending" in of_form[0]
    assert 'name="preview"' in of_form[1]
