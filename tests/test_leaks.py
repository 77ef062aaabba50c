"""What is not public is on no public page: not a word, not an address, not even a count.

Every test crawls the whole public site from the URLconf on, and guesses addresses besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import workflow
from blog.models import Author, Post, Series, Topic
from comments.models import Comment
from tests.cast import edited, make_draft, make_post
from tests.comments.conftest import make_public
from tests.hidden_posts import (
    NOBODY,
    NOW,
    SECRET,
    STATES,
    file,
    secret_draft,
    secret_words,
    signed,
)
from tests.pictures import RIVER
from tests.surface import body_of, crawl, public_routes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """Stop the clock, so that the same page twice is the same bytes."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ceo(ceo: User, moderator: User) -> User:
    """The chief executive, who decides about comments too, and one public post of hers."""
    ceo.groups.add(*moderator.groups.all())
    post = make_post(ceo, title="Floor", slug="floor", body="Raised.")
    water = Topic.objects.create(name="Water", slug="water")
    works = Series.objects.create(name="Works", slug="works")
    workflow.change_post(post, {"topics": [water], "series": works}, by=ceo)
    return ceo


def guesses() -> list[str]:
    """Every public address with everything that a row of any kind is known by."""
    slugs = {slug for model in (Post, Topic, Series, Author) for slug in _values(model, "slug")}
    values = {
        "slug": [*slugs, NOBODY],
        "comment_id": [str(pk) for pk in _values(Comment, "pk")],
        "number": ["1", "2"],
        "token": ["1-" + "a" * 27],
        "name": ["0" * 32 + ".png", f"{RIVER.name}.jpg"],
        "digest": ["0"],
        "year": ["1999", str(NOW.year)],
    }
    paths = {path for route in public_routes() for path in route.paths(values)}
    pages = {f"{path}?page={n}" for path in paths if path.startswith("/topics/") for n in (1, 2)}
    words = [f"/search/?q={word}" for word in (SECRET, NOBODY, "title", "body")]
    return [*paths, *pages, *words, "/posts/floor/?comments=2"]


def _values(model: Any, name: str) -> list[Any]:
    return list(model.objects.values_list(name, flat=True))


def seen(client: Client) -> dict[str, str]:
    """Return all that the public can get, by address: status, headers, body."""
    found = crawl(client, guesses())
    return {
        address: f"{answer.status_code} {sorted(answer.headers.items())} {body_of(answer)}"
        for address, answer in found.items()
    }


def without_address(address: str, text: str) -> str:
    """The text without the address and the query that it repeats to whoever asked."""
    parts = urlsplit(address)
    return text.replace(parts.path, "").replace(parts.query.partition("q=")[2], "")


def leaks_in(pages: dict[str, str]) -> list[str]:
    """The addresses that show something secret."""
    return [
        address
        for address, text in pages.items()
        if SECRET in without_address(address, text).lower()
    ]


def test_crawl_finds_every_place_where_a_public_post_stands(client, ceo):
    workflow.publish(signed(secret_draft(ceo), ceo), by=ceo)
    slug, words = f"{SECRET}-slug", "/search/?q=title"
    pages = [f"/posts/{slug}/", f"/topics/{SECRET}-topic/", f"/series/{SECRET}-series/"]
    pages += [
        f"/topics/{SECRET}-topic/feed.atom",
        "/feed.json",
        f"/authors/{SECRET}-guest/",
        "/archive/",
        words,
    ]
    assert {*pages, "/", "/page/1/", "/feed.atom", "/sitemap.xml"} <= {*leaks_in(seen(client))}


def test_every_part_of_a_version_is_in_the_secret_words(ceo):
    version = make_draft(ceo, **secret_words()).versions.get()
    told = {name for name, value in vars(version).items() if SECRET in str(value)}
    kept = {"id", "post_id", "number", "author_id", "authorship", "content_hash"}
    kept |= {
        "saved_at",
        "saved_by",
        "saved_by_label",
        "redacted_at",
        "_state",
        "markup",
        "batch_id",
    }
    assert told == {*vars(version)} - kept


@pytest.mark.parametrize("state", STATES)
def test_hidden_post_changes_no_byte_of_any_page(client, ceo, state):
    steps = state(ceo)
    next(steps)
    before = seen(client)
    list(steps)
    after = seen(client)
    assert [address for address in before if after[address] != before[address]] == []
    assert leaks_in(after) == []


@dataclass(frozen=True)
class Answer:
    """All that somebody who guesses can tell two answers by: what is in them, and how much work they were."""

    status: int
    headers: dict[str, str]
    body: str
    queries: int


def answer_to(client: Client, method: str, address: str, said: Any = None) -> Answer:
    """Ask, and return the answer without the address that it may repeat."""
    with CaptureQueriesContext(connection) as queries:
        answer = getattr(client, method)(address, said)
    body = body_of(answer).replace(SECRET, NOBODY)
    headers = {name: value.replace(SECRET, NOBODY) for name, value in answer.headers.items()}
    return Answer(answer.status_code, headers, body, len(queries))


