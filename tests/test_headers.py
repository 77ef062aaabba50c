"""What comes with every page: its policy, no cookie, no script of strangers, no word of strangers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from blog import roles, workflow
from blog.models import Post, Series, Site, Topic
from comments.private_links import private_path
from tests.cast import make_ceo, make_post, make_user
from tests.comments.conftest import make_comment, make_public
from tests.surface import SITE, body_of, html_of, is_html, routes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
EXPECTED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# Every kind of answer a reader can get, with its status; `mine` stands for a private page.
PAGES = {
    "/": 200,
    "/page/1/": 200,
    "/posts/floor/": 200,
    "/posts/floor/?reply=1&comments=2&utm_source=mail": 200,
    "/posts/dam/": 200,
    "/about/": 200,
    "/topics/water/": 200,
    "/series/works/": 200,
    "/authors/dana-whitfield/": 200,
    "/archive/": 200,
    "/archive/1999/": 404,
    "/search/": 200,
    "/search/?q=raised": 200,
    "/feed.atom": 200,
    "/topics/water/feed.atom": 200,
    "/feed.json": 200,
    "/topics/water/feed.json": 200,
    "/posts/floor/comments/feed.atom": 200,
    "/posts/floor/comments/feed.json": 200,
    "/posts/floor.md": 200,
    "/sitemap.xml": 200,
    "/robots.txt": 200,
    "/theme.css": 200,
    "/site.0.css": 200,
    "/healthz": 200,
    "/readyz": 200,
    "/nothing/": 404,
    "/posts/nothing/": 404,
    "/comments/999/": 404,
    "/comments/mine/1-nothing/": 404,
    "/media/site/nothing.png": 404,
    "/posts/floor": 301,
    "/posts/floor/comments/": 405,
    "mine": 200,
}
# What a stranger's header or host must never reach.
POISON = {
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_SERVER": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_PORT": "8443",
    "HTTP_X_FORWARDED_PREFIX": "/evil.example",
    "HTTP_X_FORWARDED_FOR": "evil.example",
    "HTTP_X_ORIGINAL_URL": "/evil.example/",
    "HTTP_X_REWRITE_URL": "/evil.example/",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
    "HTTP_FORWARDED": "host=evil.example;proto=https",
    "HTTP_REFERER": "https://evil.example/",
    "HTTP_ORIGIN": "https://evil.example",
    "HTTP_USER_AGENT": "evil.example",
    "HTTP_ACCEPT_LANGUAGE": "ar, he;q=0.5",
    "HTTP_COOKIE": "session=evil.example; csrf=evil.example; django_language=ar",
}


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """Stop the clock, so that the same page twice is the same bytes."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture(scope="module")
def mine(one_world: None) -> str:
    """Fill the site with one of each kind of page; the address of a private page."""
    ceo, moderator = make_ceo(), make_user("Mo Lindqvist", roles.MODERATOR)
    Site.objects.update(accent="#1D4F7C", contact_email="desk@example.com")
    post = make_post(ceo, title="Floor", slug="floor", body="Raised.\n\n![A dam](/media/dam.png)")
    topic = Topic.objects.create(name="Water", slug="water")
    series = Series.objects.create(name="Works", slug="works")
    workflow.change_post(post, {"topics": [topic], "series": series}, by=ceo)
    make_public(post, moderator, name="Mara", url="https://mara.example", body="Thank you.")
    make_post(ceo, title="About", slug="about", kind=Post.Kind.PAGE)
    dam = make_post(ceo, title="Dam", slug="dam")
    workflow.retract(dam, by=ceo, notice="We were wrong.")
    return private_path(make_comment(post, name="Ines", body="A thought of mine."))


def get(client: Client, page: str, mine: str, **headers: Any) -> Any:
    """One of `PAGES`, which must answer as it says."""
    response = client.get(mine if page == "mine" else page, **headers)
    assert response.status_code == PAGES[page]
    return response


def broken_rules(page: str, response: Any) -> list[str]:
    """Return what in a page the policy would block, or what it asks of somebody else."""
    found = []
    for element in html_of(response).iter():
        tag = element.tag if isinstance(element.tag, str) else ""
        inline = {name for name in element.attrib if name.startswith("on") or name == "style"}
        # A block of data is no script: no browser runs it, and the policy does not ask about it.
        is_data = element.get("type") == "application/ld+json"
        is_script = tag == "script" and not element.get("src") and not is_data
        if tag == "style" or inline or is_script:
            found.append(f"inline: {tag} {sorted(inline)}")
        loaded = [element.get("src"), element.get("srcset"), element.get("action")]
        loaded += [element.get("href")] if tag == "link" else []
        loaded += [element.get("formaction"), element.get("data"), element.get("poster")]
        found += [f"{tag}: {url}" for url in loaded if url and not _is_own(page, url)]
        if urlsplit(element.get("href") or "").scheme not in {"", "http", "https", "mailto"}:
            found.append(f"link: {element.get('href')}")
        if tag in {"iframe", "object", "embed", "base", "frame", "applet"}:
            found.append(tag)
    return found


