"""deploy/varnish.vcl, in the real Varnish before a small site: what is kept, and what lets go of it."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blog import urls
from blog.page_store.edge import Edge
from blog.page_store.numbers import Mark, Numbers
from blog.page_store.saying import keeping_of
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

KEPT = {"Cache-Control": "public, max-age=0, s-maxage=60, must-revalidate"}
POST = KEPT | {"Surrogate-Key": "site comments post-12", "Vary": "Accept-Encoding"}


RULES = DEPLOY / "varnish.vcl"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Origin]]:
    """Varnish with our file, but for the port of the site, and with a second for its minute."""
    varnishd = program("varnishd")
    home = tmp_path_factory.mktemp("varnish")
    port = free_port()
    with origin() as site:
        file = home / "site.vcl"
        file.write_text(
            changed(
                RULES.read_text(),
                {
                    '.port = "8000";': f'.port = "{site.port}";',
                    "beresp.ttl > 60s": "beresp.ttl > 1s",
                    "beresp.ttl = 60s": "beresp.ttl = 1s",
                },
            )
        )
        command = [varnishd, "-F", "-n", str(home / "work"), "-a", f"127.0.0.1:{port}"]
        command += ["-f", str(file), "-s", "malloc,32m", "-p", "http_gzip_support=off"]
        with running([*command, "-j", "none"], home / "log", port):
            yield port, site


@pytest.fixture
def varnish(edge: tuple[int, Origin], request: pytest.FixtureRequest) -> tuple[int, Origin, str]:
    """Its port, the site behind it and a path that no other test asks for."""
    return *edge, f"/posts/{re.sub(r'[^a-z0-9]+', '-', request.node.name)}/"


def is_hit(port: int, path: str, **headers: Any) -> bool:
    """Whether an answer came out of the store."""
    return ask(port, path, **headers)[1]["Cache-Status"] == "varnish; hit"


def purge(port: int, path: str = "/", **headers: Any) -> int:
    return ask(port, path, "PURGE", **headers)[0]


def test_page_is_kept_until_one_of_its_keys_is_purged(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    first = ask(port, path)
    again = ask(port, path)
    assert (first[0], again[2]) == (200, first[2])
    assert is_hit(port, path)
    assert purge(port, Surrogate_Key="post-13 post-1") == 200
    assert is_hit(port, path)
    assert purge(port, Surrogate_Key="post-99 post-12") == 200
    anew = ask(port, path)
    assert anew[2] != first[2]
    assert anew[1]["Cache-Status"] == "varnish; fwd=miss"


@pytest.mark.parametrize("headers", [{"xkey": "comments"}, {"Surrogate_Key": "site"}])
def test_either_name_of_the_header_purges(varnish, headers) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    ask(port, path)
    assert is_hit(port, path)
    assert purge(port, **headers) == 200
    assert not is_hit(port, path)


class Changed(Numbers):
    """Numbers of a site in which one text has changed."""

    def look(self, now: float) -> Mark:
        """See it."""
        self._last = 1
        return b"another"


def test_site_itself_has_a_page_let_go_of(varnish, caplog) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    ask(port, path)
    assert is_hit(port, path)
    Edge(f"http://127.0.0.1:{port}", Changed(Path())).tell()
    assert not is_hit(port, path)
    assert not caplog.records


def test_purge_without_a_key_is_of_the_one_address(varnish) -> None:
    port, site, path = varnish
    for one in (path, path + "2/"):
        site.headers[one] = POST
        ask(port, one)
    assert purge(port, path) == 200
    assert not is_hit(port, path)
    assert is_hit(port, path + "2/")


def test_purge_that_came_through_the_server_in_front_is_refused(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    ask(port, path)
    assert purge(port, Surrogate_Key="site", X_Forwarded_For="203.0.113.9") == 403
    assert purge(port, path, X_Forwarded_For="127.0.0.1") == 403
    assert is_hit(port, path)


@pytest.mark.parametrize(
    "query",
    [
        *("?j=1", "?page=2&j=1", "?page=02", "?page=1", "?page=2&page=3", "?", "?comments=2"),
        *("?utm_source=letter", "?page=100000", "?order=newest"),
    ],
)
def test_query_that_no_link_of_the_site_has_is_not_kept(varnish, query) -> None:
    port, site, _ = varnish
    for path in (f"/topics/floors/{query}", f"/{query}"):
        site.headers[path] = POST
        assert len({ask(port, path)[2] for _ in range(2)}) == 2, path


def test_queries_of_the_sites_own_links_are_kept(varnish) -> None:
    """As the site itself writes them and keeps their pages."""
    port, site, _ = varnish
    pages = ["/topics/floors/", "/series/a-year/", "/authors/dana/", "/corrections/"]
    threads = ["order=newest", "comments=2", "order=newest&comments=17"]
    for path in [f"{page}?page=12" for page in [*pages, "/posts/roof/history/"]] + [
        f"/posts/roof/?{query}" for query in threads
    ]:
        site.headers[path] = POST
        ask(port, path)
        assert is_hit(port, path), path


def test_every_list_that_has_pages_is_known() -> None:
    kept = re.findall(r'req\.url !~ "([^"]+)"', RULES.read_text())
    found = [(str(one.pattern), keeping_of(one.callback)) for one in urls.urlpatterns]
    lists = [route for route, keeping in found if keeping and list(keeping.by) == ["page"]]
    assert len(lists) >= 5
    for route in lists:
        address = "/" + re.sub(r"<[^>]+>", "some-name", route) + "?page=2"
        assert any(re.search(one, address) for one in kept), address
    # A name that the site begins to read is to be thought about here too.
    assert {name for _, keeping in found if keeping for name in keeping.by} == {
        "page",
        "order",
        "comments",
    }


def test_name_of_the_site_is_the_same_in_any_case(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    ask(port, path)
    assert is_hit(port, path, Host="Blog.EXAMPLE.com")


def test_no_name_with_an_underscore_reaches_the_site(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    lines = [
        *("X_Forwarded_For: 203.0.113.9", "X_Forwarded-For: 203.0.113.9"),
        *("x-forwarded_for: 203.0.113.9", "X-Forwarded_Proto: https", "X-Filler: a_b: c"),
        "X_Forwarded-For: 203.0.113.10",
    ]
    head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: blog.example.com", *lines])
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
        assert connection.makefile("rb").readline().split()[1] == b"200"
    heard = site.asked[-1].headers
    assert not [name for name in heard if "_" in name or name == "X-Unwanted"]
    assert (heard["X-Forwarded-For"], heard["X-Filler"]) == ("127.0.0.1", "a_b: c")


def test_address_with_an_underscore_is_asked_for_as_it_is(varnish) -> None:
    port, site, path = varnish
    ask(port, f"{path}a_b:c")
    assert site.asked[-1].path == f"{path}a_b:c"


@pytest.mark.parametrize("accepted", ["br;Q=0", "x-br", "br ; q = 0.000", "brotli", "x-gzip", "*"])
def test_coding_that_was_not_asked_for_is_not_sent(varnish, accepted) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    ask(port, path, Accept_Encoding=accepted)
    assert "Accept-Encoding" not in site.asked[-1].headers


def test_coding_is_known_in_any_case(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    ask(port, path, Accept_Encoding="zstd , BR;q=1.0")
    assert site.asked[-1].headers["Accept-Encoding"] == "br"


def test_what_has_no_key_is_kept_for_a_minute_and_no_longer(varnish) -> None:
    """A logo says that it never changes. Who has replaced it wants the other one to be seen."""
    port, site, path = varnish
    for one, headers in ((path, {}), (path + "2/", {"Surrogate-Key": "site"})):
        site.headers[one] = {"Cache-Control": "public, max-age=31536000, immutable"} | headers
        ask(port, one)
        assert is_hit(port, one)
    time.sleep(1.5)
    assert not is_hit(port, path)
    assert is_hit(port, path + "2/")


def test_keys_are_not_sent_on_to_readers(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    for _ in range(2):
        names = {name.lower() for name in ask(port, path)[1]}
        assert not names & {"surrogate-key", "xkey", "x-varnish", "via"}


def test_each_coding_is_kept_apart_and_no_more_than_three(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    for accepted in ("gzip, deflate, br", "gzip", "identity"):
        assert not is_hit(port, path, Accept_Encoding=accepted)
    for accepted in ("br", "br;q=0.5, *", "gzip, br;q=0", "deflate, gzip", "zstd", "gzip;q=0"):
        assert is_hit(port, path, Accept_Encoding=accepted), accepted
    asked = [one.headers.get("Accept-Encoding") for one in site.asked if one.path == path]
    assert asked == ["br", "gzip", None]
    assert purge(port, Surrogate_Key="post-12") == 200
    assert not is_hit(port, path, Accept_Encoding="gzip")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Cache-Control": "public, max-age=0, must-revalidate"},
        {"Cache-Control": "public, no-cache, s-maxage=60"},
        {"Cache-Control": "private, s-maxage=60"},
        {"Cache-Control": "no-store"},
        KEPT | {"Set-Cookie": "__Host-csrf=x; Secure; Path=/"},
    ],
    ids=["nothing", "browsers", "no-cache", "private", "no-store", "cookie"],
)
def test_what_does_not_say_that_others_may_keep_it_is_not_kept(varnish, said) -> None:
    port, site, path = varnish
    site.headers[path] = said
    assert len({ask(port, path)[2] for _ in range(3)}) == 3


@pytest.mark.parametrize(
    "private",
    [
        *("/admin/", "/admin/blog/post/", "/setup/abc/", "/comments/mine/abc/"),
        *("/comments/decide/abc/", "/comments/confirm/abc/", "/comments/mail/abc/"),
        *("/subscribe/mine/abc/", "/subscribe/confirm/abc/", "/healthz", "/readyz"),
    ],
)
def test_private_paths_are_never_kept_whatever_they_say(edge, private) -> None:
    port, site = edge
    site.headers[private] = KEPT
    assert len({ask(port, private)[2] for _ in range(2)}) == 2


def test_who_is_signed_in_gets_no_kept_page_and_leaves_none(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    mine = ask(port, path, Cookie="theme=dark; __Host-session=abc")
    others = ask(port, path, Cookie="theme=dark")
    assert others[2] != mine[2]
    assert is_hit(port, path)
    assert ask(port, path, Cookie="session=abc")[2] not in {mine[2], others[2]}
    seen = [one.headers.get("Cookie") for one in site.asked if one.path == path]
    assert seen == ["theme=dark; __Host-session=abc", None, "session=abc"]


def test_what_is_sent_passes_and_arrives_whole(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    ask(port, path)
    words = b"body=" + b"x" * 100_000
    assert ask(port, path, "POST", words)[0] == 200
    assert site.asked[-1].body == words
    assert is_hit(port, path)


def test_nothing_is_shown_past_its_time(varnish) -> None:
    """A page whose second is over is fetched before anybody sees it again: no grace."""
    port, site, path = varnish
    site.headers[path] = {"Cache-Control": "public, s-maxage=1, stale-while-revalidate=600"}
    first = ask(port, path)[2]
    time.sleep(1.5)
    assert ask(port, path)[2] != first


def test_kept_pages_are_shown_while_the_site_is_away_and_others_are_told_so(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    ask(port, path)
    site.is_away = True
    try:
        assert is_hit(port, path)
        status, headers, body = ask(port, path + "other/")
    finally:
        site.is_away = False
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "5", "no-store")
    assert body == b"This site is back in a moment. Please try again."
    assert ask(port, path + "other/")[0] == 200


def test_plain_http_and_https_are_kept_apart(varnish) -> None:
    port, site, path = varnish
    site.headers[path] = POST
    plain = ask(port, path, X_Forwarded_Proto="http")[2]
    assert ask(port, path, X_Forwarded_Proto="https")[2] != plain


def test_file_names_the_same_port_as_the_others() -> None:
    assert "127.0.0.1:8000" in (DEPLOY / "nginx.conf").read_text()
    assert "127.0.0.1:8000" in (DEPLOY / "Caddyfile").read_text()
