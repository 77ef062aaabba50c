"""What readers get from the page store, and what always goes to Django."""

from __future__ import annotations

import gc
import gzip
import tracemalloc
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from unittest import mock

import brotli
import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from bench.load.calls import environ_of
from blog.models import Author, Post
from blog.page_store import keeper
from blog.page_store.page import ASKED_AGAIN
from blog.views import reading
from config.middleware import client_address, is_trusted
from tests.blog.page_store.conftest import Place
from tests.cast import PASSWORD, make_post

pytestmark = pytest.mark.django_db(transaction=True)
FLOOR = "/posts/floor/"


@pytest.fixture(autouse=True)
def post(ceo: User) -> Post:
    """A public post."""
    return make_post(ceo, title="Why we raised the floor", slug="floor")


def test_second_reader_is_answered_without_django(place: Place) -> None:
    first, second = place.get(FLOOR), place.get(FLOOR)
    assert place.asked == [FLOOR]
    assert first == second
    assert "Why we raised the floor" in second.text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/archive/",
        "/corrections/",
        "/feed.atom",
        "/feed.json",
        "/sitemap.xml",
        "/robots.txt",
        "/authors/dana-whitfield/",
        f"{FLOOR}history/",
        "/posts/floor.md",
        f"{FLOOR}comments/feed.atom",
        f"{FLOOR}comments/feed.json",
    ],
)
def test_every_kind_of_page_is_kept_as_django_makes_it(place: Place, path: str) -> None:
    kept = [place.get(path), place.get(path)][1]
    assert place.asked == [path]
    fresh = Client().get(path, headers={"host": "localhost:8000"})
    assert kept.status == fresh.status_code == 200
    assert without_stamp(kept.body) == without_stamp(fresh.content)
    said = {name.lower() for name in fresh.headers} - {"last-modified"}
    assert said <= kept.headers.keys()


def without_stamp(page: bytes) -> bytes:
    """Leave out when the form was made."""
    before, found, after = page.partition(b'name="stamp" value="')
    return before + found + after[after.find(b'"') :] if found else page


def test_another_process_finds_what_the_first_one_kept(place: Place, another_place: Place) -> None:
    place.get(FLOOR)
    assert another_place.get(FLOOR) == place.get(FLOOR)
    assert another_place.asked == []


