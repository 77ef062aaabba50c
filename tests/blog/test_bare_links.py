"""An address that stands in Markdown without brackets can be clicked, and nothing else becomes a link."""

from __future__ import annotations

import pytest

from blog.markup import Rendered, render, to_html
from tests.blog.test_markup import QUICK, SLOWEST, elements, only
from tests.pace import seconds


@pytest.mark.parametrize(
    ("source", "href"),
    [
        ("See https://a.example.", "https://a.example"),
        ("See http://a.example/b?c=d&e=f#g!", "http://a.example/b?c=d&e=f#g"),
        ("HTTPS://A.example/", "HTTPS://A.example/"),
        ("(https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("(see https://a.example/x)", "https://a.example/x"),
        ("**https://a.example/x**", "https://a.example/x"),
        ("_https://a.example/x_", "https://a.example/x"),
        ("https://a.example/a_b_c*d*e", "https://a.example/a_b_c*d*e"),
        ("“https://a.example/x”", "https://a.example/x"),
        ("https://a.example/x, and", "https://a.example/x"),
        ("https://a.example/?a=1&amp;b=2", "https://a.example/?a=1&b=2"),
        ("- https://a.example", "https://a.example"),
        ("> https://a.example", "https://a.example"),
        ("## https://a.example", "https://a.example"),
        ("|a|\n|-|\n|https://a.example|", "https://a.example"),
        ("次はhttps://a.example/x。", None),
        ("次は https://a.example/x。", "https://a.example/x"),
    ],
)
def test_address_in_a_text_is_a_link(source, href):
    html = to_html(source)
    if href is None:  # no space says where the word before it ends
        assert "<a" not in html
        return
    link = only(html, "a")
    assert (link.get("href"), link.text, link.get("rel")) == (href, href, "noopener")


def test_host_in_other_letters_is_shown_as_typed():
    link = only(to_html("https://bücher.example/ä"), "a")
    assert (link.text, link.get("href")) == (
        "https://bücher.example/ä",
        "https://xn--bcher-kva.example/%C3%A4",
    )


@pytest.mark.parametrize(
    "source",
    [
        "`https://a.example`",
        "    https://a.example",
        "```\nhttps://a.example\n```",
        "xhttps://a.example",
        "ftp://a.example data://a.example javascript://a.example",
        "https:// http://",
        "https://bank.example@evil.example",
        "https://bank.example\\@evil.example",
        "https://user:word@a.example/",
        "https://a.example:99999/",
        '<a href="https://a.example">',
        "<img src=https://a.example/x onerror=alert(1)>",
        "www.a.example a.example",
        "https://" + "a" * 3000 + ".example",
        "[x](https://user@a.example)",
    ],
)
def test_nothing_else_becomes_a_link(source):
    assert [node for node in elements(to_html(source)) if node.get("href")] == []


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            "[x https://a.example](https://b.example)",
            '<p><a href="https://b.example" rel="noopener">x https://a.example</a></p>\n',
        ),
        (
            "<https://a.example>",
            '<p><a href="https://a.example" rel="noopener">https://a.example</a></p>\n',
        ),
        ("![https://a.example](/media/a.png)", None),
    ],
)
def test_link_within_a_link_or_a_picture_is_text(source, html):
    made = to_html(source)
    if html is None:
        assert only(made, "img").get("alt") == "https://a.example"
        assert "<a" not in made
    else:
        assert made == html


@pytest.mark.parametrize(
    "unit",
    [
        *("://", "http://", "http://a:", "https://a.example ", "https://a)))) ", "https://a.b.c"),
        *("https://x[", "(https://a", "https://-:", "https://a&amp;", "*https://a*", "https://a\\"),
    ],
)
@pytest.mark.parametrize(("length", "limit"), [(10_000, QUICK), (100_000, SLOWEST)])
def test_time_grows_no_faster_than_the_text(unit, length, limit):
    source = (unit * length)[:length]
    made: list[Rendered] = []
    assert seconds(lambda: made.append(render(source)), limit) < limit
    assert not made[0].is_suspect
