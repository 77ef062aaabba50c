"""A scheduled post is on no public page at one second to its moment, and on all of them at its moment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from blog import workflow
from blog.models import Author, Image, Post, Series, Site, Topic
from comments.models import Comment
from tests.blog.test_admin_editor import change, typed
from tests.cast import make_draft, make_post
from tests.pictures import drawn, kept, lead
from tests.surface import body_of, public_routes

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
BERLIN = ZoneInfo("Europe/Berlin")
SECRET = "zqcanary"

# Half past two of the last Sunday of October comes twice in Berlin, and that of March never.
MOMENTS = {
    "an ordinary night": (datetime(2030, 5, 14, 2, 30, tzinfo=BERLIN), "2030-05-14T02:30:00+02:00"),
    "October, in summer time": (
        datetime(2030, 10, 27, 2, 30, tzinfo=BERLIN),
        "2030-10-27T02:30:00+02:00",
    ),
    "October, an hour later": (
        datetime(2030, 10, 27, 2, 30, tzinfo=BERLIN, fold=1),
        "2030-10-27T02:30:00+01:00",
    ),
    "March, by the clock before": (
        datetime(2030, 3, 31, 2, 30, tzinfo=BERLIN),
        "2030-03-31T03:30:00+02:00",
    ),
    "March, by the clock after": (
        datetime(2030, 3, 31, 2, 30, tzinfo=BERLIN, fold=1),
        "2030-03-31T01:30:00+01:00",
    ),
}

# Where a post has an address of its own, by the name in the URLconf, and where it is only listed.
OWN = {
    "blog:post": f"/posts/{SECRET}/",
    "blog:post_history": f"/posts/{SECRET}/history/",
    "blog:topic": "/topics/water/",
    "blog:topic_feed": "/topics/water/feed.atom",
    "blog:topic_feed_json": "/topics/water/feed.json",
    "blog:markdown": f"/posts/{SECRET}.md",
    "comments:feed": f"/posts/{SECRET}/comments/feed.atom",
    "comments:feed_json": f"/posts/{SECRET}/comments/feed.json",
    "blog:series": "/series/works/",
    "blog:author": "/authors/guest/",
}
LISTED = {
    "blog:index": "/",
    "blog:index_page": "/page/1/",
    "blog:archive": "/archive/",
    "blog:archive_year": "/archive/2030/",
    "blog:search": f"/search/?q={SECRET}words",
    "blog:feed": "/feed.atom",
    "blog:feed_json": "/feed.json",
    "sitemap": "/sitemap.xml",
}
TRIED_APART = {"blog:post_picture", "blog:page", "blog:card", "comments:submit"}
CARD = f"/posts/{SECRET}/card-0.png"
SHOWS_NO_POST = {
    *("blog:robots", "blog:theme", "blog:stylesheet", "blog:site_picture", "blog:healthz"),
    *("blog:readyz", "blog:corrections", "first_run"),
    *("comments:permalink", "comments:mine", "comments:mine_edit", "comments:mine_withdraw"),
    *("comments:mine_come_back", "comments:mine_appeal", "comments:mine_consent"),
    *("comments:decide", "comments:confirm", "comments:mail_choices", "comments:report"),
    *("newsletter:subscribe", "newsletter:sent", "newsletter:confirm", "newsletter:choices"),
}


@pytest.fixture(autouse=True)
def before() -> Iterator[Any]:
    """A day in January, long before each of those moments."""
    with time_machine.travel(datetime(2030, 1, 14, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def site(ceo: User) -> Site:
    """A site in Berlin, with one public post."""
    Site.objects.update(time_zone="Europe/Berlin")
    make_post(ceo, slug="floor")
    return Site.current()


@pytest.fixture
def image(db: None) -> Image:
    """A picture of its own."""
    return kept(drawn())


@pytest.fixture
def schedule(ceo: User, site: Site, image: Image) -> Callable[..., Post]:
    """Schedule a post that is the only one of its topic, its series and its author."""

    def make(at: datetime, kind: str = Post.Kind.POST) -> Post:
        guest = Author.objects.create(name="Guest", slug="guest")
        said = {
            "title": f"{SECRET} title",
            "body": f"{SECRET}words",
            "images": (lead(image.address),),
        }
        post = make_draft(ceo, slug=SECRET, author=guest, kind=kind, **said)
        topic = Topic.objects.create(name="Water", slug="water")
        series = Series.objects.create(name="Works", slug="works")
        if kind == Post.Kind.POST:
            workflow.change_post(post, {"topics": [topic], "series": series}, by=ceo)
        workflow.approve(workflow.submit(post, by=ceo), by=ceo)
        return workflow.schedule(post, by=ceo, at=at)

    return make


def statuses(client: Client, addresses: dict[str, str]) -> dict[str, tuple[int, int]]:
    """How each address answers to GET and to HEAD."""
    return {
        name: (client.get(address).status_code, client.head(address).status_code)
        for name, address in addresses.items()
    }


def showing(client: Client) -> set[str]:
    """The lists that name the post."""
    answers = {name: client.get(address) for name, address in LISTED.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {name for name, answer in answers.items() if f"/posts/{SECRET}/" in body_of(answer)}


def comment(client: Client) -> int:
    """Send a comment, and return the answer's status."""
    said = {"name": "Mara", "body": "I know this river."}
    return client.post(f"/posts/{SECRET}/comments/", said).status_code


