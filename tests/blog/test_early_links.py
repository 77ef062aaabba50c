"""What a page is drawn with is named before the page, for readers and for nobody else."""

from __future__ import annotations

import re

import pytest

from blog.models import Site
from tests.cast import make_post, make_user

pytestmark = pytest.mark.django_db

PRELOAD = re.compile(r"<([^>]+)>; rel=preload; as=(\w+)((?:; [^,]+)?)")
PAGES = ["/", "/posts/floor/", "/archive/", "/search/?q=floor", "/nowhere/"]


def preloads(answer) -> dict[str, tuple[str, str]]:
    """What `Link` says of each address."""
    return {path: (kind, more) for path, kind, more in PRELOAD.findall(answer.get("Link", ""))}


@pytest.mark.parametrize("path", PAGES)
def test_page_names_its_sheets_and_its_font_and_uses_just_these(client, ceo, path):
    make_post(ceo, slug="floor")
    Site.objects.update(accent="#0a6b4f")
    answer = client.get(path)
    named = preloads(answer)
    page = answer.content.decode()
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    fonts = re.findall(r'<link rel="preload" href="([^"]+)" as="font"', page)
    assert [address for address, (kind, _) in named.items() if kind == "style"] == sheets
    assert [address for address, (kind, _) in named.items() if kind == "font"] == fonts
    assert (len(sheets), len(fonts)) == (2, 1)
    assert named[fonts[0]][1] == '; type="font/woff2"; crossorigin'


def test_post_keeps_the_links_that_programs_read(client, ceo):
    make_post(ceo, slug="floor")
    link = client.get("/posts/floor/")["Link"]
    assert 'rel="canonical"' in link
    assert 'type="text/markdown"' in link
    assert link.index('rel="canonical"') < link.index("rel=preload")


def test_head_says_the_same(client, ceo):
    assert client.head("/")["Link"] == client.get("/")["Link"]


@pytest.mark.parametrize(
    "path", ["/feed.atom", "/feed.json", "/robots.txt", "/healthz", "/posts/floor.md"]
)
def test_what_has_no_head_names_nothing(client, ceo, path):
    make_post(ceo, slug="floor")
    assert preloads(client.get(path)) == {}


def test_page_without_our_frame_names_nothing(client, db):
    answer = client.get("/")
    assert b"not set up" in answer.content
    assert not answer.has_header("Link")


def test_newsroom_names_nothing(client, ceo):
    post = make_post(ceo, slug="floor")
    client.force_login(make_user("Root Root", is_superuser=True))
    for path in ("/admin/", f"/admin/blog/post/{post.pk}/change/", "/admin/login/"):
        answer = client.get(path, follow=True)
        assert answer.status_code == 200
        assert not answer.has_header("Link"), path
