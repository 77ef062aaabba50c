"""What programs find in the markup of pages: microformats2, read by the parser that others use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import mf2py
import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog import workflow
from blog.models import Author, Post, Site, Topic
from comments import moderation
from tests.cast import edited, make_post
from tests.comments.conftest import make_public
from tests.surface import SITE

pytestmark = pytest.mark.django_db

Item = dict[str, Any]


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post on a topic, by somebody with a profile elsewhere."""
    Author.objects.update(
        bio="She runs the works.",
        profile_links=[{"label": "Mastodon", "url": "https://social.example/@dana"}],
    )
    post = make_post(ceo, slug="floor", standfirst="Higher now.", brief=("One.", "Two."))
    post.topics.add(Topic.objects.create(name="Water", slug="water"))
    return post


def items(client: Client, path: str, kind: str) -> list[Item]:
    """The things of one kind that a page shows, however deep they stand."""
    page = client.get(path).content.decode()
    found: list[Item] = []
    waiting = list(mf2py.parse(doc=page, url=SITE + path)["items"])
    while waiting:
        item = waiting.pop(0)
        if kind in item["type"]:
            found.append(item)
        parts = [part for values in item["properties"].values() for part in values]
        waiting += [part for part in [*parts, *item.get("children", [])] if "type" in part]
    return found


def said(item: Item) -> dict[str, Any]:
    """The first value of each property, nested ones as they are."""
    return {name: values[0] for name, values in item["properties"].items()}


def test_post_is_an_entry(client, post):
    (entry,) = items(client, "/posts/floor/", "h-entry")
    properties = said(entry)
    assert properties["name"] == "Why we raised the floor"
    assert properties["url"] == f"{SITE}/posts/floor/"
    assert datetime.fromisoformat(properties["published"]) == post.published_at.replace(
        microsecond=0
    )
    assert entry["properties"]["summary"] == ["One.", "Two."]
    assert "<p>The river rose two metres.</p>" in properties["content"]["html"]
    assert entry["properties"]["category"] == ["Water"]
    author = said(properties["author"])
    assert (author["name"], author["url"]) == ("Dana Whitfield", f"{SITE}/authors/dana-whitfield/")


def test_post_without_brief_is_summed_up_by_its_standfirst(client, ceo):
    make_post(ceo, slug="floor", standfirst="Higher now.")
    (entry,) = items(client, "/posts/floor/", "h-entry")
    assert said(entry)["summary"] == "Higher now."


def test_correction_shows_when(client, ceo, post):
    workflow.save_version(post, edited(post, body="It fell.", correction="It fell."), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    (entry,) = items(client, "/posts/floor/", "h-entry")
    post.refresh_from_db()
    updated = datetime.fromisoformat(said(entry)["updated"])
    assert updated == post.updated_at.replace(microsecond=0)


def test_comments_are_cited_with_who_and_when(client, ceo, moderator, post):
    comment = make_public(
        post, moderator, name="Ada Lund", url="https://ada.example", body="*Yes.*"
    )
    moderation.answer(comment, "Thank you.", by=ceo, seen=comment.revision)
    asked, answered = items(client, "/posts/floor/", "h-cite")
    properties = said(asked)
    assert said(properties["author"]) == {"name": "Ada Lund", "url": "https://ada.example"}
    assert properties["url"] == f"{SITE}/comments/{comment.pk}/"
    assert datetime.fromisoformat(properties["published"]).tzinfo
    assert properties["content"]["html"] == "<p><em>Yes.</em></p>"
    assert said(said(answered)["author"])["name"] == "Dana Whitfield"


@pytest.mark.parametrize("path", ["/", "/topics/water/", "/authors/dana-whitfield/"])
def test_list_is_a_feed_of_its_entries(client, ceo, post, path):
    second = make_post(ceo, title="The pumps", slug="pumps")
    second.topics.set(post.topics.all())
    (feed,) = items(client, path, "h-feed")
    assert said(feed)["name"]
    entries = [said(child) for child in feed["children"] if "h-entry" in child["type"]]
    assert [entry["url"] for entry in entries] == [f"{SITE}/posts/pumps/", f"{SITE}/posts/floor/"]
    assert [entry["name"] for entry in entries] == ["The pumps", "Why we raised the floor"]
    assert all(datetime.fromisoformat(entry["published"]).tzinfo for entry in entries)


def test_page_of_a_byline_is_a_card(client, post):
    cards = [said(card) for card in items(client, "/authors/dana-whitfield/", "h-card")]
    card = next(card for card in cards if card["name"] == "Dana Whitfield" and "note" in card)
    assert (card["job-title"], card["note"]) == ("Chief executive", "She runs the works.")


def test_profiles_are_named_as_the_same_person(client, post):
    Site.objects.update(profile_links=[{"label": "Bluesky", "url": "https://bsky.example/dana"}])
    page = client.get("/authors/dana-whitfield/").content.decode()
    named = mf2py.parse(doc=page, url=f"{SITE}/authors/dana-whitfield/")["rels"]["me"]
    assert set(named) == {"https://social.example/@dana", "https://bsky.example/dana"}
