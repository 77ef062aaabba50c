"""deploy/nginx.conf, in the real nginx before a small site: files from the disk, the rest passed on."""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.deploy.servers import (
    DEPLOY,
    PATIENCE,
    Origin,
    changed,
    free_port,
    origin,
    program,
    running,
)

SHEET = b"body { margin: 0 }\n" * 100
HASHED = "/static/css/site.0123456789ab.css"
ROOT = """
daemon off;
master_process off;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{}}
http {{
    include /etc/nginx/mime.types;
    {paths}
    include {home}/site.conf;
}}
"""
PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass
class Edge:
    """An nginx with our file, its ports, and the site behind it."""

    site: Origin
    plain: int
    port: int

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request over TLS and return status, headers and body."""
        trusting = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, context=trusting
        )
        named = {name.replace("__", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": "blog.example.com"} | named)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, dict(answer.headers.items()), text


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    nginx, openssl = program("nginx"), program("openssl")
    home = tmp_path_factory.mktemp("nginx")
    (home / "static" / "css").mkdir(parents=True)
    for name in ("site.0123456789ab.css", "site.css"):
        (home / "static/css" / name).write_bytes(SHEET)
        (home / "static/css" / f"{name}.gz").write_bytes(gzip.compress(SHEET, mtime=0))
    made = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=blog.example.com",
    ]
    files = ["-keyout", f"{home}/key.pem", "-out", f"{home}/all.pem"]
    subprocess.run([openssl, *made, *files], check=True, capture_output=True)
    plain, port = free_port(), free_port()
    with origin() as site:
        text = changed(
            (DEPLOY / "nginx.conf").read_text(),
            {
                "listen [::]:80;": "",
                "listen [::]:443 ssl http2;": "",
                "listen 80;": f"listen 127.0.0.1:{plain};",
                "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
                "/etc/letsencrypt/live/blog.example.com/fullchain.pem": f"{home}/all.pem",
                "/etc/letsencrypt/live/blog.example.com/privkey.pem": f"{home}/key.pem",
                "127.0.0.1:8000": f"127.0.0.1:{site.port}",
                "/var/cache/plainspoken": str(home),
            },
        )
        (home / "site.conf").write_text(text)
        paths = " ".join(f"{name}_temp_path {home}/{name};" for name in PATHS)
        (home / "nginx.conf").write_text(ROOT.format(home=home, paths=paths))
        command = [nginx, "-c", f"{home}/nginx.conf", "-e", f"{home}/error.log", "-p", str(home)]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr
        with running(command, home / "log", port):
            yield Edge(site, plain, port)


def test_hashed_file_comes_from_the_disk_packed_and_for_ever(edge: Edge) -> None:
    before = len(edge.site.asked)
    status, headers, body = edge.ask(HASHED, Accept__Encoding="gzip, br")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(body) == SHEET
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Type"] == "text/css; charset=utf-8"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["X-Content-Type-Options"] == "nosniff"
    status, headers, body = edge.ask(HASHED)
    assert (status, body) == (200, SHEET)
    assert "Content-Encoding" not in headers
    assert len(edge.site.asked) == before


def test_file_without_digest_is_kept_for_a_minute(edge: Edge) -> None:
    assert edge.ask("/static/css/site.css")[1]["Cache-Control"] == "public, max-age=60"


def test_what_is_not_on_the_disk_the_site_answers(edge: Edge) -> None:
    assert edge.ask("/static/css/other.css")[2].startswith(b"answer ")
    assert edge.ask("/static/")[2].startswith(b"answer ")
    assert edge.ask("/static/../site.conf")[2].startswith(b"answer ")
    assert edge.ask("/posts/floor/?page=2")[2].startswith(b"answer ")
    assert edge.site.asked[-1].path == "/posts/floor/?page=2"


def test_site_hears_the_readers_address_and_no_other(edge: Edge) -> None:
    forged: dict[str, Any] = {"X__Forwarded__For": "203.0.113.9", "X__Forwarded__Proto": "gopher"}
    edge.ask("/", **forged, X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="gopher")
    heard = edge.site.asked[-1].headers
    said = {name: value for name, value in heard.items() if "forwarded" in name.lower()}
    assert said == {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}
    assert heard["Host"] == "blog.example.com"


def test_plain_http_is_led_to_https(edge: Edge) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", edge.plain, timeout=PATIENCE)
    connection.request("GET", "/posts/floor/", headers={"Host": "blog.example.com"})
    answer = connection.getresponse()
    assert (answer.status, answer.read()[:0]) == (301, b"")
    assert answer.headers["Location"] == "https://blog.example.com/posts/floor/"
    connection.close()


@pytest.mark.parametrize(
    "head",
    ["HTTP/1.1\r\nHost: evil.example", "HTTP/1.1\r\nHost: 127.0.0.1", "HTTP/1.0"],
    ids=["another", "address", "none"],
)
def test_plain_http_under_another_name_gets_no_answer(edge: Edge, head: str) -> None:
    with socket.create_connection(("127.0.0.1", edge.plain), timeout=PATIENCE) as connection:
        connection.sendall(f"GET /posts/floor/ {head}\r\n\r\n".encode())
        assert connection.recv(100) == b""


def test_connections_to_the_site_are_kept(edge: Edge) -> None:
    edge.site.connections.clear()
    for _ in range(5):
        edge.ask("/")
    assert len(edge.site.connections) == 1


def test_body_is_passed_on_when_all_of_it_is_here(edge: Edge) -> None:
    before = len(edge.site.asked)
    trusting = ssl._create_unverified_context()
    with (
        socket.create_connection(("127.0.0.1", edge.port), timeout=PATIENCE) as raw,
        trusting.wrap_socket(raw) as connection,
    ):
        connection.sendall(
            b"POST /posts/floor/comments/ HTTP/1.1\r\nHost: blog.example.com\r\n"
            b"Connection: close\r\nContent-Length: 6\r\n\r\nbod"
        )
        # Long enough for a request that is passed on at once to arrive.
        assert edge.ask("/between/")[0] == 200
        assert [one.path for one in edge.site.asked[before:]] == ["/between/"]
        connection.sendall(b"y=x")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert edge.site.asked[-1].body == b"body=x"


MIB = 1024**2


def status_of(edge: Edge, path: str, body: bytes, **headers: str) -> int:
    """What a POST is answered; 413 when it closes before we have said all of it."""
    try:
        return edge.ask(path, "POST", body, **headers)[0]
    except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
        return 413


@pytest.mark.parametrize(
    ("path", "allowed"), [("/admin/", 28 * MIB), ("/posts/floor/comments/", 2 * MIB)]
)
def test_a_picture_may_come_to_the_newsroom_and_only_words_elsewhere(
    edge: Edge, path: str, allowed: int
) -> None:
    assert edge.ask(path, "POST", b"x" * allowed)[0] == 200
    before = len(edge.site.asked)
    assert status_of(edge, path, b"x" * (allowed + 1)) == 413
    assert len(edge.site.asked) == before


def test_what_comes_in_pieces_has_the_same_limits(edge: Edge) -> None:
    pieces = {"Transfer__Encoding": "chunked"}
    piece = f"{MIB:x}\r\n".encode() + b"x" * MIB + b"\r\n"
    for path, count, expected in (("/admin/", 20, 200), ("/posts/floor/comments/", 3, 413)):
        sent = piece * count + b"0\r\n\r\n"
        assert status_of(edge, path, sent, **pieces) == expected, path
    assert any(len(one.body) == 20 * MIB for one in edge.site.asked)


def test_readers_are_told_while_the_site_is_away(edge: Edge) -> None:
    edge.site.is_away = True
    try:
        status, headers, body = edge.ask("/posts/floor/")
    finally:
        edge.site.is_away = False
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "5", "no-store")
    assert body.startswith(b"This site is back in a moment.")
