"""The classic editor's text gets its paragraphs, and no word of it is lost or moved."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog import markup
from tests.pace import seconds
from transfer.wordpress.paragraphs import TAG, paragraphs

WORD = st.sampled_from(["one", "two", "three", "3 < 4", "a&amp;b", "é", "*", "[x]", "“", ">"])
SPACE = st.sampled_from(["\n", "\n\n", " ", "\n \n", "\r\n", "\r\n\r\n", "\t", ""])
TAGS = ["p", "div", "blockquote", "ul", "li", "pre", "b", "a", "table", "tr", "td", "h2", "span"]
TAG_WRITTEN = st.builds(
    "{}{}{}".format, st.sampled_from(["<", "</"]), st.sampled_from(TAGS), st.just(">")
)
PIECE = WORD | SPACE | TAG_WRITTEN | st.sampled_from(["<br>", "<br />", "<hr>", "<img src=x>"])
TEXTS = st.lists(PIECE, max_size=25).map("".join)


def words(html: str) -> str:
    """What is written between the tags, without white space."""
    return "".join(TAG.sub("", html).split())


def tags(html: str) -> list[str]:
    """The tags that stand in it, in order, without those that parting in lines and paragraphs adds."""
    return [tag for tag in TAG.findall(html) if not re.match(r"</?p>|<br", tag)]


@given(TEXTS)
@example("a\n\n<blockquote>b\n\nc</blockquote>d\n<pre>e\n\nf</pre>")
@example("<p>a\n\nb")
@example("<b>a\n\nb</b>")
def test_no_word_and_no_tag_is_lost_or_moved(text):
    made = paragraphs(text)
    assert words(made) == words(text)
    assert tags(made) == tags(text)


@given(TEXTS)
def test_a_browser_still_shows_every_word(text):
    text = text.replace("<img src=x>", "")
    shown = markup.plain_text(markup.render(paragraphs(text), "html").html)
    # What stands in a table outside of its cells a browser puts before it.
    written = unescape(TAG.sub(" ", text))
    assert sorted("".join(shown.split())) == sorted("".join(written.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("one\r\n\r\ntwo\r\nthree", "<p>one</p>\n<p>two<br>\nthree</p>"),
        ("one\n \t\n\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("one<br />\ntwo", "<p>one<br />two</p>"),
        ("one\n<br>two", "<p>one<br>two</p>"),
        ("<p>one</p>\n\n<p>two</p>", "<p>one</p>\n<p>two</p>"),
        ("<p>one\n\ntwo</p>", "<p>one</p>\n<p>two</p>"),
        ("<h2>A\nB</h2>\ntext", "<h2>A<br>\nB</h2>\n<p>text</p>"),
        (
            "<blockquote>one\n\ntwo</blockquote>",
            "<blockquote>\n<p>one</p>\n<p>two</p>\n</blockquote>",
        ),
        ("<ul>\n<li>one</li>\n</ul>", "<ul>\n<li>one</li>\n</ul>"),
        ("<ul><li>one\n\ntwo</li></ul>", "<ul><li>\n<p>one</p>\n<p>two</p>\n</li></ul>"),
        ("<pre>one\n\n  two</pre>", "<pre>one\n\n  two</pre>"),
        ("a <code>x\ny</code>", "<p>a <code>x<br>\ny</code></p>"),
        ('<a href="x\n\ny">one</a>', '<p><a href="x\n\ny">one</a></p>'),
        (
            "<table>\n<tr>\n<td>one</td>\n</tr>\n</table>",
            "<table>\n<tr>\n<td>one</td>\n</tr>\n</table>",
        ),
        ("<img src='a'>\n\n<a name='b'></a>", "<p><img src='a'></p>\n<a name='b'></a>"),
        ("3 < 4\n\n<3", "<p>3 < 4</p>\n<p><3</p>"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_paragraphs_stand_where_blank_lines_part_them(text, expected):
    assert paragraphs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '<a "' * 50_000,
        "<" * 200_000,
        "<a b='" * 30_000,
        "<!--" * 50_000,
        "<a" + " b" * 100_000,
        "\n " * 100_000,
        '<a "">' * 30_000,
        "<div>" * 40_000,
        "<br>\n" * 40_000,
        "</div>" * 30_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_text_takes_no_longer_than_its_length(text):
    assert seconds(lambda: paragraphs(text), 5) < 5
