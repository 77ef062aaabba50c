"""Feeds and the map of the site hold to their formats: RFC 4287, JSON Feed 1.1, sitemaps.org."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.models import Post, Topic
from tests.cast import edited, make_post
from tests.comments.conftest import make_public
from tests.pictures import drawn, kept, lead
from tests.surface import SITE, public_routes

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"

# RFC 3339, and the same as W3C writes it: with a time zone always.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# RFC 4287, 4.1.1 and 4.1.2: what must be there once, and what at most once.
ONCE = {"feed": {"id", "title", "updated"}, "entry": {"id", "title", "updated", "content"}}
AT_MOST_ONCE = {"generator", "icon", "logo", "rights", "subtitle", "published", "summary", "source"}
# JSON Feed 1.1: the type of every key that it knows and we use.
TYPES = {
    "version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str,
    "language": str, "authors": list, "items": list, "id": str, "url": str, "content_html": str,
    "summary": str, "image": str, "date_published": str, "date_modified": str, "tags": list,
    "name": str,
}  # fmt: skip


@pytest.fixture
def site(ceo: User, moderator: User) -> Post:
    """A corrected post, one with a picture, a retracted one, comments; returns the corrected one."""
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        first = make_post(ceo, slug="floor", title="The <floor> & us", brief=("One.", "Two."))
        make_post(ceo, slug="river", title="The river", images=(lead(kept(drawn()).address),))
        gone = make_post(ceo, slug="gone", title="Two wrong figures")
        topic = Topic.objects.create(name="Water & rain", slug="water")
        for post in (first, gone):
            workflow.change_post(post, {"topics": [topic]}, by=ceo)
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=False):
        workflow.retract(gone, by=ceo, notice="Two of its figures were wrong.")
        make_public(first, moderator, body="*Yes* & <no>.")
        make_public(first, moderator, body="And how?")
    workflow.save_version(first, edited(first, body="It fell.", correction="It fell."), by=ceo)
    workflow.approve(workflow.submit(first, by=ceo), by=ceo)
    return workflow.publish(first, by=ceo)


def feeds(ending: str) -> list[str]:
    """The address of every feed of a kind, from the URLconf."""
    slug = {"/posts/": ["floor"], "/topics/": ["water"], "/feed": []}
    found = [
        (route, values)
        for route in public_routes()
        for start, values in slug.items()
        if route.pattern.endswith(f"feed.{ending}") and route.pattern.startswith(start)
    ]
    return [path for route, values in found for path in route.paths({"slug": values})]


def root_of(client: Client, path: str) -> Any:
    """The root of a feed or a map."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return ElementTree.fromstring(answer.content)


def count(element: Any, name: str) -> int:
    """How many children of a name an element has."""
    return len(element.findall(ATOM + name))


def is_absolute(address: str) -> bool:
    """Whether it can be followed from anywhere."""
    parts = urlsplit(address)
    return parts.scheme in {"http", "https", "tag", "mailto"} and bool(parts.netloc or parts.path)


def test_every_kind_of_feed_is_tried():
    assert len(feeds("atom")) == len(feeds("json")) == 3
    named = [route.pattern for route in public_routes() if "feed." in route.pattern]
    assert len(named) == 6


@pytest.mark.parametrize("path", feeds("atom"))
def test_feedparser_reads_it_without_a_complaint(client, site, path):
    read = feedparser.parse(client.get(path).content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.title
    assert read.feed.link.startswith(f"{SITE}/")
    assert read.entries
    for entry in read.entries:
        assert entry.title
        assert entry.link.startswith(f"{SITE}/")
        assert entry.published_parsed <= entry.updated_parsed
        (content,) = entry.content
        assert content.type == "text/html"
        assert content.value.startswith("<")


@pytest.mark.parametrize("path", feeds("atom"))
def test_atom_has_what_rfc_4287_asks_for(client, site, path):
    feed = root_of(client, path)
    assert feed.tag == f"{ATOM}feed"
    (self_link,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert self_link.get("href") == SITE + path
    entries = feed.findall(f"{ATOM}entry")
    for element, kind in [(feed, "feed"), *((entry, "entry") for entry in entries)]:
        assert {name: count(element, name) for name in ONCE[kind]} == dict.fromkeys(ONCE[kind], 1)
        assert [name for name in AT_MOST_ONCE if count(element, name) > 1] == []
        assert is_absolute(element.findtext(f"{ATOM}id") or "")
    for entry in entries:
        assert count(feed, "author") or count(entry, "author")
        assert all(author.findtext(f"{ATOM}name") for author in entry.iter(f"{ATOM}author"))
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert (content.get("type"), len(content)) == ("html", 0)
    for element in feed.iter():
        assert is_absolute(element.get("href") or SITE)


@pytest.mark.parametrize("path", feeds("atom"))
def test_moments_of_a_feed_are_those_of_rfc_3339_and_agree(client, site, path):
    feed = root_of(client, path)
    moments = [*feed.iter(f"{ATOM}updated"), *feed.iter(f"{ATOM}published")]
    assert [one.text for one in moments if not MOMENT.fullmatch(one.text or "")] == []
    entries = [
        datetime.fromisoformat(one.findtext(f"{ATOM}updated"))
        for one in feed.findall(f"{ATOM}entry")
    ]
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == max(entries)
    for entry in feed.findall(f"{ATOM}entry"):
        published = datetime.fromisoformat(entry.findtext(f"{ATOM}published"))
        assert published <= datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))