@pytest.mark.one_database
@pytest.mark.parametrize("state", STATES)
def test_address_of_a_hidden_post_answers_like_one_that_never_was(client, ceo, state):
    list(state(ceo))
    guessed = [address for address in guesses() if SECRET in address]
    assert guessed
    comment = {"name": "Mara", "body": "I know."}
    for address in guessed:
        other = address.replace(SECRET, NOBODY)
        for method, said in (("get", None), ("head", None), ("options", None), ("post", comment)):
            hidden = answer_to(client, method, address, said)
            assert hidden == answer_to(client, method, other, said), (method, address)
    assert not Comment.objects.filter(name="Mara").exists()


@pytest.mark.parametrize("end", ["unpublish", "pause"])
def test_who_remembers_the_page_is_not_told_that_it_is_there_still(client, ceo, end):
    post = workflow.publish(signed(secret_draft(ceo), ceo), by=ceo)
    addresses = [address for address in guesses() if f"{SECRET}-" in address]
    tags = {address: client.get(address).headers.get("ETag", '"none"') for address in addresses}
    if end == "unpublish":
        workflow.unpublish(post, by=ceo)
    else:
        Post.objects.filter(pk=post.pk).update(state=Post.State.PAUSED)
    for address, tag in tags.items():
        if "/search/" not in address:
            remembered = {
                "If-None-Match": tag,
                "If-Modified-Since": "Thu, 31 Dec 2099 00:00:00 GMT",
            }
            answer = client.get(address, headers=remembered)
            assert answer.status_code in {404, 405}, address


def test_scheduled_post_appears_everywhere_at_its_second(client, ceo):
    at = NOW + timedelta(days=1)
    workflow.publish(signed(secret_draft(ceo), ceo), by=ceo, at=at)
    with time_machine.travel(at - timedelta(seconds=1), tick=False):
        assert leaks_in(seen(client)) == []
    with time_machine.travel(at, tick=False):
        everywhere = {*leaks_in(seen(client))}
    assert {"/", "/archive/", "/feed.atom", "/sitemap.xml", "/search/?q=body"} <= everywhere
    assert {f"/posts/{SECRET}-slug/", f"/topics/{SECRET}-topic/"} <= everywhere


def corrected_twice(ceo: User) -> Post:
    """A public post whose secret words are those in the middle."""
    post = make_post(ceo, slug="dam", title="The dam", body="It holds.")
    for said in (secret_words(), edited(post, correction="It was another dam.").fields):
        said = {name: said[name] for name in secret_words()}
        workflow.save_version(post, edited(post, **said), by=ceo)
        workflow.publish(signed(post, ceo), by=ceo)
    return Post.objects.get(pk=post.pk)


def test_history_alone_shows_words_that_were_public_once(client, ceo):
    corrected_twice(ceo)
    assert {*leaks_in(seen(client))} == {
        "/posts/dam/",
        "/posts/dam.md",
        "/posts/dam/history/",
        "/corrections/",
    }


@pytest.mark.parametrize("end", ["redact", "retract", "unpublish", "republish"])
def test_words_between_two_corrections_go_from_the_history_too(client, ceo, end):
    post = corrected_twice(ceo)
    if end == "redact":
        workflow.redact(post.versions.get(number=2), by=ceo, reason="A court asked us to.")
    elif end == "retract":
        workflow.retract(post, by=ceo, notice="We were wrong about the dam.")
    else:
        workflow.unpublish(post, by=ceo)
    if end == "republish":
        workflow.publish(post, by=ceo)
    assert leaks_in(seen(client)) == []


def test_retracted_post_leaves_its_title_where_its_notice_is(client, ceo):
    post = make_post(ceo, slug="dam", **secret_words())
    file(post, ceo)
    make_public(post, ceo, body=f"{SECRET} comment", name=f"{SECRET} reader")
    workflow.retract(post, by=ceo, notice="We were wrong about the dam.")
    told = {"/posts/dam/", "/posts/dam/history/", "/corrections/", "/feed.atom", "/feed.json"}
    assert {*leaks_in(seen(client))} == told
    for path in told:
        page = body_of(client.get(path))
        assert "We were wrong about the dam." in page
        assert SECRET not in page.replace(f"{SECRET} title", "")


def test_blanked_words_are_nowhere(client, ceo):
    post = make_post(ceo, slug="dam", **secret_words())
    make_public(post, ceo, body=f"{SECRET} comment", name=f"{SECRET} reader")
    version = post.live_version
    assert version is not None
    workflow.redact(version, by=ceo, reason="A court asked us to.")
    assert leaks_in(seen(client)) == []
    assert "A court asked us to." in body_of(client.get("/posts/dam/"))