def _is_own(page: str, url: str) -> bool:
    return urljoin(SITE + page, url).startswith(f"{SITE}/")


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_carries_the_whole_policy(client, mine, page):
    response = get(client, page, mine)
    expected = dict(EXPECTED)
    if page == "mine":
        expected["Referrer-Policy"] = "strict-origin"
    if PAGES[page] == 301:
        # Nothing is shown that could be framed, and frame-ancestors says the same.
        del expected["X-Frame-Options"]
    assert {name: response.get(name) for name in expected} == expected


def test_policy_allows_nothing_inline_and_nobody_else(settings):
    assert "unsafe" not in POLICY
    sources = {source for sources in settings.SECURE_CSP.values() for source in sources}
    assert sources == {"'self'", "'none'", "data:"}


@pytest.mark.parametrize("page", PAGES)
def test_reader_gets_no_cookie_and_no_token(client, mine, page):
    response = get(client, page, mine)
    assert "Set-Cookie" not in response.headers
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "csrf" not in body_of(response).lower()


@pytest.mark.parametrize("page", [page for page in PAGES if PAGES[page] != 301])
def test_page_loads_nothing_inline_and_nothing_from_elsewhere(client, mine, page):
    response = get(client, page, mine)
    if is_html(response):
        assert broken_rules(response.request["PATH_INFO"], response) == []
    else:
        assert response.get("Content-Type", "").startswith(
            (
                "text/",
                "application/json",
                "application/xml",
                "application/atom+xml",
                "application/feed+json",
            )
        )


def test_rules_of_a_page_are_seen_to_be_broken():
    page = b"""<p onclick=a style=b><style>c</style><script>d</script><img src=//e.example/f>
        <a href="javascript:g"></a><iframe></iframe><form action="https://h.example/">"""
    found = broken_rules("/", HttpResponse(page))
    assert [rule.split(":")[0] for rule in found] == [
        *("inline", "inline", "inline", "img", "link", "iframe", "form")
    ]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_a_stranger_sends_along_changes_a_page(client, mine, page):
    plain, poisoned = get(client, page, mine), get(client, page, mine, **POISON)
    assert body_of(poisoned) == body_of(plain)
    assert poisoned.get("Location") == plain.get("Location")


@pytest.mark.parametrize("page", [page for page in PAGES if PAGES[page] != 301])
def test_another_host_that_is_ours_changes_no_link(client, mine, page):
    plain, other = get(client, page, mine), get(client, page, mine, headers={"host": "localhost"})
    assert body_of(other) == body_of(plain)


@pytest.mark.parametrize("page", ["/", "/posts/floor/", "/about/", "/search/?q=raised"])
def test_what_is_added_to_an_address_is_not_in_the_page(client, mine, page):
    added = "utm_source=evil.example&fbclid=evil.example;evil.example"
    joined = f"{page}{'&' if '?' in page else '?'}{added}"
    assert body_of(client.get(joined)) == body_of(client.get(page))


@pytest.mark.parametrize("path", ["/posts/floor/x.css", "/comments/mine/x.js", "/archive/a.css"])
def test_page_does_not_pass_for_a_file(client, mine, path):
    assert client.get(path, follow=True).status_code == 404


def test_private_page_is_stored_nowhere(client, mine):
    response = client.get(mine)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        ({"name": "Mara", "body": ""}, {}, 422),
        ({"name": "<script>", "body": "x" * 5001}, {}, 422),
        ({"name": "Mara", "body": "Hello."}, {"HTTP_ORIGIN": "https://evil.example"}, 403),
    ],
)
def test_form_that_comes_back_keeps_the_policy(client, mine, fields, headers, status):
    response = client.post("/posts/floor/comments/", fields, **headers)
    assert response.status_code == status
    assert {name: response.get(name) for name in EXPECTED} == EXPECTED
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert broken_rules("/posts/floor/comments/", response) == []


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_refused_method_keeps_the_policy(mine, method):
    strict = Client(enforce_csrf_checks=True)
    response = getattr(strict, method)("/")
    assert response.status_code in {403, 405}
    assert {name: response.get(name) for name in EXPECTED} == EXPECTED
    assert not response.cookies
    if response.content:
        assert broken_rules("/", response) == []


def test_refused_host_and_broken_page_keep_the_policy(mine):
    quiet = Client(raise_request_exception=False)
    refused = quiet.get("/", headers={"host": "evil.example"})
    with mock.patch("blog.views.reading.site_of", side_effect=RuntimeError("a secret fault")):
        broken = quiet.get("/")
    assert (refused.status_code, broken.status_code) == (400, 500)
    for response in (refused, broken):
        assert response["Content-Security-Policy"] == POLICY
        assert broken_rules("/", response) == []
        for word in (b"Traceback", b"secret", b"reading", b"evil.example"):
            assert word not in response.content


def test_pages_of_the_newsroom_keep_the_policy(client, mine):
    client.force_login(make_user("Root Root", is_superuser=True))
    checked = 0
    for route in routes():
        if not route.is_staff or route.arguments:
            continue
        response = client.get(route.pattern)
        if response.status_code == 200 and is_html(response):
            checked += 1
            assert response["Content-Security-Policy"] == POLICY, route
            assert broken_rules(route.pattern, response) == [], route
    assert checked > 15
