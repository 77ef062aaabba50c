"""Changing a public post in the newsroom: what the form asks, and what it says readers will be told."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from blog import workflow
from blog.models import Post
from tests.blog.test_admin_editor import change, newest, typed
from tests.blog.test_admin_steps import at
from tests.cast import edited, make_draft, make_post

BODY = "The rivr rose two metres."
TYPO = "The river rose two metres."
NUMBER = "The river rose three metres."
SAID = "It was three metres, not two."


@pytest.fixture
def desk(ceo, at_desk):
    """The CEO's browser; she works alone."""
    return at_desk(ceo)


@pytest.fixture
def post(ceo) -> Post:
    """A public post with a typo in it."""
    return make_post(ceo, body=BODY)


def send(desk: Client, post: Post, **said: object) -> str:
    """Fill in the form, press a button, and return the page that comes."""
    answer = desk.post(change(post), typed(desk, change(post), **said), follow=True)
    return unescape(answer.content.decode())


def live(post: Post) -> int:
    found = Post.objects.get(pk=post.pk).live_version
    assert found
    return found.number


def test_typo_is_published_with_nothing_more_to_fill_in(desk, post, client):
    assert "Readers see the new text." in send(desk, post, body=TYPO, then="publish")
    assert TYPO in client.get(post.get_absolute_url()).content.decode()
    assert [row.kind for row in post.changes.all()] == ["typo"]


def test_correction_without_a_sentence_is_kept_and_says_what_is_missing(desk, post):
    page = send(desk, post, body=NUMBER, then="publish")
    assert "Your text is saved. This changes a number (“two”)." in page
    assert "say under “What changed?”" in page
    assert NUMBER in page
    assert (live(post), newest(post).body) == (1, NUMBER)
    page = send(desk, post, correction=SAID, then="publish")
    assert "Readers see the new text." in page
    assert [row.kind for row in post.changes.all()] == ["correction"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"body": TYPO}, "Saved. It mends a typo: readers get no notice."),
        ({"body": NUMBER, "correction": SAID}, "Saved. It is a correction: readers get your"),
        ({"body": TYPO, "correction": SAID}, "Saved. It is a correction: readers get your"),
        ({"body": NUMBER}, "Saved. This changes a number (“two”). That is a correction: say"),
        ({}, "Saved."),
    ],
)
def test_saving_says_what_readers_will_be_told(desk, post, said, told):
    assert told in send(desk, post, **said, then="save")


def test_saving_a_draft_says_nothing_of_readers(desk, ceo):
    page = send(desk, make_draft(ceo), body=NUMBER, then="save")
    assert "Saved." in page and "typo" not in page


def test_sentence_on_an_earlier_correction_is_not_asked_again_nor_lost(desk, post):
    send(desk, post, body=NUMBER, correction=SAID, then="publish")
    assert SAID not in desk.get(change(post)).content.decode()
    send(desk, post, then="save")
    assert (newest(post).number, newest(post).correction) == (2, SAID)
    send(desk, post, body=NUMBER + "!", then="save")
    assert (newest(post).number, newest(post).correction) == (3, "")


def test_sentence_of_a_draft_stays_until_it_is_cleared(desk, post):
    send(desk, post, body=NUMBER, correction=SAID, then="save")
    assert SAID in desk.get(change(post)).content.decode()
    send(desk, post, correction="", then="save")
    assert (newest(post).number, newest(post).correction) == (3, "")


@pytest.mark.parametrize("then", ["ask", "sign"])
def test_team_is_not_asked_to_sign_what_could_not_go_out(ceo, counsel, at_desk, then):
    post = make_post(ceo, body=BODY)
    page = send(at_desk(ceo), post, body=NUMBER, then=then)
    assert "Your text is saved. This changes a number" in page
    assert newest(post).reviews.count() == 0


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"body": TYPO, "correction": ""}, "A typo: readers get no notice."),
        ({"body": NUMBER, "correction": SAID}, f"with its date: “{SAID}”"),
    ],
)
def test_signer_sees_what_readers_will_be_told(ceo, counsel, writer, at_desk, post, said, told):
    workflow.save_version(post, edited(post, **said), by=writer)
    workflow.submit(post, by=writer)
    assert told in unescape(at_desk(ceo).get(at("sign", post.pk)).content.decode())


def test_preview_shows_the_sentence_before_it_has_a_date(desk, post):
    send(desk, post, body=NUMBER, correction=SAID, then="save")
    page = desk.get(at("preview", post.pk)).content.decode()
    assert "<strong>Correction.</strong>" in page and SAID in page


def test_preview_of_what_is_public_shows_the_sentence_once(desk, post):
    send(desk, post, body=NUMBER, correction=SAID, then="publish")
    page = desk.get(at("preview", post.pk, 2)).content.decode()
    assert page.count(SAID) == 1
    assert "Correction of <time" in page


@pytest.mark.parametrize("sentence", ["x" * 1001, "\0", "<b>\u202e</b>"])
def test_odd_sentence_never_breaks_the_form(desk, post, sentence):
    page = send(desk, post, body=NUMBER, correction=sentence, then="publish")
    assert NUMBER in page
