"""The copy of the public site as files: whole, readable without a server, and without a secret."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from blog import old_addresses, workflow
from blog.models import Post, Topic
from tests import pictures
from tests.browser.scene import make_scene
from tests.cast import make_draft, make_post
from tests.comments.conftest import make_comment, make_public
from transfer import static_copy
from transfer.copied_addresses import file_of, in_copy
from transfer.crawl import Crawl
from transfer.static_copy import NO_COMMENTS, NO_SEARCH, CopyError, write
from transfer.visiting import Answer

SITE = "http://testserver"
SECRETS = ("canary-draft", "canary-scheduled", "canary-taken-back", "canary-comment", "canary-note")


class Silent(SimpleHTTPRequestHandler):
    """A plain file server that keeps no log."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".atom": "application/atom+xml"}

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def site(ceo: User, moderator: User) -> Post:
    """A site with a second page of a topic and of a thread, a picture, old links, and secrets."""
    make_scene(ceo, moderator)
    topic = Topic.objects.get(slug="water")
    picture = pictures.kept(pictures.drawn(size=(1000, 700)), alt="The river")
    body = f"![The river]({picture.address.url}) [old](/?p=12) [old](/posts/flood/#comments) [in](/admin/)"
    post = make_post(ceo, slug="floor", title="The floor", body=body)
    old_addresses.remember("/?p=12", post=post, origin="wordpress")
    for number in range(20):
        workflow.change_post(
            make_post(ceo, slug=f"n-{number}", title=f"Note {number}"), {"topics": [topic]}, by=ceo
        )
    moved = make_post(ceo, slug="flood", title="The flood")
    workflow.change_post(moved, {"slug": "the-flood"}, by=ceo)
    for number in range(51):
        make_public(
            post, moderator, name=f"Reader {number}", body=f"{number} metres of water here?"
        )
    _hide_secrets(ceo, post)
    return post


def _hide_secrets(ceo: User, post: Post) -> None:
    make_draft(ceo, slug="canary-draft", title="canary-draft", body="canary-draft")
    for slug in ("canary-scheduled", "canary-taken-back"):
        hidden = make_draft(ceo, slug=slug, title=slug, body=slug)
        workflow.approve(workflow.submit(hidden, by=ceo), by=ceo)
        if slug == "canary-scheduled":
            workflow.schedule(hidden, by=ceo, at=timezone.now() + timedelta(days=1))
        else:
            workflow.unpublish(workflow.publish(hidden, by=ceo), by=ceo)
    make_comment(post, body="canary-comment waits for a person to read it.")
    make_comment(post, body="canary-note is for her alone.", visibility="private")


@pytest.fixture
def copy(site: Post, tmp_path: Path) -> Path:
    """The folder of a finished copy."""
    folder = tmp_path / "copy"
    write(folder)
    return folder


@pytest.fixture
def server(copy: Path) -> Iterator[str]:
    """The address of a plain file server that shows the copy."""
    handler = partial(Silent, directory=str(copy))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def over_http(server: str) -> Any:
    """Open paths of a real server."""

    def fetch(address: str) -> Answer:
        try:
            with urlopen(server + address) as response:
                kind = response.headers.get_content_type()
                return Answer(response.status, kind, body=response.read())
        except HTTPError as error:
            error.close()
            return Answer(error.code, "text/html")

    return fetch


def test_walk_through_the_copy_finds_nothing_broken(server, copy):
    crawl = Crawl(over_http(server), site_url=SITE, left_alone=("/admin/",))
    for start in ("/", "/404.html", "/robots.txt", "/sitemap.xml", "/feed.atom", "/search/"):
        crawl.add(start, "the start")
    opened = {visit.address for visit in crawl.visits()}
    assert crawl.broken() == []
    assert {"/topics/water/page=2/", "/posts/floor/comments=2/", "/page/2/"} <= opened
    assert not [
        address for address in opened if "?" in address and not address.startswith("/theme")
    ]


def test_every_public_page_is_in_it(server, copy):
    for path in ("/", "/archive/", "/posts/part-1/", "/about/", "/topics/water/", "/feed.atom"):
        assert over_http(server)(path).status == 200, path
    assert "water/feed.atom" in str(next(copy.glob("topics/*/feed.atom")))
    variants = {path.suffix for path in copy.glob("media/images/*")}
    assert variants == {".avif", ".webp", ".jpg"}
    assert len(list(copy.glob("media/images/*"))) >= 6
    assert list(copy.glob("static/**/*.woff2"))
    assert "This page is not here" in (copy / "404.html").read_text()


def test_retracted_post_shows_its_notice(site, ceo, tmp_path):
    workflow.retract(Post.objects.get(slug="floor"), by=ceo, notice="It was wrong.")
    write(tmp_path / "copy")
    assert "It was wrong." in (tmp_path / "copy/posts/floor/index.html").read_text()


def test_nothing_private_is_in_it(copy):
    for path in (path for path in copy.rglob("*") if path.is_file()):
        text = path.read_bytes()
        assert not [secret for secret in SECRETS if secret.encode() in text or secret in str(path)]
    assert not list(copy.glob("admin*")) + list(copy.glob("comments*"))


def test_what_needs_a_server_is_left_out_with_a_sentence(copy):
    for path in copy.rglob("*.html"):
        text = path.read_text()
        assert "<form" not in text, path
        assert "<textarea" not in text
        assert "reply=" not in text
    assert str(NO_COMMENTS) in (copy / "posts/floor/index.html").read_text()
    assert str(NO_SEARCH) in (copy / "search/index.html").read_text()