@pytest.mark.parametrize(
    ("coding", "decoded"), [("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)]
)
def test_bytes_come_in_the_coding_a_browser_takes(place: Place, coding: str, decoded: Any) -> None:
    plain = place.get(FLOOR)
    coded = place.get(FLOOR, HTTP_ACCEPT_ENCODING=coding)
    assert decoded(coded.body) == plain.body
    assert coded.headers.get("content-encoding", "") == coding
    assert int(coded.headers["content-length"]) == len(coded.body)
    assert coded.headers["vary"] == "Accept-Encoding"


def test_each_coding_has_a_strong_tag_of_its_own(place: Place) -> None:
    tags = {
        place.get(FLOOR, HTTP_ACCEPT_ENCODING=coding).headers["etag"]
        for coding in ("br", "gzip", "")
    }
    assert len(tags) == 3
    assert all(tag.startswith('"') for tag in tags)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_page_a_browser_has_is_not_sent_again(place: Place, form: str) -> None:
    tag = place.get(FLOOR).headers["etag"]
    answer = place.get(FLOOR, HTTP_IF_NONE_MATCH=form.format(tag))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["etag"] == tag
    assert place.get(FLOOR, HTTP_IF_NONE_MATCH='"other"').status == 200


def test_tag_in_an_endless_list_is_not_looked_for(place: Place) -> None:
    tag = place.get(FLOOR).headers["etag"]
    assert place.get(FLOOR, HTTP_IF_NONE_MATCH='"other", ' * 10_000 + tag).status == 200


def test_endless_list_of_codings_names_none(place: Place) -> None:
    for path in (FLOOR, "/nowhere/"):
        answer = place.get(path, HTTP_ACCEPT_ENCODING="br, " + "x, " * 10_000)
        assert "content-encoding" not in answer.headers
        assert "</html>" in answer.text


def held_after(ask: Callable[[str], object]) -> int:
    """Return how many bytes are still held after 20 requests with headers of 100 kB."""
    gc.collect()
    tracemalloc.start()
    for number in range(20):
        ask(f"{number % 10}" * (100_000 + number))
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held


@pytest.mark.parametrize("header", ["HTTP_ACCEPT_ENCODING", "HTTP_X_FORWARDED_PROTO"])
def test_endless_headers_are_not_remembered(place: Place, header: str) -> None:
    place.get(FLOOR)
    assert held_after(lambda value: place.get(FLOOR, **{header: value})) < 1_000_000


def test_endless_name_of_a_host_is_not_remembered(place: Place) -> None:
    def ask(host: str) -> None:
        assert not place.front.accepts(environ_of(FLOOR, HTTP_HOST=host))

    assert held_after(ask) < 1_000_000


def test_endless_address_is_not_remembered(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("192.0.2.7")]

    def ask(address: str) -> None:
        chain = f"203.0.113.1, {address}, 192.0.2.7"
        client_address({"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": chain})
        is_trusted(address)

    assert held_after(ask) < 1_000_000


def test_first_reader_with_a_copy_gets_304_as_well(place: Place, another_place: Place) -> None:
    tag = place.get(FLOOR).headers["etag"]
    assert another_place.get(FLOOR, HTTP_IF_NONE_MATCH=tag).status == 304


def test_head_says_what_get_says(place: Place) -> None:
    head, got = place.get(FLOOR, "HEAD"), place.get(FLOOR)
    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")
    assert place.asked == [FLOOR]


@pytest.mark.parametrize(
    "query", ["utm_source=mail", "fbclid=1&page=3", "order=", "x=" + "y" * 900]
)
def test_names_that_choose_nothing_are_ignored(place: Place, query: str) -> None:
    plain = place.get(FLOOR)
    answer = place.get(f"{FLOOR}?{query}")
    assert answer.status == 200
    if "order" not in query:
        assert answer == plain
        assert place.asked == [FLOOR]


@pytest.mark.parametrize(
    "query",
    [
        "reply=1",
        "comments=007",
        "comments=9999",
        "comments=1",
        "order=oldest",
        "order=2",
        "comments=newest",
        "comments=2",
        "&" * 50 + "comments=2",
    ],
)
def test_what_no_link_of_ours_names_is_made_each_time(place: Place, query: str) -> None:
    answers = [place.get(f"{FLOOR}?{query}") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert len(place.asked) == 2


@pytest.mark.parametrize("path", ["/page/01/", "/page/00001/"])
def test_page_has_one_address(place: Place, path: str) -> None:
    assert [place.get(path).status for _ in range(2)] == [200, 200]
    assert place.asked == [path, path]


def test_what_cannot_be_kept_is_not_waited_for(place: Place, monkeypatch: Any) -> None:
    assert place.get("/posts/nothing/").status == 404
    monkeypatch.setattr(place.keeper, "turns", None)
    assert place.get("/posts/nothing/").status == 404


def test_database_that_is_gone_before_django_is_asked_is_told_by_django(
    place: Place, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keeper, "horizon", mock.Mock(side_effect=OperationalError("gone")))
    assert place.get(FLOOR).status == 200
    assert place.asked == [FLOOR]


def test_old_key_in_the_query_is_no_front_page(place: Place) -> None:
    place.get("/")
    place.get("/?p=12")
    assert place.asked == ["/", "/?p=12"]


@pytest.mark.parametrize(
    "path", ["/posts/nobody/", "/search/?q=floor", "/healthz", "/admin/", "/posts/floor"]
)
def test_what_is_no_public_page_is_asked_each_time(place: Place, path: str) -> None:
    first, second = place.get(path), place.get(path)
    assert len(place.asked) == 2
    assert first.status == second.status


def test_missing_page_is_compressed_all_the_same(place: Place) -> None:
    answer = place.get("/posts/nobody/", HTTP_ACCEPT_ENCODING="br")
    assert answer.status == 404
    assert b"not" in brotli.decompress(answer.body)


@pytest.mark.parametrize("host", ["testserver", "evil.example", "", "localhost"])
def test_request_under_another_name_is_djangos(place: Place, host: str) -> None:
    place.get(FLOOR)
    place.get(FLOOR, HTTP_HOST=host)
    assert place.asked == [FLOOR, FLOOR]


def test_insecure_request_is_sent_to_the_secure_address(tmp_path: Path, settings: Any) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://s.example", ["s.example"]
    settings.IS_HTTPS = settings.SECURE_SSL_REDIRECT = True
    place = Place(tmp_path)
    secure = {"HTTP_HOST": "s.example", "wsgi.url_scheme": "https"}
    assert [place.get(FLOOR, **secure).status for _ in range(2)] == [200, 200]
    for head in ({}, {"HTTP_X_FORWARDED_PROTO": "https"}):
        assert place.get(FLOOR, HTTP_HOST="s.example", **head).status == 301
    assert len(place.asked) == 3


def test_somebody_signed_in_gets_the_page_of_everybody(place: Place) -> None:
    browser = Client()
    assert browser.login(username="dana", password=PASSWORD)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    hers = place.get(FLOOR, HTTP_COOKIE=cookie)
    assert hers == place.get(FLOOR)
    assert place.asked == [FLOOR]
    assert "set-cookie" not in hers.headers


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer.set_cookie("a", "b"),
        lambda answer: answer.headers.setdefault("Cache-Control", "private"),
        lambda answer: answer.headers.setdefault("Vary", "Cookie"),
        lambda answer: answer.headers.setdefault("Vary", "Accept-Encoding, Accept-Language"),
        lambda answer: answer.headers.setdefault("Vary", "*"),
        lambda answer: setattr(answer, "status_code", 500),
        lambda answer: setattr(answer, "content", b"x" * (4 * 1024 * 1024 + 1)),
    ],
)
def test_answer_of_one_reader_is_never_kept(place: Place, monkeypatch: Any, spoil: Any) -> None:
    made = HttpResponse("words")
    spoil(made)
    monkeypatch.setattr("django.core.handlers.base.BaseHandler.get_response", lambda *_: made)
    first, second = place.get(FLOOR), place.get(FLOOR)
    assert len(place.asked) == 2
    assert first.body == second.body


def spoil_posts(monkeypatch: Any, spoil: Callable[[HttpResponse], object]) -> None:
    """Do something to each page of a post that the view has made."""
    made = reading.post_response

    def spoilt(*args: Any, **more: Any) -> HttpResponse:
        response = made(*args, **more)
        spoil(response)
        return response

    monkeypatch.setattr(reading, "post_response", spoilt)


@pytest.mark.parametrize(
    ("spoil", "coding"),
    [
        (lambda answer: answer.headers.setdefault("Vary", "Accept-Language"), "br"),
        (lambda answer: answer.headers.setdefault("Cache-Control", "no-cache"), "br"),
        (lambda answer: answer.set_cookie("a", "b"), ""),
    ],
)
def test_page_that_is_not_kept_is_compressed_and_counted_by_django(
    tmp_path: Path, settings: Any, monkeypatch: Any, spoil: Any, coding: str
) -> None:
    counted: list[str] = []
    settings.SITE_URL, settings.COUNT_READS = "http://localhost:8000", True
    settings.ALLOWED_HOSTS = ["localhost"]
    monkeypatch.setattr("audience.middleware.note_request", lambda path, *_: counted.append(path))
    spoil_posts(monkeypatch, spoil)
    place = Place(tmp_path)
    answers = [place.get(FLOOR, HTTP_ACCEPT_ENCODING="br") for _ in range(2)]
    assert [answer.headers.get("content-encoding", "") for answer in answers] == [coding] * 2
    assert place.asked == counted == [FLOOR, FLOOR]
    assert place.read == []


@pytest.mark.parametrize("query", ["reply=1", "comments=77"])
def test_page_that_is_not_kept_says_what_a_kept_one_says(place: Place, query: str) -> None:
    kept = place.get(FLOOR).headers["cache-control"]
    assert place.get(f"{FLOOR}?{query}").headers["cache-control"] == kept == ASKED_AGAIN


@pytest.mark.parametrize("path", ["/", FLOOR, "/archive/", "/feed.atom", "/sitemap.xml"])
def test_pages_say_it_without_a_store_too(path: str) -> None:
    answer = Client().get(path)
    assert answer["Cache-Control"] == ASKED_AGAIN
    if answer.has_header("ETag"):
        again = Client().get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again["Cache-Control"]) == (304, ASKED_AGAIN)


