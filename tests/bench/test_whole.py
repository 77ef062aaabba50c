"""The load that counts whole answers: over the line, with bodies and without, and what fails."""

from __future__ import annotations

import pytest

from bench.load.whole import ask, body_length
from tests.bench.answering import Pages


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_request_that_was_served_is_counted(port: int, method: str):
    request = f"{method} /page HTTP/1.1\r\nHost: blog.example\r\n\r\n".encode()
    load = ask(port, lambda: request, status=200, seconds=0.2, connections=3)
    assert load.requests == Pages.served >= 3
    assert load.failed == 0
    assert load.seconds >= 0.2
    assert 0 < load.p50 <= load.p99


@pytest.mark.parametrize("path", ["/missing", "/broken"])
def test_each_connection_gives_up_at_its_first_failure(port: int, path: str):
    request = f"GET {path} HTTP/1.1\r\nHost: blog.example\r\n\r\n".encode()
    load = ask(port, lambda: request, status=200, seconds=30, connections=2)
    assert (load.requests, load.failed) == (2, 2)


@pytest.mark.parametrize(
    ("head", "is_head", "length"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\nServer: x", False, 17),
        (b"HTTP/1.1 200 OK\r\ncontent-length:17", False, 17),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 17", True, 0),
        (b"HTTP/1.1 304 Not Modified\r\nServer: x", False, 0),
    ],
)
def test_length_of_a_body_is_known_from_its_head(head: bytes, is_head: bool, length: int):
    assert body_length(head, is_head=is_head) == length


def test_answer_of_unknown_length_is_refused():
    with pytest.raises(SystemExit, match="without Content-Length"):
        body_length(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", is_head=False)