def test_links_lead_straight_to_where_things_are(copy):
    text = (copy / "posts/floor/index.html").read_text()
    assert 'href="/posts/floor/">old</a>' in text
    assert 'href="/posts/the-flood/#comments">old</a>' in text
    assert f'href="{SITE}/admin/">in</a>' in text
    assert "/comments/" not in text.replace("/posts/floor/comments=2/", "")


def test_words_are_those_that_the_site_shows(copy, client):
    shown: Any = client.get("/posts/part-1/").content.decode()
    copied = (copy / "posts/part-1/index.html").read_text()
    start, end = '<div class="post__words', "<footer"
    assert (
        copied[copied.index(start) : copied.index(end)]
        == (shown[shown.index(start) : shown.index(end)])
    )


def test_count_is_that_of_the_files_and_progress_is_told(site, tmp_path):
    told: list[tuple[int, int]] = []
    count = write(tmp_path / "copy", progress=lambda written, known: told.append((written, known)))
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert count == len(files) - 1, "and the mark"
    assert told[-1][0] <= told[-1][1]
    assert len(told) == count - 1, "and 404.html"


def test_former_copy_is_replaced_whole(copy, ceo):
    workflow.unpublish(Post.objects.get(slug="floor"), by=ceo)
    assert (copy / "posts/floor").exists()
    write(copy)
    assert not (copy / "posts/floor").exists()
    assert (copy / "index.html").exists()
    assert [path.name for path in copy.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.django_db
def test_empty_folder_and_one_that_is_not_there_are_taken(ceo, tmp_path):
    (tmp_path / "empty").mkdir()
    assert write(tmp_path / "empty") == write(tmp_path / "a/b/new") > 5


@pytest.mark.django_db
def test_folder_that_holds_something_else_is_refused_and_kept(ceo, tmp_path):
    (tmp_path / "letters").write_text("Dear Ruth")
    with pytest.raises(CopyError, match="no copy of a site"):
        write(tmp_path)
    with pytest.raises(CopyError, match="is a file"):
        write(tmp_path / "letters")
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]
    assert (tmp_path / "letters").read_text() == "Dear Ruth"


@pytest.mark.django_db
def test_copy_that_breaks_off_changes_nothing(ceo, tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    write(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(static_copy._Copy, "_keep", full)
    with pytest.raises(CopyError, match="No space left on device"):
        write(folder)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        f"/static/{'a' * 400}",
        "/static/./css/site.css",
        "/static/css//site.css",
        "/static/css/%2e/site.css",
        f"/archive/?{'&'.join(f'key{number}=1' for number in range(60))}",
        f"/?q={'a' * 400}",
        "/archive/?a=%00",
    ],
)
def test_address_in_a_comment_breaks_no_copy(path, ceo, moderator, tmp_path):
    body = f"There is more about this river at {SITE}{path} and it is worth reading."
    make_public(make_post(ceo), moderator, body=body)
    assert write(tmp_path / "copy") > 1
    assert [found.name for found in tmp_path.iterdir()] == ["copy"]


def test_two_copies_of_the_same_site_are_equal(ceo, tmp_path):
    make_post(ceo, slug="floor")
    for name in ("one", "two"):
        write(tmp_path / name)
    one, two = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/posts/x/", "posts/x/index.html"),
        ("/topics/x/?page=2", "topics/x/page=2/index.html"),
        ("/posts/x/?comments=2&sort=new", "posts/x/comments=2+sort=new/index.html"),
        ("/theme.css?v=1", "theme.css"),
        ("/feed.atom", "feed.atom"),
        ("/static/a%20b.png", "static/a b.png"),
    ],
)
def test_address_has_one_file(address, file):
    assert str(file_of(in_copy(address))) == file


def test_query_that_no_name_of_a_file_can_hold_has_a_name_too():
    name = file_of(in_copy("/search/?q=../../etc/passwd%00" + "a" * 500)).parent.name
    assert name.startswith("query=")
    assert len(name) < 30


@pytest.mark.parametrize("address", ["/%2e%2e/x", "/a/%2e%2e/", "/a%00/", "/a%5Cb", "/a//b"])
def test_address_that_could_leave_the_folder_has_none(address):
    with pytest.raises(ValueError, match="no file"):
        file_of(address)


@pytest.mark.browser
def test_browser_shows_the_copy_as_it_shows_the_site(server, chromium: Browser):
    faults: list[str] = []
    context = chromium.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    for path in ("/", "/posts/floor/", "/topics/water/page=2/"):
        page.goto(server + path)
        page.wait_for_load_state("networkidle")
        assert page.locator("h1").inner_text()
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.skip')).position") != "static"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto(f"{server}/posts/floor/")
    page.get_by_role("link", name="Later comments").click()
    assert page.url == f"{server}/posts/floor/comments=2/#comments"
    shown = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
    # A browser fetches a picture once it is near what is looked at.
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(shown)
    context.close()
    assert faults == []


def test_reader_who_looks_for_comments_elsewhere_cannot_close_them(client: Client, site: Post):
    page = client.get("/posts/floor/", headers={"comments-closed": "x", "comments.closed": "x"})
    assert "<form" in page.content.decode()