def test_answer_that_says_something_itself_keeps_it(monkeypatch: Any) -> None:
    with monkeypatch.context() as says:
        spoil_posts(says, lambda answer: answer.headers.setdefault("Cache-Control", "no-store"))
        assert Client().get(FLOOR)["Cache-Control"] == "no-store"
    spoil_posts(monkeypatch, lambda answer: answer.set_cookie("a", "b"))
    assert not Client().get(FLOOR).has_header("Cache-Control")
    assert not Client().get("/posts/nobody/").has_header("Cache-Control")


def test_each_reader_of_a_text_counts_and_of_a_list_none(place: Place) -> None:
    for path in (FLOOR, FLOOR, "/", "/"):
        place.get(path)
    assert place.read == [FLOOR, FLOOR]


def test_path_with_an_encoded_question_mark_is_another_one(place: Place) -> None:
    newest = f"{FLOOR}?order=newest"
    assert place.get(newest).status == 200
    started: list[Any] = []
    environ = environ_of(FLOOR) | {"PATH_INFO": newest}
    place.front(environ, lambda *said: started.append(said))
    assert started[0][0].startswith("404")


@pytest.mark.parametrize(("method", "settled"), [("POST", 1), ("DELETE", 1), ("OPTIONS", 0)])
def test_who_only_asks_waits_for_no_process(place: Place, method: str, settled: int) -> None:
    times: list[int] = []
    place.keeper.settle = lambda: times.append(1)
    place.get(FLOOR, method)
    assert len(times) == settled


def test_trace_waits_for_no_process_either(place: Place, monkeypatch: Any) -> None:
    monkeypatch.setattr(place.keeper, "settle", lambda: pytest.fail("It settled."))
    assert place.get(FLOOR, "TRACE").status >= 400


def test_change_before_a_refusal_is_seen_at_once(place: Place, another_place: Place) -> None:
    """As of a batch whose last one may not be decided."""
    another_place.get(FLOOR)

    def refuse(environ: Any, start_response: Any) -> list[bytes]:
        Author.objects.update(name="Dana W.")
        start_response("403 Forbidden", [])
        return []

    place.django = refuse
    assert place.get(FLOOR, "POST").status == 403
    assert "Dana W." in another_place.get(FLOOR).text
