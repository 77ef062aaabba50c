"""Every naughty string in every field, parameter, address, header and cookie: no answer of 500 or above.

The strings are read where they lie; none of them enters the project. Nearly twenty thousand requests
have to be quick, so the parts of a page that show nothing a reader sent are replaced by stubs.
"""

from __future__ import annotations

import ipaddress
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from blog.models import Post, Topic
from blog.workflow import change_post
from comments.arrival import Origin, origin_of, stamp_for
from comments.forms import CommentForm
from comments.models import Comment
from tests.cast import make_post
from tests.shared import naughty
from tests.surface import public_routes
from tests.wire import Answer, ask

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
PATH = "/posts/floor/comments/"

# Query parameters of public pages: words, pages of lists and of threads, whom to answer, a version.
PARAMETERS = ("q", "page", "comments", "reply", "v")
OF_SEARCH = ("q", "kind", "topic", "year", "v")
HEADERS = (
    "HTTP_USER_AGENT",
    "HTTP_REFERER",
    "HTTP_COOKIE",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
)
HEADERS_OF_ORIGIN = ("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE")
COOKIES = ("session", "csrf", "messages")

FIELDS_OF_WORDS = ("name", "body", "stamp", "elapsed", "subject")
FIELDS_AROUND = ("email", "url", "parent", "visibility", "notify")

STUBS = {
    "base.html": (
        "{{ canonical_url }}{% block title %}{% endblock %}{% block description %}{% endblock %}"
        "{% block head_extra %}{% endblock %}{% block main %}{% endblock %}"
    ),
    "blog/page_detail.html": "{% load comments %}{{ canonical_url }}{% comment_section post %}",
    "comments/_section.html": "{{ thread.page }}{{ thread.next_url }}{{ form.reply_to.name }}",
}


@pytest.fixture(scope="module")
def strings() -> list[bytes]:
    """The strings as UTF-8, lone surrogates encoded as a broken program would send them."""
    return [text.encode("utf-8", "surrogatepass") for text in naughty()]


