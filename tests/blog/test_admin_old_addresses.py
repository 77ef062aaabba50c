"""Old addresses in the newsroom: a list that says what works, and a form that refuses what would not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import old_addresses, workflow
from blog.models import OldAddress, Post, Topic
from ledger.models import Entry
from tests.cast import make_draft, make_post

LIST = "/admin/blog/oldaddress/"
ADD = f"{LIST}add/"


@pytest.fixture
def desk(writer: User) -> Client:
    """The browser of a writer."""
    client = Client()
    client.force_login(writer)
    return client


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post at /posts/floor/."""
    return make_post(ceo, slug="floor")


def add(desk: Client, path: str, leads_to: str) -> Any:
    return desk.post(ADD, {"path": path, "leads_to": leads_to})


def page(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/2019/05/floor/", "/2019/05/floor"),
        ("https://old.example/2019/05/floor/?utm_source=x", "/2019/05/floor"),
        ("/?p=12", "/?p=12"),
        ("/%E6%B0%B4/", "/水"),
    ],
)
def test_added_address_leads_readers_to_the_post(desk, client, post, typed, kept):
    assert add(desk, typed, "/posts/floor/").status_code == 302
    row = OldAddress.objects.get()
    assert (row.path, row.post, row.target, row.origin) == (kept, post, "", "newsroom")
    assert client.get(kept)["Location"] == "/posts/floor/"


def test_post_is_found_after_it_moved(desk, client, post, ceo):
    add(desk, "/floor-plan/", "http://testserver/posts/floor/")
    workflow.change_post(post, {"slug": "higher"}, by=ceo)
    assert client.get("/floor-plan/")["Location"] == "/posts/higher/"


@pytest.mark.parametrize("target", ["/archive/", "/feed.atom", "/posts/floor/#comments", "/"])
def test_address_may_lead_to_any_page(desk, client, post, target):
    assert add(desk, "/old/", target).status_code == 302
    assert client.get("/old/")["Location"] == target


@pytest.mark.parametrize(
    ("path", "leads_to", "sentence"),
    [
        ("/posts/floor/", "/archive/", "A page has this address now"),
        ("/archive", "/posts/floor/", "A page has this address now"),
        ("/admin/old/", "/posts/floor/", "The site itself uses this address"),
        ("/comments/5/", "/posts/floor/", "The site itself uses this address"),
        ("/", "/posts/floor/", "That is the front page"),
        ("https://old.example", "/posts/floor/", "That is the front page"),
        ("old-plan", "/posts/floor/", "Write a path of a site"),
        ("//example.com/", "/posts/floor/", "Write a path of a site"),
        ("http://[x", "/posts/floor/", "Write a path of a site"),
        ("/" + "a" * 600, "/posts/floor/", "Write a path of a site"),
        ("/known/", "/posts/floor/", "in the list already"),
        ("/old/", "https://example.com/", "must lead to a page of this site"),
        ("/old/", "//example.com/", "must lead to a page of this site"),
        ("/old/", "/\\example.com", "must lead to a page of this site"),
        ("/old/", "posts/floor/", "must lead to a page of this site"),
        ("/old/", "/a b/", "Write a path without spaces"),
        ("/old/", "/posts/gone/", "No page is at /posts/gone/ now"),
        ("/old/", "/topics/empty/", "No page is at /topics/empty/ now"),
        ("/old/", "/old/", "in a circle"),
        ("/x/", "/y/", "in a circle"),
    ],
)
def test_what_would_not_work_is_refused_in_a_sentence(desk, post, path, leads_to, sentence):
    Topic.objects.create(name="Empty", slug="empty")
    OldAddress.objects.create(path="/known", post=post)
    OldAddress.objects.create(path="/y", target="/x/")
    response = add(desk, path, leads_to)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert f'value="{leads_to}"' in response.content.decode()
    assert OldAddress.objects.count() == 2


