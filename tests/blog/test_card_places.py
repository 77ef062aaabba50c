"""Videos and posts of other sites are cards of our own: words, a link, and nothing that loads."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blog.as_markdown import from_html
from blog.card_places import card_place
from blog.markup import plain_text, render, to_html
from tests.blog.test_markup import SLOWEST, elements, only
from tests.blog.test_markup_html import pages, shown
from tests.cast import make_post
from tests.pace import seconds
from tests.pictures import RIVER

FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
PLAYER = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
TOOT = "https://mastodon.example/@dana/109876543210987654"

KNOWN = {
    FILM: ("Video on YouTube", "youtube.com", FILM),
    f"{FILM}&t=30s": ("Video on YouTube", "youtube.com", f"{FILM}&t=30s"),
    "https://www.youtube.com/watch?list=x&v=dQw4w9WgXcQ": ("Video on YouTube", "youtube.com", ""),
    "https://m.youtube.com/shorts/dQw4w9WgXcQ": ("Video on YouTube", "m.youtube.com", ""),
    "https://youtu.be/dQw4w9WgXcQ?si=x": ("Video on YouTube", "youtu.be", ""),
    f"{PLAYER}?rel=0": ("Video on YouTube", "youtube.com", FILM),
    "https://www.youtube.com/embed/videoseries?list=PL1": (
        "Videos on YouTube",
        "youtube.com",
        "https://www.youtube.com/playlist?list=PL1",
    ),
    "https://vimeo.com/76979871": ("Video on Vimeo", "vimeo.com", ""),
    "https://player.vimeo.com/video/76979871?h=1": (
        "Video on Vimeo",
        "vimeo.com",
        "https://vimeo.com/76979871",
    ),
    "https://www.dailymotion.com/embed/video/x8abc": (
        "Video on Dailymotion",
        "dailymotion.com",
        "https://www.dailymotion.com/video/x8abc",
    ),
    "https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv": ("Video on PeerTube", "tube.example", ""),
    "https://tube.example/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv": (
        "Video on PeerTube",
        "tube.example",
        "https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv",
    ),
    TOOT: ("Post on Mastodon", "mastodon.example", ""),
    f"{TOOT}/embed": ("Post on Mastodon", "mastodon.example", TOOT),
    "https://bsky.app/profile/dana.example/post/3kabc": ("Post on Bluesky", "bsky.app", ""),
    "https://embed.bsky.app/embed/did:plc:abc/app.bsky.feed.post/3kabc?id=1": (
        "Post on Bluesky",
        "bsky.app",
        "https://bsky.app/profile/did:plc:abc/post/3kabc",
    ),
    "https://twitter.com/dana/status/20": ("Post on X", "twitter.com", ""),
    "https://x.com/dana/status/20?s=20": ("Post on X", "x.com", ""),
    "https://www.linkedin.com/posts/dana_floods-activity-7-AbC": ("Post on LinkedIn", "linkedin.com", ""),
    "https://www.linkedin.com/embed/feed/update/urn:li:share:6": (
        "Post on LinkedIn",
        "linkedin.com",
        "https://www.linkedin.com/feed/update/urn:li:share:6",
    ),
}  # fmt: skip


@pytest.mark.parametrize("url", KNOWN)
def test_known_addresses_say_what_they_lead_to(url):
    found = card_place(url)
    assert found
    assert (found.what, found.host, found.url) == (*KNOWN[url][:2], KNOWN[url][2] or url)


@pytest.mark.parametrize(
    "url",
    [
        *("https://www.youtube.com/", "https://www.youtube.com/@dana", "https://youtu.be/short"),
        *(
            "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
            f"https://evil.example/?u={FILM}",
        ),
        *("https://evil.example/watch?v=dQw4w9WgXcQ", "https://x.com/dana", "https://bsky.app/"),
        *("https://medium.com/@dana/why-we-raised-the-floor-123", "https://example.com/w/short"),
        *("https://dana@www.youtube.com/watch?v=dQw4w9WgXcQ", "mailto:dana@x.com", "/w/x", ""),
        *("javascript:dQw4w9WgXcQ", f"{FILM}\n", f" {FILM}", "https://vimeo.com/about"),
    ],
)
def test_other_addresses_are_none(url):
    assert card_place(url) is None


# Markdown


@pytest.mark.parametrize(
    ("source", "title", "said"),
    [
        (FILM, "Video on YouTube", "opens youtube.com"),
        (f"<{FILM}>", "Video on YouTube", "opens youtube.com"),
        (f"[{FILM}]({FILM})", "Video on YouTube", "opens youtube.com"),
        (f"[The flood, *filmed*]({FILM})", "The flood, filmed", "Video on YouTube · opens youtube.com"),
        (f'[![]({RIVER.url})]({FILM} "The flood")', "The flood", "Video on YouTube · opens youtube.com"),
        (f"[![A <b>](https://i.example/x.jpg)]({FILM})", "A <b>", "Video on YouTube · opens youtube.com"),
        (TOOT, "Post on Mastodon", "opens mastodon.example"),
        (f"> [Flood]({TOOT})", "Flood", "Post on Mastodon · opens mastodon.example"),
    ],
)  # fmt: skip
def test_paragraph_that_is_one_link_becomes_a_card(source, title, said):
    html = to_html(source)
    assert only(html, "figure").get("class") == "elsewhere"
    link = only(html, "a")
    assert (link.get("href"), link.get("rel")) == (TOOT if "astodon" in html else FILM, "noopener")
    assert (only(link_html(html), "strong").text, only(link_html(html), "small").text) == (
        title,
        said,
    )


def link_html(html: str) -> str:
    """Return what is inside the link of a card."""
    return html.partition("<a ")[2].partition(">")[2].partition("</a>")[0]


def test_picture_of_ours_is_shown_and_its_words_are_said_once():
    html = to_html(f"[![The flood]({RIVER.url})]({FILM})")
    assert only(html, "img").get("alt") == ""
    assert plain_text(html) == "The flood Video on YouTube · opens youtube.com"
    html = to_html(f"[![The river]({RIVER.url}) The flood]({FILM})")
    assert (only(html, "img").get("alt"), only(html, "strong").text) == ("The river", "The flood")
    assert only(to_html(f"[![x](/media/a.png)]({FILM})"), "img").get("src") == "/media/a.png"


@pytest.mark.parametrize(
    "source",
    [
        *(
            f"See {FILM}",
            f"{FILM} {FILM}",
            f"{FILM}\n{FILM}",
            f"- {FILM}",
            f"# {FILM}",
            f"`{FILM}`",
        ),
        f"[![a]({RIVER.url}) ![b]({RIVER.url})]({FILM})",
        f"[note[^1]]({FILM})\n\n[^1]: {FILM}",
        "https://example.com/watch",
        "[x](/about/)",
    ],
)
def test_anything_else_stays_what_it_is(source):
    assert "elsewhere" not in to_html(source).replace("picture-elsewhere", "")


# HTML from elsewhere


@pytest.mark.parametrize(
    ("source", "title", "href"),
    [
        (f"<iframe src='{PLAYER}' title='YouTube video player'></iframe>", "Video on YouTube", FILM),
        (f"<p><iframe src='{PLAYER}' title='The flood'></iframe></p>", "The flood", FILM),
        (f"<ul><li><iframe src='{PLAYER}'></iframe></ul>", "Video on YouTube", FILM),
        (f"<p>{FILM}</p>", "Video on YouTube", FILM),
        (f"<figure class=wp-block-embed><div>\n{FILM}\n</div></figure>", "Video on YouTube", FILM),
        (f"<p><a href='{FILM}'>The <b>flood</b></a></p>", "The flood", FILM),
        (f"<a href='{FILM}' title='T'><img src='{RIVER.url}' alt=w></a>", "T", FILM),
        (f"<a href='{FILM}'><img src='{RIVER.url}' alt=w></a>", "w", FILM),
        (f"<a href='{FILM}'><img src='https://i.example/x.jpg'></a>", "Video on YouTube", FILM),
        (f"<iframe src='{TOOT}/embed'></iframe>", "Post on Mastodon", TOOT),
    ],
)  # fmt: skip
def test_players_and_lone_links_of_imports_become_the_same_cards(source, title, href):
    html = shown(source)
    assert only(html, "figure").get("class") == "elsewhere"
    assert (only(html, "strong").text, only(html, "a").get("href")) == (title, href)
    assert shown(html) == html


def test_caption_of_an_embedded_video_stays_below_its_card():
    html = shown(
        f"<figure><iframe src='{PLAYER}'></iframe><figcaption>At <b>noon</b></figcaption></figure>"
    )
    assert html.endswith("</a><figcaption>At <strong>noon</strong></figcaption></figure>\n")
    assert shown(html) == html


@pytest.mark.parametrize(
    "source",
    [
        f"<p>See <a href='{FILM}'>this</a></p>",
        f"<ul><li><a href='{FILM}'>this</a></ul>",
        f"<p><a href='{FILM}'>one</a> <a href='{FILM}'>two</a></p>",
        f"<h2><a href='{FILM}'>x</a></h2>",
        f"<a href='#x'>y</a><p><a id=x href='{FILM}'>place</a></p>",
        "<iframe src='https://example.com/map'></iframe>",
    ],
)
def test_links_among_words_stay_links(source):
    assert "<figure" not in shown(source)


# Laws


parts = st.sampled_from(
    [
        *(
            f"<a href='{FILM}'>",
            f"<a href='{FILM}' title=t>",
            "</a>",
            f" {FILM} ",
            f"<p>{TOOT}</p>",
        ),
        *(f"<iframe src='{PLAYER}' title='a b'></iframe>", f"<img src='{RIVER.url}' alt=w>"),
        *(
            "<figure class=elsewhere>",
            "</figure>",
            "<figcaption>",
            "<small>",
            "</small>",
            "<strong>",
        ),
        *("<img src='https://a.b/c.png' alt=z>", "<li>", "<p>", "word", "<h2>", "<td>", "<br>"),
    ]
)
mixed = st.lists(st.one_of(parts, pages)).map("".join)


@settings(max_examples=300, deadline=None)
@given(mixed)
@example(f"<figure class=elsewhere><small><a href='{FILM}'>x</a></small></figure>")
@example(f"<th><h1> {FILM} ")
def test_rendering_cards_settles(source):
    """What the first rendering took out of a heading may stand alone, and is a card in the second."""
    html = shown(shown(source))
    assert shown(html) == html


@pytest.mark.parametrize(
    "unit",
    [
        f"{FILM}\n\n",
        f"<a href='{FILM}'>x",
        f"<p>{TOOT}",
        f"<iframe src='{PLAYER}'></iframe>",
        "<p>x",
    ],
)
@pytest.mark.parametrize("markup", ["markdown", "html"])
def test_many_cards_take_no_longer(unit, markup):
    source = f"<a href='{FILM}&{'x' * 1900}'>" + unit * (100_000 // len(unit))
    assert len(render(source, markup).html) < 6 * len(source)
    assert seconds(lambda: render(source, markup), SLOWEST) < SLOWEST


# Where readers meet them


@pytest.mark.django_db
def test_page_of_a_post_shows_a_card_and_loads_nothing_from_there(ceo):
    post = make_post(ceo, body=f"Before.\n\n[The flood]({FILM})\n\nSee https://a.example/b too.")
    response = Client().get(post.get_absolute_url())
    page = response.content.decode()
    assert '<figure class="elsewhere">' in page
    assert "frame-src" not in response.headers["Content-Security-Policy"]
    foreign = [node.tag for node in elements(page) if "youtu" in str(node.get("src"))]
    assert foreign == []
    assert not {"iframe", "object", "embed"} & {node.tag for node in elements(page)}


def test_programs_read_a_card_as_a_link():
    assert from_html(to_html(f"[The flood]({FILM})")) == (
        f"[**The flood** Video on YouTube · opens youtube.com]({FILM})"
    )