def test_every_public_address_is_in_these_tables():
    named = {*OWN, *LISTED, *TRIED_APART, *SHOWS_NO_POST}
    assert {route.name for route in public_routes()} == named


@pytest.mark.parametrize(("at", "shown"), MOMENTS.values(), ids=MOMENTS)
def test_post_is_nowhere_a_second_before_and_everywhere_at_its_moment(
    client, schedule, image, before, at, shown
):
    schedule(at)
    before.move_to(at.astimezone(UTC) - SECOND)
    assert statuses(client, OWN) == dict.fromkeys(OWN, (404, 404))
    assert showing(client) == set()
    assert client.get(image.address.url).status_code == 404
    assert client.get(CARD).status_code == 404
    assert comment(client) == 404
    assert not Comment.objects.exists()
    assert workflow.publish_due() == 0

    before.move_to(at.astimezone(UTC))
    assert statuses(client, OWN) == dict.fromkeys(OWN, (200, 200))
    assert showing(client) == set(LISTED)
    assert client.get(image.address.url).status_code == 200
    assert client.get(CARD).status_code == 302
    assert comment(client) in {200, 201, 302, 303}
    assert Comment.objects.count() == 1
    (data,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>',
        client.get(OWN["blog:post"]).content.decode(),
    )
    assert json.loads(data)["datePublished"] == shown
    assert workflow.publish_due() == 1


def test_page_is_not_there_a_second_before_and_is_at_its_moment(client, schedule, image, before):
    at = MOMENTS["October, an hour later"][0]
    schedule(at, kind=Post.Kind.PAGE)
    addresses = {"page": f"/{SECRET}/", "picture": image.address.url}
    before.move_to(at.astimezone(UTC) - SECOND)
    assert statuses(client, addresses) == dict.fromkeys(addresses, (404, 404))
    assert SECRET not in body_of(client.get("/sitemap.xml"))
    before.move_to(at.astimezone(UTC))
    assert statuses(client, addresses) == dict.fromkeys(addresses, (200, 200))
    assert SECRET in body_of(client.get("/sitemap.xml"))


@pytest.mark.parametrize("timer", ["before", "after", "never"])
def test_readers_see_the_same_whenever_the_timer_comes_by(client, schedule, before, timer):
    at = MOMENTS["an ordinary night"][0]
    schedule(at)
    if timer == "before":
        assert workflow.publish_due() == 0
    before.move_to(at.astimezone(UTC))
    if timer == "after":
        assert workflow.publish_due() == 1
    assert showing(client) == set(LISTED)


@pytest.mark.parametrize("night", ["2030-10-27T02:30", "2030-03-31T02:30"])
def test_form_asks_for_another_time_where_the_clocks_change(ceo, site, at_desk, night):
    browser, post = at_desk(ceo), make_draft(ceo, slug="dam")
    said = typed(browser, change(post), then="schedule", publish_at=night, title="Typed just now")
    page = browser.post(change(post), said).content.decode()
    assert "The clocks change in that hour: this time comes twice, or never." in page
    assert "Typed just now" in page
    assert Post.objects.get(pk=post.pk).state == Post.State.DRAFT


@pytest.mark.parametrize("night", ["2030-10-27T03:00", "2030-03-31T03:00"])
def test_form_takes_the_clocks_of_the_site_right_after_they_change(
    ceo, site, at_desk, client, before, night
):
    browser, post = at_desk(ceo), make_draft(ceo, slug="dam")
    browser.post(change(post), typed(browser, change(post), then="schedule", publish_at=night))
    at = datetime.fromisoformat(night).replace(tzinfo=BERLIN).astimezone(UTC)
    before.move_to(at - SECOND)
    assert client.get("/posts/dam/").status_code == 404
    before.move_to(at)
    assert client.get("/posts/dam/").status_code == 200
