"""A small site to stand in front of, and the real servers that stand there."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PATIENCE = 20


def program(name: str) -> str:
    """The path of a server. Without it these tests fail, unless NO_EDGE=1 skips them."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        if os.environ.get("NO_EDGE") == "1":
            pytest.skip(f"no {name} here, and NO_EDGE=1")
        pytest.fail(f"{name} is needed for these tests: install it, or set NO_EDGE=1 to skip them.")
    return path


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def changed(text: str, changes: dict[str, str]) -> str:
    """The text of a file with the places of this machine; each of them must be in it."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@dataclass
class Asked:
    """A request as it arrived at the site."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Origin:
    """Answers each request with its number and the headers set for its path, and hangs up while away."""

    port: int = 0
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    is_away: bool = False

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self.is_away:
            handler.close_connection = True
            return
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        self.asked.append(Asked(handler.command, handler.path, dict(handler.headers.items()), body))
        self.connections.add(handler.client_address)
        text = f"answer {len(self.asked)}".encode()
        handler.send_response(200)
        for name, value in self.headers.get(handler.path, {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(text)))
        # Whoever asked may have hung up amid the question.
        with suppress(BrokenPipeError, ConnectionResetError):
            handler.end_headers()
            if handler.command != "HEAD":
                handler.wfile.write(text)


@contextmanager
def origin() -> Iterator[Origin]:
    """A site on a port of its own, for as long as it is needed."""
    site = Origin()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.answer(self)

        do_HEAD = do_POST = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, *args: Any) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def running(command: list[str], log: Path, port: int) -> Iterator[None]:
    """Run a server until the block ends; it begins when something listens at `port`."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + PATIENCE
        while not _listens(port):
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def ask(
    port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send one request and return status, headers and body; `_` in the name of a header is `-`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Host": "blog.example.com"} | named)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, dict(answer.headers.items()), text
