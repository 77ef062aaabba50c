"""Public text travels compressed, and what is private travels as it is."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest
import time_machine
from django.utils import timezone

from comments.private_links import private_path
from tests.cast import PASSWORD, make_post
from tests.comments.conftest import make_comment

pytestmark = pytest.mark.django_db

UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br", "br"), ("gzip;q=0.5", "gzip"), ("br;q=0, gzip", "gzip")],
)
@pytest.mark.parametrize("path", ["/", "/posts/floor/", "/feed.atom", "/feed.json", "/nowhere/"])
def test_public_text_is_compressed_and_says_so(client, ceo, path, accepted, coding):
    make_post(ceo, slug="floor")
    with time_machine.travel(timezone.now(), tick=False):
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": accepted})
    assert UNPACK[coding](packed.content) == plain.content
    assert packed["Content-Encoding"] == coding
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "zstd", "br;q=0", "gzip;q=0.0, br;q=0"])
def test_who_takes_no_coding_gets_none(client, ceo, accepted):
    answer = client.get("/", headers={"Accept-Encoding": accepted})
    assert not answer.has_header("Content-Encoding")
    assert answer.content.startswith(b"<!doctype html>")


def test_compressed_answer_is_not_sent_again(client, ceo):
    make_post(ceo, slug="floor")
    headers = {"Accept-Encoding": "br"}
    first = client.get("/feed.atom", headers=headers)
    assert first["ETag"].startswith('W/"')
    headers_again = headers | {"If-None-Match": first["ETag"]}
    again = client.get("/feed.atom", headers=headers_again)
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    assert "Accept-Encoding" in again["Vary"]
    again = client.get("/feed.atom", headers=headers | {"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_private_pages_and_the_newsroom_are_not_compressed(client, ceo):
    mine = private_path(make_comment(make_post(ceo, slug="floor"), name="Ines"))
    client.login(username="dana", password=PASSWORD)
    for path in (mine, "/admin/", "/admin/login/", "/admin/blog/post/"):
        answer = client.get(path, headers={"Accept-Encoding": "br, gzip"}, follow=True)
        assert answer.status_code == 200
        assert not answer.has_header("Content-Encoding"), path


def test_pictures_and_short_answers_stay_as_they_are(client, ceo):
    for path in ("/healthz", "/robots.txt"):
        answer = client.get(path, headers={"Accept-Encoding": "br"})
        assert not answer.has_header("Content-Encoding")
