"""What programs read is well-formed whatever people wrote, and names only what is public."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from blog import workflow
from blog.models import Author, Post, Series, Site, Topic
from tests.cast import make_draft, make_post
from tests.pictures import drawn, kept
from tests.surface import SITE

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

# What breaks an XML file, or gets out of an element of one. XML 1.0 has no way to write the first four.
NASTY = {
    "NUL and controls": "a\0\x01\x08\x0b\x0c\x0e\x1f\x7f\x80\x9fb",
    "a noncharacter": "a\ufffe\uffff\ufdd0b",
    "a lone surrogate": "a\ud800b",
    "a byte order mark": "\ufeffa",
    "the end of a section": "a]]>b<![CDATA[c",
    "the end of an element": "</title></entry></feed><script>x</script>",
    "entities": "&lol; &#0; &#x1F; &amp;lt; &",
    "a comment and an instruction": "<!-- a --><?xml version='1.0'?><!DOCTYPE a>",
    "quotes": "\" ' ` \u2028 \u2029 \U0001f600 \u202e",
}


def parsed(client: Client, path: str) -> Any:
    """The root of an XML answer, read by a parser that forgives nothing."""
    response = client.get(path)
    assert response.status_code == 200
    assert "xml" in response["Content-Type"]
    return ElementTree.fromstring(response.content)


def storable(text: str) -> str:
    """The text as a form or a database can bring it: no lone surrogate, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def writable(character: str) -> bool:
    """Whether XML 1.0 can hold it."""
    is_control, is_last = character < " " and character not in "\t\n\r", character in "\ufffe\uffff"
    return not is_control and not is_last


@pytest.fixture
def written(request: Any, ceo: User) -> Post:
    """A public post, a topic, a byline and a site that all carry one nasty text, past every form."""
    text = storable(NASTY[request.param])
    Site.objects.update(name=text, tagline=text)
    Author.objects.update(name=text)
    author = Author.objects.get()
    topic = Topic.objects.create(name=text, slug="water", description=text)
    said = {"title": text, "standfirst": text, "brief": (text,), "body": f"{text}\n\n`{text}`"}
    post = make_post(ceo, slug="floor", author=author, byline=text, disclosure=text, **said)
    return workflow.change_post(post, {"topics": [topic]}, by=ceo)


@pytest.mark.parametrize("written", NASTY, indirect=True)
@pytest.mark.parametrize("path", ["/feed.atom", "/topics/water/feed.atom"])
def test_feed_is_well_formed_whatever_was_written(client, written, path):
    feed = parsed(client, path)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert [element.tag for element in feed.iter(f"{ATOM}script")] == []
    title = Post.objects.get().title
    assert entry.findtext(f"{ATOM}title") == "".join(filter(writable, title))
    assert entry.find(f"{ATOM}link").get("href") == f"{SITE}/posts/floor/"


@pytest.mark.parametrize("written", NASTY, indirect=True)
def test_site_map_is_well_formed_whatever_was_written(client, written):
    assert f"{SITE}/posts/floor/" in [
        url.text for url in parsed(client, "/sitemap.xml").iter(f"{MAP}loc")
    ]


def test_entry_has_what_a_reader_of_feeds_needs(client, ceo):
    body = "# Why\n\n[Us](/about/), [below](#why), <b onclick=a>bold</b> <script>alert(1)</script>"
    post = make_post(ceo, slug="floor", brief=("One.", "Two."), body=body)
    topic = Topic.objects.create(name="Water", slug="water")
    workflow.change_post(post, {"topics": [topic]}, by=ceo)
    feed = parsed(client, "/feed.atom")
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id", "").startswith("tag:testserver,")
    assert feed.findtext(f"{ATOM}id") == f"{SITE}/"
    for moment in (feed.findtext(f"{ATOM}updated"), entry.findtext(f"{ATOM}updated")):
        assert datetime.fromisoformat(str(moment)).tzinfo
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Dana Whitfield"
    assert entry.findtext(f"{ATOM}summary") == "One. Two."
    assert [category.get("term") for category in entry.findall(f"{ATOM}category")] == ["Water"]
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"{SITE}/feed.atom"
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    check_content(content.text)


def check_content(html: str) -> None:
    """The text of a post in a feed: nothing that runs, and every address absolute."""
    assert "Written by Dana Whitfield" in html
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in {"script", "style", "iframe", "form", "object"}
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        for name in ("href", "src"):
            address = element.get(name)
            assert address is None or address.startswith((f"{SITE}/", "https://", "mailto:")), (
                address
            )


def test_identity_of_an_entry_stays_when_its_address_changes(client, ceo):
    post = make_post(ceo, slug="floor")
    before = parsed(client, "/feed.atom").findtext(f"{ATOM}entry/{ATOM}id")
    workflow.change_post(post, {"slug": "raised-floor"}, by=ceo)
    after = parsed(client, "/feed.atom")
    assert after.findtext(f"{ATOM}entry/{ATOM}id") == before
    assert after.find(f"{ATOM}entry/{ATOM}link").get("href") == f"{SITE}/posts/raised-floor/"


def test_site_map_names_what_is_public_and_nothing_else(client, ceo):
    post = make_post(ceo, slug="floor")
    topic = Topic.objects.create(name="Water", slug="water")
    series = Series.objects.create(name="Works", slug="works")
    workflow.change_post(post, {"topics": [topic], "series": series}, by=ceo)
    make_post(ceo, slug="about", title="About", kind=Post.Kind.PAGE)
    workflow.retract(make_post(ceo, slug="gone", title="Gone"), by=ceo, notice="Wrong.")
    make_draft(ceo, slug="dam", title="Dam")
    Topic.objects.create(name="Secret", slug="secret")
    found = [url.text for url in parsed(client, "/sitemap.xml").iter(f"{MAP}loc")]
    paths = {
        "/",
        "/archive/",
        "/posts/floor/",
        "/about/",
        "/topics/water/",
        "/series/works/",
        "/authors/dana-whitfield/",
    }
    assert sorted(found) == sorted(SITE + path for path in paths)
    for address in found:
        assert client.get(address.removeprefix(SITE)).status_code == 200


def test_addresses_for_machines_follow_the_setting_and_not_the_request(client, ceo):
    make_post(ceo, slug="floor")
    for path in ("/feed.atom", "/sitemap.xml", "/robots.txt"):
        page = client.get(path, headers={"host": "localhost:8000"}).content.decode()
        assert "localhost" not in page
        assert settings.SITE_URL in page


def test_robots_are_kept_from_what_is_private(client, db):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /comments/mine/"} <= {*lines}
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert "Disallow: /" not in lines


def test_site_map_names_the_pictures_that_a_post_shows(client, ceo):
    image = kept()
    make_post(ceo, slug="floor", body=f"![A river]({image.address.url})")
    make_draft(
        ceo, slug="later", title="Later", body=f"![Hush]({kept(drawn(size=(32, 24))).address.url})"
    )
    namespace = "{http://www.google.com/schemas/sitemap-image/1.1}"
    found = [loc.text for loc in parsed(client, "/sitemap.xml").iter(f"{namespace}loc")]
    assert found == [f"{SITE}{image.address.url}"]


def test_unchanged_site_map_is_not_sent_again(client, ceo):
    make_post(ceo, slug="floor")
    first = client.get("/sitemap.xml")
    assert client.get("/sitemap.xml", headers={"If-None-Match": first["ETag"]}).status_code == 304
