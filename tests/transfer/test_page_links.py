"""What a page names is read as a browser's parser reads it, and can be written anew."""

from __future__ import annotations

from typing import Any

import html5lib
import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog.models import Post
from tests.browser.scene import make_scene
from tests.cast import make_post
from tests.surface import links_of
from transfer.page_links import Link, contents_of, rewritten
from transfer.visiting import Answer


def html(body: str) -> Answer:
    return Answer(200, "text/html", body=body.encode())


def named(body: str) -> list[tuple[str, bool]]:
    return [(link.address, link.is_loaded) for link in contents_of(html(body)).links]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<a href="/a/">A</a>', [("/a/", False)]),
        ("<a href='/a/?b=1&amp;c=2'>A</a>", [("/a/?b=1&c=2", False)]),
        ("<a class=x href=/a/>A</a>", [("/a/", False)]),
        ('<A HREF="/a/">A</A>', [("/a/", False)]),
        ('<a title="1 > 0" href="/a/">A</a>', [("/a/", False)]),
        ('<img alt="" src=" /m/a.jpg ">', [("/m/a.jpg", True)]),
        ('<link rel="stylesheet" href="/s.css">', [("/s.css", True)]),
        ('<link rel="canonical" href="http://x/">', [("http://x/", False)]),
        (
            '<source srcset="/m/a-480.avif 480w, /m/a-960.avif 960w">',
            [("/m/a-480.avif", True), ("/m/a-960.avif", True)],
        ),
        ('<script src="/x.js"></script>', [("/x.js", True)]),
        ('<nav data-module="/x.js"></nav>', [("/x.js", True)]),
        ('<meta property="og:image" content="/m/a.jpg">', [("/m/a.jpg", False)]),
        ('<form action="/search/"></form>', [("/search/", False)]),
        ('<form method="post" action="/posts/a/comments/"></form>', []),
        ('<p>&lt;a href="/no/"&gt;</p>', []),
        ('<a name="here">A</a>', []),
    ],
)
def test_addresses_of_a_page(body: str, found: list[tuple[str, bool]]) -> None:
    assert named(body) == found


def test_places_of_a_page() -> None:
    body = '<h2 id="caf&eacute;">A</h2><a name="old"></a><input name="q" id="q"><meta name="x">'
    assert contents_of(html(body)).places == {"café", "old", "q"}


@pytest.mark.parametrize(
    ("media_type", "body", "found"),
    [
        ("text/css", 'a{b:url("/f.woff2")} c{d:url( /g.png )}', ["/f.woff2", "/g.png "]),
        ("text/plain", "User-agent: *\nSitemap: http://x/sitemap.xml\n", ["http://x/sitemap.xml"]),
        (
            "application/xml",
            "<urlset><url><loc> http://x/a/ </loc></url></urlset>",
            ["http://x/a/"],
        ),
        (
            "application/atom+xml",
            (
                '<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://x/"/>'
                '<entry><content type="html">&lt;a href="/b/"&gt;B&lt;/a&gt;</content></entry></feed>'
            ),
            ["http://x/", "/b/"],
        ),
        ("image/png", "\x89PNG <a href=x>", []),
    ],
)
def test_addresses_of_other_answers(media_type: str, body: str, found: list[str]) -> None:
    links = contents_of(Answer(200, media_type, body=body.encode())).links
    assert [link.address.strip() for link in links] == [address.strip() for address in found]


def test_broken_feed_is_told() -> None:
    with pytest.raises(ValueError, match="well-formed"):
        contents_of(Answer(200, "application/atom+xml", body=b"<feed><entry></feed>"))


@pytest.mark.django_db
def test_real_pages_are_read_as_a_browser_reads_them(ceo: User, moderator: User) -> None:
    for path in make_scene(ceo, moderator).values():
        response: Any = Client().get(path)
        if not path.startswith(("/comments/", "/admin/")):
            same_as_a_parser(response.content.decode())


@pytest.mark.django_db
def test_odd_words_do_not_hide_a_link(ceo: User) -> None:
    odd = "1 > 0 & \"a\" 'b' <c> =/"
    post = make_post(ceo, slug="odd", title=odd, body=f"[{odd}](/about/ '{odd[:5]}') ![{odd}](/x)")
    page: Any = Client().get(Post.objects.get(pk=post.pk).get_absolute_url())
    same_as_a_parser(page.content.decode())
    assert "/about/" in links_of("/posts/odd/", page)


def same_as_a_parser(text: str) -> None:
    elements = list(html5lib.parse(text, namespaceHTMLElements=False).iter())
    named = [e.get(key) for e in elements for key in ("href", "src", "data-module") if e.get(key)]
    forms = [e.get("action") for e in elements if e.tag == "form" and e.get("method") != "post"]
    about = [e.get("content") for e in elements if e.get("property") in {"og:url", "og:image"}]
    assert len(named) > 10
    ours = [link.address for link in contents_of(html(text)).links]
    assert sorted(ours) == sorted([*named, *forms, *about])
    ids = {element.get("id") for element in elements if element.get("id")}
    assert contents_of(html(text)).places == ids


def test_every_address_is_written_anew_and_nothing_else() -> None:
    body = (
        '<p title="/a/">/a/</p><a class="b" href="/a/?b=1&amp;c=2">A</a>'
        '<img alt="1 > 0" srcset="/m/1.jpg 1w, /m/2.jpg 2w" src="/m/1.jpg"><br/>'
    )
    seen: list[tuple[str, str]] = []

    def change(tag: str, address: str) -> str:
        seen.append((tag, address))
        return f'{address}"<'

    assert rewritten(body, change) == (
        '<p title="/a/">/a/</p><a class="b" href="/a/?b=1&amp;c=2&quot;&lt;">A</a>'
        '<img alt="1 > 0" srcset="/m/1.jpg&quot;&lt; 1w, /m/2.jpg&quot;&lt; 2w"'
        ' src="/m/1.jpg&quot;&lt;"><br/>'
    )
    assert [tag for tag, _ in seen] == ["a", "img", "img", "img"]
    assert rewritten(body, lambda tag, address: address) == body


def test_link_is_a_plain_value() -> None:
    assert Link("/a/") == Link("/a/", is_loaded=False)