@pytest.mark.parametrize("path", feeds("atom"))
def test_names_of_entries_are_unique_and_the_same_next_time(client, site, path):
    def names() -> list[str | None]:
        return [entry.findtext(f"{ATOM}id") for entry in root_of(client, path).iter(f"{ATOM}entry")]

    first = names()
    assert len(set(first)) == len(first) > 0
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        assert names() == first


def test_correction_and_retraction_move_the_date_of_an_entry_and_nothing_else(client, site):
    entries = {
        str(entry.findtext(f"{ATOM}title")): entry
        for entry in root_of(client, "/feed.atom").iter(f"{ATOM}entry")
    }
    for title in ("The <floor> & us", "Retracted: Two wrong figures"):
        entry = entries[title]
        assert entry.findtext(f"{ATOM}published") < entry.findtext(f"{ATOM}updated")
    same = entries["The river"]
    assert same.findtext(f"{ATOM}published") == same.findtext(f"{ATOM}updated")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from objects(part)


@pytest.mark.parametrize("path", feeds("json"))
def test_json_feed_has_what_version_1_1_asks_for(client, site, path):
    feed = json.loads(client.get(path).content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == SITE + path
    for found in objects(feed):
        assert {name: type(value) for name, value in found.items()} == {
            name: TYPES[name] for name in found
        }
        for name in ("home_page_url", "feed_url", "url", "image"):
            assert is_absolute(found.get(name, SITE))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"]) > 0
    for item in feed["items"]:
        assert item["content_html"]
        assert all(MOMENT.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        assert item["date_published"] <= item["date_modified"]
        assert all(author["name"] for author in item.get("authors", []))
        assert all(isinstance(tag, str) for tag in item.get("tags", []))


def test_map_holds_to_its_schema(client, site):
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    assert len(answer.content) < 50 * 1024 * 1024
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{MAP}urlset"
    urls = root.findall(f"{MAP}url")
    assert 5 <= len(urls) <= 50_000
    for url in urls:
        names = [child.tag for child in url]
        assert set(names) <= {f"{MAP}loc", f"{MAP}lastmod", f"{IMAGE}image"}
        assert (names.count(f"{MAP}loc"), names.count(f"{MAP}lastmod") <= 1) == (1, True)
        address = url.findtext(f"{MAP}loc") or ""
        assert address.startswith(f"{SITE}/")
        assert len(address) < 2048
        assert MOMENT.fullmatch(url.findtext(f"{MAP}lastmod") or "2026-01-01T00:00:00Z")
    pictures = [image.findtext(f"{IMAGE}loc") or "" for image in root.iter(f"{IMAGE}image")]
    assert len(pictures) == 1
    assert client.get(pictures[0].removeprefix(SITE)).status_code == 200
    assert len({url.findtext(f"{MAP}loc") for url in urls}) == len(urls)


def test_post_in_the_map_says_when_it_changed(client, site):
    (moment,) = [
        url.findtext(f"{MAP}lastmod") or ""
        for url in root_of(client, "/sitemap.xml").iter(f"{MAP}url")
        if url.findtext(f"{MAP}loc") == f"{SITE}/posts/floor/"
    ]
    assert datetime.fromisoformat(moment) == site.last_changed_at
