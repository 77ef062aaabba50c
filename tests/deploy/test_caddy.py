"""deploy/Caddyfile, in the real Caddy before a small site: whose request it is, and how much may come."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import subprocess
from collections.abc import Iterator
from itertools import product

import pytest

from tests.deploy.servers import (
    DEPLOY,
    PATIENCE,
    Origin,
    ask,
    changed,
    free_port,
    origin,
    program,
    running,
)

SHEET = b"body { margin: 0 }\n" * 100
HASHED = "/static/css/site.0123456789ab.css"
MB = 1000**2

Edge = tuple[int, Origin]


def written_for(caddy: str, text: str) -> str:
    """The file as the Caddy of this machine takes it: until 2.7 it had two lines for `request_buffers`."""
    said = subprocess.run([caddy, "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    assert found, said
    if (int(found[1]), int(found[2])) < (2, 7):
        text, count = re.subn(
            r"request_buffers (\w+)", r"buffer_requests\n\t\t\tmax_buffer_size \1", text
        )
        assert count == 2
    return text


def on_this_machine(text: str) -> str:
    """The file without the door for administrators, and for this machine alone."""
    begin = "{\n\tservers {"
    return changed(text, {begin: "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\tservers {"})


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """Caddy with our file, and the site behind it."""
    caddy = program("caddy")
    home = tmp_path_factory.mktemp("caddy")
    sheets = home / "static" / "css"
    sheets.mkdir(parents=True)
    (sheets / "site.0123456789ab.css").write_bytes(SHEET)
    (sheets / "site.0123456789ab.css.gz").write_bytes(gzip.compress(SHEET, mtime=0))
    file = home / "Caddyfile"
    file.write_text(written_for(caddy, on_this_machine((DEPLOY / "Caddyfile").read_text())))
    port = free_port()
    with origin() as site:
        places = {
            "SITE_URL": f"http://blog.example.com:{port}",
            "UPSTREAM": f"127.0.0.1:{site.port}",
            "STATIC_PARENT": str(home),
            "XDG_DATA_HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
        }
        command = [caddy, "run", "--config", str(file), "--adapter", "caddyfile"]
        with running(
            ["env", *(f"{k}={v}" for k, v in places.items()), *command], home / "log", port
        ):
            yield port, site


def raw(port: int, head: list[str]) -> bytes:
    """Send lines as they are and return the first of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        lines = ["GET / HTTP/1.1", "Host: blog.example.com", *head, "Connection: close", "", ""]
        connection.sendall("\r\n".join(lines).encode())
        return connection.makefile("rb").readline()


def folded(headers: dict[str, str], name: str) -> list[str]:
    """All that the site may take for one header: WSGI makes `_` of `-`, and all letters large."""
    return [value for key, value in headers.items() if key.upper().replace("-", "_") == name]


@pytest.mark.parametrize("filler", [0, 40], ids=["alone", "among-many"])
def test_site_hears_the_readers_address_and_no_other_however_it_is_spelled(
    edge: Edge, filler: int
) -> None:
    port, site = edge
    joints = list(product("-_", repeat=2))
    names = [
        f"{x}{a}{forwarded}{b}{what}"
        for x, forwarded in (("X", "Forwarded"), ("x", "forwarded"))
        for a, b in joints
        for what in ("For", "Proto", "Host")
    ]
    many = [f"X-Filler-{number}: y" for number in range(filler)]
    assert raw(port, [f"{name}: 203.0.113.9" for name in names] + many).split()[1] == b"200"
    heard = site.asked[-1].headers
    assert folded(heard, "X_FORWARDED_FOR") == ["127.0.0.1"]
    assert folded(heard, "X_FORWARDED_PROTO") == ["http"]
    assert folded(heard, "X_FORWARDED_HOST") == ["blog.example.com"]
    assert heard["Host"] == "blog.example.com"
    assert len(folded(heard, "X_FILLER_1")) == bool(filler)


@pytest.mark.parametrize(
    ("path", "allowed"), [("/admin/blog/image/add/", 29 * MB), ("/posts/floor/comments/", 2 * MB)]
)
def test_a_picture_may_come_to_the_newsroom_and_only_words_elsewhere(
    edge: Edge, path: str, allowed: int
) -> None:
    port, site = edge
    words = b"x" * allowed
    assert ask(port, path, "POST", words)[0] == 200
    assert site.asked[-1].body == words
    site.asked.clear()
    try:
        status = ask(port, path, "POST", words + b"x")[0]
    except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
        # It closes before we have said all of it.
        status = 413
    assert status in {413, 502}
    # It may have begun to pass it on, and hung up.
    assert all(len(one.body) <= allowed for one in site.asked)


def bodies(site: Origin) -> list[bytes]:
    """What came to an address that no other test asks for; theirs may come late."""
    return [one.body for one in site.asked if one.path == "/posts/whole/comments/"]


def test_body_is_passed_on_when_all_of_it_is_here(edge: Edge) -> None:
    port, site = edge
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(
            b"POST /posts/whole/comments/ HTTP/1.1\r\nHost: blog.example.com\r\n"
            b"Connection: close\r\nContent-Length: 6\r\n\r\nbod"
        )
        # Long enough for a request that is passed on at once to arrive.
        assert ask(port, "/between/")[0] == 200
        assert bodies(site) == []
        connection.sendall(b"y=x")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert bodies(site) == [b"body=x"]


def test_head_of_a_request_has_a_limit(edge: Edge) -> None:
    port, site = edge
    assert raw(port, [f"X-Long: {'x' * 30_000}"]).split()[1] == b"200"
    before = len(site.asked)
    assert raw(port, [f"X-Long: {'x' * 40_000}"]).split()[1] == b"431"
    assert len(site.asked) == before


def test_hashed_file_comes_from_the_disk_packed_and_for_ever(edge: Edge) -> None:
    port, site = edge
    before = len(site.asked)
    status, headers, body = ask(port, HASHED, Accept_Encoding="gzip")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(body) == SHEET
    assert "immutable" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert len(site.asked) == before
    assert ask(port, "/static/css/other.css")[2].startswith(b"answer ")
