"""A press on a button of the editor after the session ended, in a browser without script."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from blog.models import Post, Unsaved
from tests.blog.test_admin_editor import ADD, TEXT, change
from tests.cast import make_draft
from tests.pseudo import Alike, speak

pytestmark = pytest.mark.django_db
SAID = {"title": "A <flood>", "body": TEXT, "brief_1": "It held.", "then": "publish"}


def test_words_are_shown_to_be_copied_and_not_stored(client):
    answer = client.post(ADD, SAID)
    page = unescape(answer.content.decode())
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]
    assert "You are signed out" in page
    assert "A &lt;flood&gt;</textarea>" in answer.content.decode()
    assert f"{TEXT}</textarea>" in page
    assert "In brief, point 1</label>" in page
    assert not Post.objects.exists()
    assert not Unsaved.objects.exists()


def test_the_text_has_the_most_room_in_any_language(client, settings, monkeypatch):
    speak("xx", settings=settings, monkeypatch=monkeypatch, catalogue=Alike)
    page = client.post(ADD, SAID).content.decode()
    rows = re.findall(r'rows="(\d+)"', page)
    assert rows == ["2", "18", "2"]


def test_words_for_a_post_are_shown_without_anything_of_it(client, ceo):
    post = make_draft(ceo, title="zqcanary")
    answer = client.post(change(post), SAID)
    assert "zqcanary" not in answer.content.decode()
    assert client.post(change(post) + "x", SAID).status_code in (302, 404)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (ADD, {}),
        (ADD, {"then": "save"}),
        ("/admin/blog/post/keep/", SAID),
        ("/admin/blog/post/", SAID),
    ],
)
def test_anything_else_leads_to_the_sign_in(client, address, said):
    answer = client.post(address, said)
    assert answer.status_code == 302
    assert "/admin/login/" in answer.url


def test_another_site_gets_no_such_page():
    answer = Client(enforce_csrf_checks=True).post(ADD, SAID)
    assert answer.status_code == 403
    assert "You are signed out" not in answer.content.decode()


def test_who_is_signed_in_without_the_right_is_refused_as_ever(moderator, client):
    client.force_login(moderator)
    answer = client.post(ADD, SAID)
    assert answer.status_code == 403
    assert "You are signed out" not in answer.content.decode()
