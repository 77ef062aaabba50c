"""`check_links` names what leads nowhere, and where it is linked."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from blog import old_addresses, workflow
from blog.models import OldAddress, Post, Site, Topic
from tests.browser.scene import make_scene
from tests.cast import make_draft, make_post
from tests.surface import public_routes
from transfer import public_addresses
from transfer.crawl import MOST_PAGES, Crawl
from transfer.visiting import Answer, Visitor

pytestmark = pytest.mark.django_db


def check(*arguments: str) -> tuple[str, str]:
    """What the command writes, and the sentence it ends with when it fails."""
    out = io.StringIO()
    try:
        call_command("check_links", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


@pytest.fixture
def old_urls(tmp_path: Path) -> Path:
    """The file of old addresses."""
    return tmp_path / "old-urls.txt"


def test_whole_site_without_a_broken_link_is_said_to_be_whole(ceo, moderator):
    make_scene(ceo, moderator)
    said, failure = check()
    assert failure == ""
    assert "Nothing is broken." in said
    assert "Addresses on other sites, counted and not opened: " in said


def test_every_kind_of_public_page_is_opened(ceo, moderator):
    make_scene(ceo, moderator)
    crawl = Crawl(Visitor(), site_url="http://testserver")
    public_addresses.begin(crawl)
    opened = {visit.address.partition("?")[0] for visit in crawl.visits()}
    for route in public_routes():
        if route.name.startswith("blog:") and route.arguments == []:
            is_for_machines = route.pattern in {"/healthz", "/readyz"}
            assert (route.pattern in opened) != is_for_machines, route
    for beginning in ("/posts/", "/topics/", "/series/", "/authors/", "/static/", "/site."):
        assert [path for path in opened if path.startswith(beginning)], beginning
    assert [path for path in opened if path.endswith("/feed.atom") and "topics" in path]


@pytest.mark.parametrize(
    ("body", "broken", "why"),
    [
        ("[gone](/posts/gone/)", "/posts/gone/", "it answers 404"),
        ("[gone](http://testserver/posts/gone/)", "/posts/gone/", "it answers 404"),
        ("[no place](/about/#history)", "/about/#history", "no such place on the page"),
        ("[no place](#history)", "/posts/floor/#history", "no such place on the page"),
    ],
)
def test_broken_link_is_named_with_its_page(ceo, body, broken, why):
    make_post(ceo, slug="about", title="About", kind=Post.Kind.PAGE)
    make_post(ceo, slug="floor", body=body)
    said, failure = check()
    assert f"{broken}: {why}\n    on /posts/floor/" in said
    assert failure in {"1 address leads nowhere.", "2 addresses lead nowhere."}


@pytest.mark.parametrize("place", ["#comments", "#h-why", "#top", "#h-caf%C3%A9", "#:~:text=river"])
def test_place_that_is_on_the_page_is_found(ceo, place):
    make_post(ceo, slug="floor", body="## Why\n\nRiver.\n\n## Café\n\nWater.")
    make_post(ceo, slug="roof", title="The roof", body=f"[there](/posts/floor/{place})")
    assert check()[1] == ""


def test_link_to_a_draft_is_broken_and_a_link_to_the_newsroom_is_left_alone(ceo):
    make_draft(ceo, slug="dam", title="Dam")
    make_post(ceo, slug="floor", body="[dam](/posts/dam/) [newsroom](/admin/)")
    said, _ = check()
    assert "/posts/dam/: it answers 404" in said
    assert "Links into the newsroom, not followed: 2." in said, "on the page and in the feed"
    assert "/admin/" not in said


def test_many_pages_with_the_same_broken_link_are_counted(ceo):
    Site.objects.update(footer_links=[{"label": "Terms", "url": "/terms/"}])
    for number in range(4):
        make_post(ceo, slug=f"p-{number}", title=f"Post {number}")
    said, failure = check()
    assert failure == "1 address leads nowhere."
    told = said.partition("/terms/: it answers 404\n")[2].splitlines()
    assert len([line for line in told if line.startswith("    on /")]) == MOST_PAGES
    assert re.fullmatch(r"    and in [\d,]+ more places", told[MOST_PAGES])


def test_old_addresses_of_a_file_are_opened_whatever_host_they_name(ceo, old_urls):
    post = make_post(ceo, slug="floor")
    old_addresses.remember("/2019/05/floor/", post=post, origin="wordpress")
    old_addresses.remember("/?p=12", post=post, origin="wordpress")
    old_urls.write_text(
        "# from the old server's log\n\nhttps://old.example/2019/05/floor/\n/?p=12\n/feed/\n"
        "https://old.example/posts/floor/#comment-5\n"
    )
    assert check(str(old_urls))[1] == ""


def test_old_address_that_leads_nowhere_is_named_with_its_line(ceo, old_urls):
    old_urls.write_text("# log\n/2019/gone/\nhttps://old.example/2019/lost/?p=3\n http://[x \nmist")
    said, failure = check(str(old_urls))
    assert "/2019/gone/: it answers 404\n    on line 2 of old-urls.txt" in said
    assert "/2019/lost/?p=3: it answers 404\n    on line 3 of old-urls.txt" in said
    assert "it cannot be read as an address\n    on line 4 of old-urls.txt" in said
    assert "on line 5 of old-urls.txt" in said
    assert failure


def test_file_that_cannot_be_read_is_said(tmp_path):
    assert "cannot be read" in check(str(tmp_path / "absent.txt"))[1]


def test_binary_file_is_read_as_lines_and_breaks_nothing(ceo, old_urls):
    old_urls.write_bytes(bytes(range(256)) * 4)
    assert check(str(old_urls))[1]


def test_rows_of_old_addresses_are_opened(ceo):
    post, topic = make_post(ceo, slug="floor"), Topic.objects.create(name="Water", slug="water")
    old_addresses.remember("/100%/why%3F/é", post=post, origin="wordpress")
    assert check()[1] == ""
    OldAddress.objects.create(path="/water", target=topic.get_absolute_url())
    said, failure = check()
    assert "/water: it leads to /water/\n    on the old addresses" in said
    assert failure


def test_old_address_of_a_draft_waits(ceo):
    old_addresses.remember("/2019/dam", post=make_draft(ceo, slug="dam"), origin="wordpress")
    said, failure = check()
    assert failure == ""
    assert "Old addresses that wait for a post to be public: 1." in said


def test_link_to_an_old_address_is_whole(ceo):
    post = make_post(ceo, slug="floor", body="[it](/posts/roof/#comments)")
    workflow.change_post(post, {"slug": "higher"}, by=ceo)
    other = make_post(ceo, slug="roof", title="Roof", body="[it](/posts/floor/#comments)")
    workflow.change_post(other, {"slug": "roof-2"}, by=ceo)
    assert check()[1] == ""


def test_addresses_on_other_sites_are_listed_on_demand(ceo, tmp_path):
    make_post(ceo, slug="floor", body="[river](https://example.org/river#now)")
    out = tmp_path / "external.tsv"
    check("--external-list", str(out))
    assert "https://example.org/river\t/posts/floor/\n" in out.read_text()
    assert "cannot be written" in check("--external-list", str(tmp_path))[1]


def pages(**by_path: str) -> Any:
    """A site of a few pages of HTML, or of redirections: `> /path`."""

    def fetch(address: str) -> Answer:
        body = by_path.get(address.strip("/") or "index")
        if body is None:
            return Answer(404, "text/html")
        if body.startswith(">"):
            return Answer(301, "text/html", body[1:].strip())
        return Answer(200, "text/html", body=body.encode())

    return fetch


def walked(fetch: Any) -> Crawl:
    crawl = Crawl(fetch, site_url="http://testserver")
    crawl.add("/", "the start")
    crawl.run()
    return crawl


def told(crawl: Crawl) -> dict[str, str]:
    return {found.address: found.why for found in crawl.broken()}


def test_redirections_in_a_circle_are_told():
    crawl = walked(pages(index='<a href="/a">', a="> /b", b="> /a"))
    assert told(crawl) == {"/a": "it leads in a circle", "/b": "it leads in a circle"}


def test_redirection_to_nothing_is_told_with_both_addresses():
    crawl = walked(pages(index='<a href="/a">', a="> /b"))
    assert told(crawl) == {"/a": "it leads to /b", "/b": "it answers 404"}


def test_place_is_looked_for_where_a_redirection_leads():
    site = {"index": '<a href="/a#x"><a href="/a#y"><a href="/c#z">', "a": "> /b"}
    crawl = walked(pages(**site, b='<p id="x">', c="> /b#x"))
    assert told(crawl) == {"/a#y": "no such place on the page"}


def test_what_is_loaded_from_another_site_is_told_and_a_link_to_one_is_not():
    crawl = walked(pages(index='<img src="https://example.com/a.png"><a href="//example.com/b">'))
    assert told(crawl) == {"https://example.com/a.png": "it is loaded from another site"}
    assert set(crawl.foreign) == {"https://example.com/a.png", "http://example.com/b"}


def test_page_is_opened_once_however_it_is_written():
    written = '<a href="/a/"><a href="../a/"><a href="a/?reply=5#f"><a href="HTTP://TESTSERVER/a/">'
    crawl = walked(pages(index=written, a='<form id="f"></form>'))
    assert (crawl.opened, crawl.known) == (2, 2)
    assert told(crawl) == {}


def test_what_is_no_page_is_passed_over():
    assert (
        told(walked(pages(index='<a href="mailto:a@b.c"><a href="tel:1"><a href="data:,x">'))) == {}
    )


def test_progress_is_told(ceo: User):
    seen: list[tuple[int, int]] = []
    crawl = Crawl(pages(index='<a href="/a">', a="x"), site_url="http://testserver")
    crawl.add("/", "the start")
    crawl.run(lambda opened, known: seen.append((opened, known)))
    assert seen == [(1, 2), (2, 2)]
