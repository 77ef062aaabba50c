"""The site as a server calls it: a raw WSGI environment in, status, headers and bytes out.

The test client mends what it sends (encodings, lengths, hosts). Here everything goes in as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    path: bytes | str, *, method: str = "GET", query: str = "", body: bytes = b"", **environ: Any
) -> Answer:
    """Send one request. A fault answers 500, as it would for a reader.

    Args:
        path: unquoted already, as a server hands it over.
        environ: keys of the environment to set otherwise; `None` leaves one out.
    """
    segments = path.encode() if isinstance(path, str) else path
    given = {
        "REQUEST_METHOD": method,
        "PATH_INFO": segments.decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        **environ,
    }
    return _answer({key: value for key, value in given.items() if value is not None})


def _answer(environ: dict[str, Any]) -> Answer:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        started.extend((int(status[:3]), dict(headers)))

    with _connections_kept():
        parts = application(environ, start_response)
        body = b"".join(parts)
        parts.close()  # type: ignore[attr-defined]
    return Answer(started[0], started[1], body)


@contextmanager
def _connections_kept() -> Iterator[None]:
    """Keep the connection, and with it the transaction, of the test; as Django's client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