@pytest.fixture(autouse=True)
def _quick(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Put the stubs before the templates, brake nobody, and write no line for each answer."""
    for name, source in STUBS.items():
        path = tmp_path / "stubs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path / "stubs", *engine["DIRS"]]}]
    settings.THROTTLE = False
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def post(ceo: Any) -> Post:
    """A public post."""
    return make_post(ceo, title="Floor", slug="floor", body="Raised.")


@pytest.fixture
def each(strings: list[bytes], capsys: Any) -> Callable[..., Counter[int]]:
    """Send something for every string and count the answers by status; none is 500 or above."""

    def sender(what: str, send: Callable[[bytes], Iterable[int]]) -> Counter[int]:
        statuses: Counter[int] = Counter()
        broken: list[bytes] = []
        for string in strings:
            # What one string leaves behind shall not slow down, or break, the next one.
            with transaction.atomic():
                answers = Counter(send(string))
                transaction.set_rollback(True)
            statuses += answers
            broken += [string[:80]] if max(answers) >= 500 else []
        with capsys.disabled():
            print(f"\n{len(strings)} naughty strings as {what}: {dict(sorted(statuses.items()))}")
        assert not broken, broken[:5]
        return statuses

    return sender


def as_header(string: bytes) -> str:
    """The bytes as WSGI hands over a header."""
    return string.decode("latin-1")


def sent(fields: dict[str, bytes], **environ: Any) -> Answer:
    """Send the form of a comment."""
    body = urlencode(fields).encode()
    return ask(PATH, method="POST", body=body, CONTENT_TYPE=FORM, **environ)


def test_every_field_of_the_form_is_covered(post):
    assert {*FIELDS_OF_WORDS, *FIELDS_AROUND} == set(CommentForm(post=post).fields)


def test_words_and_headers_of_a_comment(post, each, settings, strings):
    # Behind a proxy of ours the network of the reader is what a header says.
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.0/8")]

    def send(string: bytes) -> Iterable[int]:
        fields = dict.fromkeys(FIELDS_OF_WORDS, string) | {"name": string[:60] or b"Mara"}
        yield sent(fields, **dict.fromkeys(HEADERS, as_header(string))).status

    statuses = each("words and headers of a comment", send)
    assert statuses[303] > len(strings) / 2, "hardly any string got as far as the database"


def test_what_stands_around_the_words_of_a_comment(post, each, strings):
    words = {"name": b"Mara", "body": b"Thank you.", "stamp": stamp_for(post.pk).encode()}

    def send(string: bytes) -> Iterable[int]:
        yield sent(words | dict.fromkeys(FIELDS_AROUND, string)).status

    assert each("email, url, parent, visibility and notify", send)[422] > len(strings) / 2
    assert not Comment.objects.exists()


def test_headers_that_say_where_a_comment_comes_from(strings):
    ours = {"http://testserver", "same-origin", "none", ""}
    for value in {as_header(string) for string in strings} - ours - {"None"}:
        for header in HEADERS_OF_ORIGIN:
            request = RequestFactory().post(PATH, **{header: value})
            assert origin_of(request) == Origin.FOREIGN, value


def test_parameters_and_headers_of_the_search_page(post, each, strings):
    def send(string: bytes) -> Iterable[int]:
        query = "&".join(f"{name}={quote(string)}" for name in OF_SEARCH)
        headers: Any = dict.fromkeys((*HEADERS, *HEADERS_OF_ORIGIN), as_header(string))
        yield ask("/search/", query=query, **headers).status

    assert each("parameters and headers of the search page", send) == {200: len(strings)}


def test_page_number_of_the_search_page(post, strings):
    found = {
        ask("/search/", query=f"q=river&page={quote(string)}").status for string in strings[::9]
    }
    assert found <= {200, 404}


def test_parameters_of_a_thread(ceo, each, strings):
    # A page reads the same parameters as a post, and asks the database for less around them.
    page = make_post(ceo, slug="about", kind=Post.Kind.PAGE, body="Raised.")
    change_post(page, {"comment_policy": Post.CommentPolicy.MODERATED}, by=ceo)

    def send(string: bytes) -> Iterable[int]:
        query = "&".join(f"{name}={quote(string)}" for name in PARAMETERS)
        yield ask("/about/", query=query).status

    assert each("parameters of a thread", send) == {200: len(strings)}


def test_parameters_of_a_list(ceo, each, strings):
    Topic.objects.create(name="Water", slug="water")

    def send(string: bytes) -> Iterable[int]:
        yield ask("/topics/water/", query=f"page={quote(string)}").status

    assert each("page of a list", send)[404] > len(strings) * 0.96


def test_segments_of_addresses(ceo, each, strings):
    routes = [route for route in public_routes() if len(route.arguments) == 1]

    def send(string: bytes) -> Iterable[int]:
        yield ask(b"/posts/" + string + b"/").status
        segment = string.decode(errors="replace")
        for route in routes:
            (path,) = route.paths({route.arguments[0]: [segment]})
            yield _status_of(path)

    found = each("segments of addresses", send)
    assert found[404] + found[405] > len(strings) * 0.96 * len(routes)


def _status_of(path: str) -> int:
    """Ask the view itself; its 404 is the page that the request before this has shown already."""
    try:
        match = resolve(path)
        response = match.func(RequestFactory().get("/"), *match.args, **match.kwargs)
    except (Resolver404, Http404):
        return 404
    return int(response.status_code)


def test_cookies_at_the_door_of_the_newsroom(ceo, each, strings):
    def send(string: bytes) -> Iterable[int]:
        # Quoted, a cookie can spell what no header can hold, such as NUL.
        quoted = "".join(f"\\{byte:03o}" for byte in string[:200])
        for value in (as_header(string), f'"{quoted}12345678"'):
            cookies = "; ".join(f"{name}={value}" for name in COOKIES)
            yield ask("/admin/", HTTP_COOKIE=cookies).status

    assert each("cookies", send) == {302: 2 * len(strings)}
