"""Pictures in a text: ours in every size, without a jump; those of other sites as links that say so."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.image_addresses import FORMATS, SIZES, ImageAddress
from blog.markup import VERSION, absolute, render, to_html
from config.demo import reading as demo
from tests.blog.test_markup import elements, only

PICTURE = ImageAddress("0123456789abcdef" * 2, 2400, 1800)
NARROW = ImageAddress("f" * 32, 300, 900)

MARKDOWN = "![The plant]({})"
HTML = '<img src="{}" alt="The plant" class="x" width=20 onload=y srcset="//a.com/b.png 1x">'


@pytest.fixture(params=["markdown", "html"])
def way(request):
    """Give both kinds of source: a function that renders the picture of an address."""
    source = MARKDOWN if request.param == "markdown" else HTML
    return lambda url: to_html(source.format(url), request.param)


def test_own_picture_comes_in_every_format_and_size(way):
    html = way(PICTURE.url)
    assert [node.tag for node in elements(html)] == ["p", "picture", "source", "source", "img"]
    sources = [node.attrib for node in elements(html) if node.tag == "source"]
    assert sources == [
        {"type": FORMATS[kind], "srcset": PICTURE.srcset(kind), "sizes": SIZES}
        for kind in ("avif", "webp")
    ]
    assert only(html, "img").attrib == {
        "src": PICTURE.url,
        "srcset": PICTURE.srcset("jpg"),
        "sizes": SIZES,
        "width": "1600",
        "height": "1200",
        "alt": "The plant",
        "loading": "lazy",
        "decoding": "async",
    }


def test_small_picture_is_not_said_to_be_larger(way):
    image = only(way(NARROW.url), "img")
    assert (image.get("width"), image.get("height")) == ("300", "900")
    assert image.get("srcset") == f"/media/images/{NARROW.name}-300.jpg 300w"


def test_one_file_of_a_picture_means_the_whole_picture(way):
    file = f"/media/images/{PICTURE.file_name(480, 'avif')}"
    assert way(file) == way(PICTURE.url)


@pytest.mark.parametrize(
    "url",
    [
        f"/media/images/{PICTURE.file_name(500, 'avif')}",
        PICTURE.url.replace("0", "A"),
        PICTURE.url.replace("2400", "0"),
        "/media/2019/plant.png",
    ],
)
def test_other_files_of_ours_are_shown_as_they_are(way, url):
    html = way(url)
    assert [node.tag for node in elements(html)] == ["p", "img"]
    assert only(html, "img").attrib == {
        "src": url,
        "alt": "The plant",
        "loading": "lazy",
        "decoding": "async",
    }


def test_foreign_picture_is_a_link_that_says_so(way):
    html = way("https://example.com/2019/Plant%20A.jpg?w=300")
    assert only(html, "a").text == "Picture: The plant"
    assert only(html, "a").attrib == {
        "href": "https://example.com/2019/Plant%20A.jpg?w=300",
        "class": "picture-elsewhere",
        "rel": "noopener",
    }
    assert not {"img", "picture", "source"} & {node.tag for node in elements(html)}


def test_picture_out_of_media_by_dots_is_not_shown(way):
    assert "<img" not in way("/media/../admin/")


def test_markdown_title_makes_a_figure_of_an_own_picture():
    html = to_html(f'![Plant]({PICTURE.url} "In <May>")')
    tags = [node.tag for node in elements(html)]
    assert tags == ["figure", "picture", "source", "source", "img", "figcaption"]
    assert only(html, "figcaption").text == "In <May>"


# Pictures in HTML


def html_of(source: str) -> str:
    rendered = render(source, "html")
    assert not rendered.is_suspect
    return rendered.html


def test_figure_keeps_its_caption_and_its_link():
    html = html_of(
        f'<figure class=x><a href="https://example.com/"><img src="{PICTURE.url}"></a>'
        "<figcaption>The <b>plant</b></figcaption></figure>"
    )
    tags = [node.tag for node in elements(html)]
    assert tags == ["figure", "a", "picture", "source", "source", "img", "figcaption", "strong"]
    assert only(html, "img").get("alt") == ""


def test_figure_of_a_foreign_picture_keeps_the_caption():
    html = html_of(
        "<figure><img src=https://a.com/b.png><figcaption>c</figcaption></figure>"
        "<figure><img src=https://a.com/b.png></figure>"
    )
    assert [node.tag for node in elements(html)] == ["figure", "a", "figcaption", "p", "a"]


def test_gallery_is_a_list_of_figures():
    one = f"<li><figure><img src={PICTURE.url}><figcaption>a</figcaption></figure></li>"
    html = html_of(f"<figure><ul>{one}{one}</ul><figcaption>b</figcaption></figure>")
    assert html.count("<figure>") == 3
    assert [node.text for node in elements(html) if node.tag == "figcaption"] == ["a", "a", "b"]


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('<a href="/x/"><img src=https://a.com/b.png alt=c></a>', '<a href="/x/">Picture: c</a>'),
        ("<img src=//a.com/b.png>", None),
        ("<img src=data:image/gif;base64,AA alt=c>", "[Picture: c]"),
        ("<img src=data:image/gif;base64,AA data-src=https://a.com/b.png>", None),
        ("a<img src=https://a.com/b.gif width=1 height=1>", "a"),
        ("a<img>", "a"),
        ('<img class="wp-smiley" src=https://a.com/b.png alt=":)">', ":)"),
        ("<img src=b.png>", "[Picture: b.png]"),
        ("<img src='https://[x' alt='&lt;c&gt;'>", "[Picture: &lt;c&gt;]"),
    ],
)
def test_foreign_pictures_of_all_kinds(source, html):
    link = (
        '<a href="https://a.com/b.png" class="picture-elsewhere" rel="noopener">Picture: b.png</a>'
    )
    assert html_of(source) == f"<p>{html or link}</p>\n"


def test_picture_rendered_again_stays_the_same():
    for source in (f'![a]({PICTURE.url} "T")', f"a ![b]({NARROW.url}) ![c](https://a.com/c.png)"):
        html = to_html(source)
        assert html_of(html) == html


@settings(max_examples=100, deadline=None)
@given(
    st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    st.integers(1, 99_999),
    st.integers(1, 99_999),
    st.text(max_size=20),
)
def test_every_picture_of_ours_passes_the_locks(key, width, height, alt):
    picture = ImageAddress(key, width, height)
    escaped = alt.replace("&", "&amp;").replace('"', "&quot;")
    for html in (
        html_of(f'<img src="{picture.url}" alt="{escaped}">'),
        to_html(f"![]({picture.url})"),
    ):
        assert only(html, "img").get("srcset") == picture.srcset("jpg")
        assert html.count("<source") == 2


# Elsewhere


def test_reader_elsewhere_gets_absolute_addresses_of_every_size():
    html = absolute(to_html(MARKDOWN.format(PICTURE.url)), "https://ceo.example/posts/a/")
    sets = [node.get("srcset") for node in elements(html) if node.get("srcset")]
    assert len(sets) == 3
    for files in sets:
        parts = files.split(", ")
        assert len(parts) == 3
        assert all(part.startswith("https://ceo.example/media/images/") for part in parts)
    assert only(html, "img").get("src") == f"https://ceo.example{PICTURE.url}"


# What is signed


def test_posts_without_pictures_are_rendered_byte_for_byte_as_they_were_signed():
    """The digest is of the demonstration's HTML by renderer 1; the second says that its words are the same.

    Whoever changes these texts renders them as before the change, and notes both digests.
    """
    bodies = [article.body for folder in ("posts", "pages") for article in demo.articles(folder)]
    plain = [body for body in bodies if "![" not in body]
    words, html = hashlib.sha256(), hashlib.sha256()
    for body in plain:
        words.update(body.encode())
        html.update(to_html(body).encode())
    assert VERSION == 3
    assert words.hexdigest() == "5707051c8907e9e72227357b262ce58a23847c2f695235e0387fcb2b2860a1f8"
    assert html.hexdigest() == "fae3a510c5d3b171698d310756269415667d21917d5e73ad3dbc51911ec83e1f"
