"""The JSON-LD of every page type has what search engines require and recommend, and nothing empty."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog import workflow
from blog.models import Author, Site
from tests.browser.scene import make_scene
from tests.cast import edited, make_post
from tests.surface import SITE

pytestmark = pytest.mark.django_db

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
# Required and recommended by Google for an article, a profile page and a person, and what every
# other thing of ours says of itself.
FIELDS = {
    "BlogPosting": {
        *("headline", "image", "datePublished", "dateModified", "author", "url", "description"),
        *("mainEntityOfPage", "publisher", "commentCount", "wordCount", "isPartOf", "creditText"),
    },
    "ProfilePage": {"mainEntity"},
    "Person": {"name", "url", "description", "sameAs"},
    "Organization": {"name"},
    "Blog": {"name", "url"},
    "CorrectionComment": {"text", "datePublished"},
    "SearchAction": {"target", "query-input"},
    "EntryPoint": {"urlTemplate"},
}
WHOLE = {
    "index": "Blog",
    "post": "BlogPosting",
    "author": "ProfilePage",
    "corrected": "BlogPosting",
}
ADDRESSES = ("url", "image", "logo", "mainEntityOfPage")


@pytest.fixture
def paths(ceo: User, moderator: User) -> dict[str, str]:
    """The addresses of the pages by name, of a corrected post as well."""
    found = make_scene(ceo, moderator)
    Site.objects.update(tagline="On decisions")
    links = [{"label": "Mastodon", "url": "https://social.example/@dana"}]
    Author.objects.update(bio="She runs the works.", profile_links=links)
    post = make_post(ceo, slug="rain", standfirst="It rained.")
    words = edited(post, body="It poured.", correction="It poured.")
    workflow.save_version(post, words, by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    return found | {"corrected": "/posts/rain/"}


def blocks(client: Client, path: str) -> list[dict[str, Any]]:
    """The data of a page; a block that does not parse fails the test."""
    return [json.loads(block) for block in BLOCK.findall(client.get(path).content.decode())]


def things(value: Any) -> Iterator[dict[str, Any]]:
    """Every thing in a value, however deep."""
    if isinstance(value, dict):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from things(part)


def test_pages_that_are_something_say_once_what_they_are(client, paths):
    for name, path in paths.items():
        found = blocks(client, path)
        expected = [WHOLE[name]] if name in WHOLE else []
        if name not in {"reply", "newest first"}:  # the same post again, at other addresses
            assert [one["@type"] for one in found] == expected, name
        assert all(one["@context"] == "https://schema.org" for one in found)


def test_every_thing_has_its_fields_and_nothing_empty(client, paths):
    met = set()
    for name in WHOLE:
        for thing in things(blocks(client, paths[name])):
            kind = thing["@type"]
            assert FIELDS[kind] <= thing.keys(), (name, kind)
            assert not [key for key, value in thing.items() if value in ("", [], {}, None)]
            for key in ADDRESSES:
                assert thing.get(key, SITE).startswith(SITE), (name, key)
            met.add(kind)
    assert met == set(FIELDS)


def test_moments_have_a_time_zone_and_follow_each_other(client, paths):
    for name in ("post", "corrected"):
        (said,) = blocks(client, paths[name])
        published, changed = (
            datetime.fromisoformat(said[key]) for key in ("datePublished", "dateModified")
        )
        assert published.tzinfo
        assert published <= changed
        assert len(said["headline"]) <= 110  # Google cuts longer ones


def test_picture_of_a_post_can_be_fetched(client, paths):
    (said,) = blocks(client, paths["post"])
    assert client.get(said["image"].removeprefix(SITE)).status_code == 200


def test_number_of_comments_is_the_number_that_the_page_shows(client, paths):
    page = client.get(paths["post"]).content.decode()
    (said,) = blocks(client, paths["post"])
    shown = page.count('class="comment p-comment') + page.count("comment--author p-comment")
    assert said["commentCount"] == shown > 0
