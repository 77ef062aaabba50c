"""Requests that no browser sends: broken bytes, numbers, hosts, methods and paths. Never a 5xx."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from blog.models import Post, Topic
from comments.models import Comment
from tests.cast import make_post
from tests.comments.conftest import make_comment
from tests.surface import public_routes
from tests.wire import Answer, ask

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
PATH = "/posts/floor/comments/"
WORDS = b"name=Mara&body=Thank+you."

# Digits that overflow 32 and 64 bits, that Python refuses to read, or that are no ASCII.
NUMBERS = [
    "9" * 10,
    "9" * 19,
    "9" * 20,
    "9" * 400,
    "9" * 5000,
    "-1",
    "0",
    "1e9",
    "0x1",
    "٣",
    "²",
    "1.0",
]
UNREADABLE = [
    b"\0",
    b"a\0b",
    b"\xff\xfe",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\x80",
]


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> Iterator[None]:
    """Brake nobody, and write no line for each answer."""
    settings.THROTTLE = False
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def post(ceo: Any) -> Post:
    """A public post with a topic."""
    post = make_post(ceo, title="Floor", slug="floor", body="Raised.")
    post.topics.add(Topic.objects.create(name="Water", slug="water"))
    return post


def send(body: bytes, content_type: str | None = FORM, **environ: Any) -> Answer:
    """Send a body to the address that takes comments."""
    return ask(PATH, method="POST", body=body, CONTENT_TYPE=content_type, **environ)


# Bytes that are no text


@pytest.mark.parametrize("string", UNREADABLE)
@pytest.mark.parametrize("field", ["name", "body", "email", "url", "parent", "stamp", "subject"])
def test_unreadable_bytes_in_a_field_are_answered_with_the_form(field, string):
    fields = {"name": b"Mara", "body": b"Thank you.", field: string}
    body = b"&".join(name.encode() + b"=" + quote(value).encode() for name, value in fields.items())
    assert send(body).status in {303, 422}
    for comment in Comment.objects.all():
        assert not {"\0", "\ud800"} & {*comment.name, *comment.body, *comment.email, *comment.url}


@pytest.mark.parametrize("string", UNREADABLE)
def test_unreadable_bytes_in_an_address_are_not_found(string):
    for route in public_routes():
        if len(route.arguments) == 1:
            before, after = route.pattern.split("<")[0], route.pattern.rpartition(">")[2]
            answer = ask(before.encode() + string + after.encode())
            assert answer.status in {404, 405}, route


@pytest.mark.parametrize("string", UNREADABLE)
def test_unreadable_bytes_in_a_query_change_nothing(string):
    for path in ("/", "/search/", "/posts/floor/", "/archive/", "/feed.atom", "/sitemap.xml"):
        for query in (
            f"q={quote(string)}&v={quote(string)}&p={quote(string)}",
            string.decode("latin-1"),
        ):
            assert ask(path, query=query).status in {200, 404}, (path, query)


def test_nul_in_a_cookie_leads_to_the_sign_in_page():
    answer = ask("/admin/", HTTP_COOKIE='session="\\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"')
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/admin/login/")


# Numbers


@pytest.mark.parametrize("number", NUMBERS)
def test_odd_number_in_an_address_is_not_found(number):
    for path in (
        f"/page/{number}/",
        f"/comments/{number}/",
        f"/comments/mine/{number}-{'a' * 27}/",
    ):
        assert ask(path).status == 404, path


@pytest.mark.parametrize("number", NUMBERS)
def test_odd_number_in_a_query_is_the_first_page_or_not_found(number):
    for path in ("/topics/water/", "/posts/floor/", "/sitemap.xml"):
        query = "&".join(f"{name}={quote(number)}" for name in ("page", "p", "comments", "reply"))
        assert ask(path, query=query).status in {200, 404}, path


@pytest.mark.parametrize("number", NUMBERS)
def test_odd_parent_is_refused_and_the_words_are_kept(number):
    answer = send(WORDS + b"&parent=" + quote(number).encode())
    assert answer.status == 422
    assert b"Thank you." in answer.body


def test_comment_under_another_post_is_no_parent(ceo):
    other = make_comment(make_post(ceo, slug="other", title="Other"))
    assert send(WORDS + b"&parent=%d" % other.pk).status == 422


# Hosts, methods, paths


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "testserver:x", "testserver:99999999", "test server", "[::1", "[", "a" * 5000,
     "testserver.evil.example", "testserver@evil.example", "testserver/..", "\xff", "testserver\0", ".."],
)  # fmt: skip
def test_odd_host_is_refused(host):
    for path in ("/", "/posts/floor/", "/posts/floor", "/nothing/"):
        answer = ask(path, HTTP_HOST=host, SERVER_NAME="evil.example")
        # A known name with an odd port is answered; nothing in the answer repeats it.
        assert answer.status == 400 or host.startswith("testserver:9"), path
        assert answer.headers.get("Location", "/posts/floor/") == "/posts/floor/"
        assert b"evil.example" not in answer.body
    assert send(WORDS, HTTP_HOST=host, HTTP_ORIGIN=f"http://{host}").status in {303, 400, 403}


@pytest.mark.parametrize(
    "method", ["FOO", "PUT", "DELETE", "PATCH", "CONNECT", "POST", "TRACE", ""]
)
def test_method_that_an_address_does_not_know_is_refused(method):
    paths = [
        "/",
        "/page/1/",
        "/posts/floor/",
        "/topics/water/",
        "/archive/",
        "/search/",
        "/robots.txt",
    ]
    paths += [
        "/feed.atom",
        "/topics/water/feed.atom",
        "/sitemap.xml",
        "/theme.css",
        "/healthz",
        "/readyz",
    ]
    for path in paths:
        assert ask(path, method=method).status in {400, 403, 405, 501}, path


@pytest.mark.parametrize("method", ["FOO", "GET", "HEAD", "PUT", "DELETE", "TRACE"])
def test_only_post_sends_a_comment(method):
    assert ask(PATH, method=method, body=WORDS, CONTENT_TYPE=FORM).status == 405
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "//evil.example/%2e%2e", "/\\evil.example/", "/../../etc/passwd", "/posts/../admin/",
     "/media/site/../../manage.py", "/static/../config/settings.py", "/posts//floor/", "/posts/floor//",
     "/posts/floor/;x", "/posts/floor/x.css", "/posts/floor.css", "/admin;/", "/%61dmin/", "/ADMIN/", "/./"],
)  # fmt: skip
def test_crooked_path_is_not_found(path):
    assert ask(path).status == 404


@pytest.mark.parametrize(
    "path", ["//evil.example/posts", "//evil.example/archive", "/\\/evil.example"]
)
def test_slash_added_to_a_path_leads_nowhere_else(path):
    location = ask(path).headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