@pytest.mark.parametrize("text", ["/a\0b", "/a\r\nX: y", "/a\ufffeb", "/" + "%25" * 900])
def test_hostile_text_is_refused_and_breaks_nothing(desk, post, text):
    assert add(desk, text, "/posts/floor/").status_code == 200
    assert add(desk, "/old/", text).status_code == 200
    assert not OldAddress.objects.exists()


def test_draft_may_be_what_an_address_waits_for(desk, client, ceo):
    make_draft(ceo, slug="dam", title="Dam")
    assert add(desk, "/old-dam/", "/posts/dam/").status_code == 302
    assert "Once the post is public" in page(desk, LIST)
    assert client.get("/old-dam/").status_code == 404


def test_row_is_changed_and_deleted_and_all_of_it_is_recorded(desk, post, writer):
    add(desk, "/old/", "/posts/floor/")
    row = OldAddress.objects.get()
    change = f"{LIST}{row.pk}/change/"
    assert 'value="/posts/floor/"' in page(desk, change)
    assert desk.post(change, {"path": "/old", "leads_to": "/archive/"}).status_code == 302
    row.refresh_from_db()
    assert (row.post, row.target) == (None, "/archive/")
    assert desk.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not OldAddress.objects.exists()
    entries = Entry.objects.about(f"blog.oldaddress:{row.pk}")
    assert [entry.verb for entry in entries] == [
        "change_oldaddress",
        "change_oldaddress",
        "delete_oldaddress",
    ]
    assert {entry.actor for entry in entries} == {writer.pk}


def test_row_whose_page_came_back_can_still_be_saved(desk, post, ceo):
    row = OldAddress.objects.create(path="/posts/roof", post=post)
    make_post(ceo, slug="roof", title="Roof")
    change = f"{LIST}{row.pk}/change/"
    assert desk.post(change, {"path": row.path, "leads_to": "/archive/"}).status_code == 302


def test_list_says_what_works(desk, post, ceo):
    make_post(ceo, slug="roof", title="Roof")
    old_addresses.remember("/works", post=post, origin="wordpress")
    old_addresses.remember("/broken", target="/topics/gone/", origin="wordpress")
    OldAddress.objects.create(path="/posts/roof", post=post, origin="change_post")
    text = page(desk, LIST)
    assert "<h1>Old addresses</h1>" in text
    assert "Show all" not in text
    assert "1 found" in page(desk, f"{LIST}?q=broken")
    for said in ("Yes", "No: no page is there", "A page has this address now", "From WordPress"):
        assert f">{said}</td>" in text
    assert '<a href="/posts/floor/">/posts/floor/</a>' in text


@pytest.mark.parametrize("asked", ["works", "https://old.example/works/?a=b", "floor"])
def test_list_is_searched(desk, post, asked):
    old_addresses.remember("/works", post=post, origin="wordpress")
    old_addresses.remember("/other", target="/archive/", origin="wordpress")
    text = desk.get(LIST, {"q": asked}).content.decode()
    assert ">/works</a>" in text
    assert ">/other</a>" not in text


def test_list_asks_a_bounded_number_of_questions(desk, post):
    rows = (old_addresses.Former(path=f"/old/{n}", post=post, origin="x") for n in range(200))
    old_addresses.remember_all(rows)
    with CaptureQueriesContext(connection) as queries:
        page(desk, LIST)
    assert len(queries) < 20, "none for a row, and what every list asks"


def test_post_names_its_old_addresses(desk, post):
    assert "<h2>Old addresses</h2>" not in page(desk, f"/admin/blog/post/{post.pk}/change/")
    old_addresses.remember("/2019/05/floor/", post=post, origin="wordpress")
    text = page(desk, f"/admin/blog/post/{post.pk}/change/")
    assert "<code>/2019/05/floor</code>" in text
    shown = page(desk, f"{LIST}?post__id__exact={post.pk}")
    assert ">/2019/05/floor</a>" in shown


def test_moderator_and_auditor_do_not_change_them(moderator, auditor, post):
    for user in (moderator, auditor):
        client = Client()
        client.force_login(user)
        assert client.get(ADD).status_code == 403
        assert add(client, "/old/", "/posts/floor/").status_code == 403
