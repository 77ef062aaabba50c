"""JSON Feed 1.1 of the site, of a topic and of a post's comments: the same entries as in Atom."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.models import Topic
from comments import moderation
from tests.cast import make_draft, make_post
from tests.comments.conftest import make_comment, make_public
from tests.surface import SITE

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
REQUIRED = {"id", "url", "content_html", "date_published"}


def read(client: Client, path: str) -> dict[str, Any]:
    """What a feed says, after the rules of its format: every item has what it must have."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    feed: dict[str, Any] = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == f"{SITE}{path}"
    assert feed["home_page_url"].startswith(f"{SITE}/")
    for item in feed["items"]:
        assert item.keys() >= REQUIRED
        assert datetime.fromisoformat(item["date_published"]).tzinfo
        assert all(item.values())
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


def atom(client: Client, path: str) -> list[tuple[str | None, ...]]:
    """What Atom says of each entry: its name, address, title and text."""
    entries = ElementTree.fromstring(client.get(path).content).findall(f"{ATOM}entry")
    names = ("id", "title", "content")
    links = [link.get("href") for entry in entries for link in entry.iter(f"{ATOM}link")]
    told = [[entry.findtext(f"{ATOM}{name}") for name in names] for entry in entries]
    return [(*texts, link) for texts, link in zip(told, links, strict=True)]


@pytest.mark.parametrize("feed", ["/feed", "/topics/water/feed", "/posts/floor/comments/feed"])
def test_json_and_atom_hold_the_same(client, ceo, moderator, feed):
    topic = Topic.objects.create(name="Water", slug="water")
    for slug in ("floor", "river"):
        post = make_post(
            ceo, slug=slug, title=f"The {slug}", body='A <b>"bold"</b> & [us](/about/).'
        )
        workflow.change_post(post, {"topics": [topic]}, by=ceo)
        make_public(post, moderator, body=f"On the {slug}, \u2028 *yes*.")
    items = read(client, f"{feed}.json")["items"]
    told = [(i["id"], i["title"], i["content_html"], i["url"]) for i in items]
    assert told == atom(client, f"{feed}.atom")
    assert told


def test_item_says_who_what_when(client, ceo):
    post = make_post(ceo, slug="floor", brief=("One.", "Two."))
    topic = Topic.objects.create(name="Water", slug="water")
    workflow.change_post(post, {"topics": [topic]}, by=ceo)
    (item,) = read(client, "/feed.json")["items"]
    assert item["summary"] == "One. Two."
    assert item["tags"] == ["Water"]
    assert item["authors"] == [{"name": "Dana Whitfield", "url": f"{SITE}/authors/dana-whitfield/"}]
    assert "Written by Dana Whitfield" in item["content_html"]
    assert "image" not in item


def test_retracted_post_keeps_its_place_without_words(client, ceo):
    workflow.retract(make_post(ceo, slug="floor", body="Hush."), by=ceo, notice="It was wrong.")
    (item,) = read(client, "/feed.json")["items"]
    assert item["title"].startswith("Retracted: ")
    assert item["content_html"] == "<p>It was wrong.</p>"
    assert "authors" not in item


def test_comment_feed_shows_what_the_page_shows_and_no_address(client, ceo, moderator):
    post = make_post(ceo, slug="floor")
    shown = make_public(post, moderator, name="Ada Lund", email="ada@example.org", body="*Yes.*")
    make_comment(post, body="Waiting for a moderator.")
    make_comment(post, body="Only for you.", visibility="private")
    gone = make_public(post, moderator, body="Taken away.")
    moderation.remove(gone, by=moderator, seen=gone.revision)
    for path in ("/posts/floor/comments/feed.json", "/posts/floor/comments/feed.atom"):
        said = client.get(path).content.decode()
        assert "Ada Lund" in said
        for canary in ("ada@example.org", "Waiting for a", "Only for you", "Taken away"):
            assert canary not in said
    (item,) = read(client, "/posts/floor/comments/feed.json")["items"]
    assert item["url"] == f"{SITE}/comments/{shown.pk}/"
    assert "<em>Yes.</em>" in item["content_html"]


def test_newest_comment_comes_first_and_fifty_are_enough(client, ceo, moderator):
    post = make_post(ceo, slug="floor")
    for number in range(52):
        make_public(post, moderator, body=f"This is number {number} of many.")
    items = read(client, "/posts/floor/comments/feed.json")["items"]
    assert len(items) == 50
    assert "number 51" in items[0]["content_html"]


@pytest.mark.parametrize("state", ["draft", "scheduled", "retracted"])
def test_comments_of_what_nobody_can_read_have_no_feed(client, ceo, state):
    post = make_draft(ceo, slug="floor")
    if state == "scheduled":
        workflow.schedule(post, by=ceo, seen=1, at=timezone.now() + timedelta(hours=1))
    elif state == "retracted":
        workflow.publish(post, by=ceo, seen=1)
        workflow.retract(post, by=ceo, notice="Wrong.")
    for ending in ("atom", "json"):
        assert client.get(f"/posts/floor/comments/feed.{ending}").status_code == 404
    never = client.get("/posts/never/comments/feed.json").content.replace(b"never", b"floor")
    assert client.get("/posts/floor/comments/feed.json").content == never


@pytest.mark.parametrize("path", ["/feed.json", "/posts/floor/comments/feed.json", "/feed.atom"])
def test_unchanged_feed_is_not_sent_again(client, ceo, path):
    make_post(ceo, slug="floor")
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_was_taken_away_goes_from_a_copy_that_asks_by_date(client, ceo, moderator):
    post = make_post(ceo, slug="floor")
    gone = make_public(post, moderator, body="Libel, all of it.")
    path = "/posts/floor/comments/feed.json"
    first = client.get(path)
    assert "Last-Modified" not in first
    moderation.remove(gone, by=moderator, seen=gone.revision)
    asked = {"If-None-Match": first["ETag"], "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    for headers in (asked, {"If-Modified-Since": asked["If-Modified-Since"]}):
        again = client.get(path, headers=headers)
        assert again.status_code == 200
        assert "Libel" not in again.content.decode()


def test_pages_name_their_feeds(client, ceo):
    post = make_post(ceo, slug="floor")
    topic = Topic.objects.create(name="Water", slug="water")
    workflow.change_post(post, {"topics": [topic]}, by=ceo)
    for page, feed in (
        ("/", "/feed.json"),
        ("/topics/water/", "/topics/water/feed.json"),
        ("/topics/water/", "/topics/water/feed.atom"),
        ("/posts/floor/", "/posts/floor/comments/feed.json"),
        ("/posts/floor/", "/posts/floor/comments/feed.atom"),
    ):
        assert f'href="{feed}"' in client.get(page).content.decode()
