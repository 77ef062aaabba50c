"""An edge in front of the site is told what has changed, and by whatever process it was."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
from tests.conftest import RunTogether

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


@pytest.mark.parametrize(("count", "said"), [(100, 100), (101, 1)])
def test_more_keys_than_one_request_takes_are_told_as_everything(
    place: Place, edge: Edge, listening: Listening, monkeypatch: Any, count: int, said: int
) -> None:
    keys = [f"post-{number}" for number in range(count)]
    monkeypatch.setattr(place.numbers, "since", lambda number: keys)
    place.change(lambda: Author.objects.update(name="Dana W."))
    ((_, told),) = listening.heard
    assert len(told) == said
    assert told == set(keys) or told == {"site"}


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


@contextmanager
def slow_edge(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of an edge that takes what it is asked and answers in its own way."""

    def serve() -> None:
        while True:
            with suppress(OSError):
                connection, _ = server.accept()
                if is_over.is_set():
                    return connection.close()
                with connection:
                    answer(connection)

    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            is_over.set()
            socket.create_connection(server.getsockname()).close()
            thread.join()


class Drip:
    """Answers a byte at a time, each in time for a timeout that begins anew with it, for a minute."""

    def __init__(self) -> None:
        self.is_whole = False

    def __call__(self, connection: socket.socket) -> None:
        """Send bytes until the other side hangs up, or a line is full."""
        for byte in b"HTTP/1.1 200 " + b"O" * 200:
            connection.send(bytes([byte]))
            time.sleep(0.3)
        self.is_whole = True


def test_edge_that_answers_a_byte_at_a_time_holds_nobody_up(
    place: Place, comment: Comment, ceo: User, caplog: pytest.LogCaptureFixture
) -> None:
    drip = Drip()
    with slow_edge(drip) as url:
        tell_after(place, Edge(url, place.numbers))
        place.change(lambda: approve(comment, by=ceo, seen=comment.revision))
        place.change(lambda: Author.objects.update(name="Dana W."))
        assert not drip.is_whole
    (said,) = [record.getMessage() for record in caplog.records if "edge" in record.name]
    assert said.startswith(f"The edge at {url} cannot be told of changes")


def test_requests_that_change_something_together_wait_no_longer_than_one(
    place: Place, comment: Comment, run_together: RunTogether
) -> None:
    drip = Drip()
    with slow_edge(drip) as url:
        edge = Edge(url, place.numbers)
        run_together(4, lambda _: edge.tell(), reraise=True)
        assert not drip.is_whole


def test_who_waited_for_the_lock_does_not_say_it_again(
    place: Place, edge: Edge, listening: Listening, run_together: RunTogether
) -> None:
    Author.objects.update(name="Dana W.")
    place.numbers.settle()
    run_together(6, lambda _: edge.tell(), reraise=True)
    assert listening.heard == [("/purge", {"site"})]


def answer_nothing(connection: socket.socket) -> None:
    """Hang up."""
    connection.recv(100)


def answer_something_else(connection: socket.socket) -> None:
    """Say what is no HTTP."""
    connection.recv(100)
    connection.send(b"220 ready\r\n")


@pytest.mark.parametrize("answer", [answer_nothing, answer_something_else])
def test_edge_that_speaks_no_http_is_named(
    place: Place, comment: Comment, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with slow_edge(answer) as url:
        tell_after(place, Edge(url, place.numbers))
        place.change(lambda: Author.objects.update(name="Dana W."))
    (said,) = [record.getMessage() for record in caplog.records if "edge" in record.name]
    assert said.endswith("it answered with no status")


def test_key_that_cannot_be_said_fails_no_request_and_no_thread(
    place: Place,
    edge: Edge,
    listening: Listening,
    monkeypatch: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(place.numbers, "since", lambda number: ["post-1\r\nX: y"])
        place.change(lambda: Author.objects.update(name="Dana W."))
        edge.begin()
        time.sleep(2.2)
    try:
        until(lambda: ("/purge", {"site"}) in listening.heard)
    finally:
        edge.end()
    assert len([record for record in caplog.records if "edge" in record.name]) == 1


def test_thread_lives_on_whatever_fails(
    place: Place, listening: Listening, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    edge = Edge(listening.url, place.numbers)
    failed: list[float] = []

    def fail(now: float) -> None:
        failed.append(now)
        raise LookupError("nobody thought of it")

    with monkeypatch.context() as patched:
        patched.setattr(place.numbers, "look", fail)
        edge.begin()
        until(lambda: len(failed) > 1)
    try:
        until(lambda: listening.heard == [("/purge", {"site"})] * 2)
    finally:
        edge.end()
    (said,) = [record.getMessage() for record in caplog.records if "edge" in record.name]
    assert said.endswith("nobody thought of it")
