"""An edge in front of the site is told what has changed, and by whatever process it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.contrib.auth.models import User

from blog.models import Author, Post
from blog.page_store.edge import EDGE_SECONDS, Edge
from comments.models import Comment
from comments.moderation import approve
from tests.blog.page_store.conftest import Place, until
from tests.cast import make_post
from tests.comments.conftest import make_comment

pytestmark = pytest.mark.django_db(transaction=True)
FLOOR = "/posts/floor/"


class Ear(BaseHTTPRequestHandler):
    """Notes what an edge is asked."""

    server: Any

    def do_PURGE(self) -> None:
        """Purge nothing, and remember."""
        if self.server.status == 200:
            self.server.heard.append((self.path, set(self.headers["Surrogate-Key"].split())))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Listening(HTTPServer):
    """An edge on this machine."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ear)
        self.heard: list[tuple[str, set[str]]] = []
        self.status = 200

    @property
    def url(self) -> str:
        """Its address, with a path that is to be kept."""
        return f"http://127.0.0.1:{self.server_port}/purge"


@pytest.fixture
def listening() -> Iterator[Listening]:
    """An edge that answers."""
    with Listening() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post."""
    return make_post(ceo, title="Why we raised the floor", slug="floor")


@pytest.fixture
def comment(post: Post) -> Comment:
    """What waits for a decision."""
    return make_comment(post)


@pytest.fixture
def edge(listening: Listening, comment: Comment, place: Place) -> Edge:
    """What tells the edge of the changes that this process makes, once told of everything."""
    edge = Edge(listening.url, place.numbers)
    tell_after(place, edge)
    edge.tell()
    assert listening.heard == [("/purge", {"site"})]
    listening.heard.clear()
    return edge


def tell_after(place: Place, edge: Edge) -> None:
    """Settle as the site does that has an edge."""

    def settle() -> None:
        place.numbers.settle()
        edge.tell()

    place.keeper.settle = settle


def test_page_says_how_long_an_edge_keeps_it_and_what_it_shows(place: Place, post: Post) -> None:
    assert "surrogate-key" not in place.get(FLOOR).headers
    place = Place(place.folder, program="with an edge", edge_seconds=EDGE_SECONDS)
    answer = place.get(FLOOR)
    keys = {"site", f"post-{post.pk}"}
    again = place.get(FLOOR, HTTP_IF_NONE_MATCH=answer.headers["etag"])
    assert again.status == 304
    for said in (answer.headers, again.headers):
        assert keys <= set(said["surrogate-key"].split())
        assert said["cache-control"] == "public, max-age=0, must-revalidate, s-maxage=10"


def test_edge_is_told_before_the_deciding_request_is_answered(
    place: Place, edge: Edge, listening: Listening, comment: Comment, ceo: User
) -> None:
    place.change(lambda: approve(comment, by=ceo, seen=comment.revision))
    assert listening.heard == [("/purge", {"comments", f"post-{comment.post_id}"})]
    place.change(lambda: None)
    assert len(listening.heard) == 1


def test_what_every_page_shows_is_told_in_one_word(
    place: Place, edge: Edge, listening: Listening, comment: Comment, ceo: User
) -> None:
    def change() -> None:
        approve(comment, by=ceo, seen=comment.revision)
        Author.objects.update(name="Dana W.")

    place.change(change)
    assert listening.heard == [("/purge", {"site"})]


def test_many_keys_go_in_several_requests(
    place: Place, edge: Edge, listening: Listening, monkeypatch: Any
) -> None:
    keys = [f"post-{number}" for number in range(250)]
    monkeypatch.setattr(place.numbers, "since", lambda number: keys)
    monkeypatch.setattr(edge, "_told", 1)
    edge.tell()
    assert [len(said) for _, said in listening.heard] == [100, 100, 50]
    assert set().union(*(said for _, said in listening.heard)) == set(keys)


def test_changes_of_others_are_told_twice_within_seconds(
    place: Place, listening: Listening, comment: Comment, ceo: User
) -> None:
    edge = Edge(listening.url, place.numbers)
    edge.begin()
    try:
        until(lambda: len(listening.heard) == 2)
        assert listening.heard == [("/purge", {"site"})] * 2
        approve(comment, by=ceo, seen=comment.revision)
        until(lambda: len(listening.heard) == 4)
        changed = {"comments", f"post-{comment.post_id}"}
        assert all(changed <= said for _, said in listening.heard[2:])
    finally:
        edge.end()


def test_edge_that_does_not_answer_is_told_later_and_named_once(
    place: Place,
    edge: Edge,
    listening: Listening,
    comment: Comment,
    ceo: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    listening.status = 503
    place.change(lambda: approve(comment, by=ceo, seen=comment.revision))
    place.change(lambda: Author.objects.update(name="Dana W."))
    (said,) = [record.getMessage() for record in caplog.records if "edge" in record.name]
    assert said.startswith(f"The edge at {listening.url} cannot be told of changes")
    assert said.endswith("shows them up to 10 seconds late: it answered 503")
    listening.status = 200
    edge.begin()
    try:
        until(lambda: ("/purge", {"site"}) in listening.heard)
    finally:
        edge.end()
    listening.heard.clear()
    place.change(lambda: Comment.objects.update(name="Mara Q."))
    assert listening.heard == [("/purge", {"comments", f"post-{comment.post_id}"})]


def test_edge_that_is_gone_stops_nobody(place: Place, comment: Comment, ceo: User) -> None:
    with Listening() as server:
        url = server.url
    edge = Edge(url, place.numbers)
    tell_after(place, edge)
    place.change(lambda: approve(comment, by=ceo, seen=comment.revision))
    assert comment.name in place.get(FLOOR).text
