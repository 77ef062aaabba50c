"""Comments that come as HTML keep every word, and what looks like Markdown shows as it was typed."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comments.sanitize import MAX_LENGTH, to_html
from comments.text import clean_text
from transfer.comment_text import from_html, pieces

ODD = st.text(
    st.sampled_from([*"ab1 .-+*_`~[]()<>!&#\\|\n\t\"'/:=éß„漢", "\u0301", "\u200d", "\x01"]),
    max_size=60,
)
TAGS = ["b", "em", "i", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "p", "div"]
TAGS += ["h1", "table", "tr", "td", "unknown", 'a href="https://example.org/a_b(c)"']


def shown(html: str) -> str:
    """The words that a browser shows, without white space."""
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def words(text: str) -> str:
    return "".join(clean_text(text).split())


@st.composite
def documents(draw) -> tuple[str, str]:
    """HTML of nested elements, and the words in it."""
    html, said = "", ""
    for text, tag in draw(st.lists(st.tuples(ODD, st.sampled_from(TAGS)), max_size=6)):
        # A mark alone would join the letter before its element.
        text, inside = text.replace("\u0301", ""), draw(ODD).replace("\u0301", "")
        html += f"{escape(text)}<{tag}>{escape(inside)}"
        html += f"</{tag.split()[0]}>" * draw(st.integers(0, 1))
        # Parts are cleaned alone, as marks on a letter end where an element does.
        said += text + "\x1f" + inside + "\x1f"
    return html, said


@given(ODD)
@example("1) a\n- b\n> c\n~~~\n```\nd")
@example("\x01>")
@example("1.\x01")
@example("a\\\nb")
@example("***a***")
@example("&amp; &lt;b&gt; [x](https://example.org)")
def test_text_shows_as_it_was_typed(text):
    assert shown(to_html(from_html(f"<p>{escape(text)}</p>"))) == words(text)


@given(documents())
def test_no_visible_word_is_lost(document):
    html, said = document
    letters = re.compile(r"[^a-z0-9漢ß„]")
    # A browser puts what stands in a table outside of its cells before it.
    order = sorted if "<table>" in html else list
    assert order(letters.sub("", shown(to_html(from_html(html))))) == order(
        letters.sub("", words(said))
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("one<br>two", "<p>one<br>\ntwo</p>"),
        ("<p>one</p><p>two</p>", "<p>one</p>\n<p>two</p>"),
        ("a <b>bold</b>, an <i>italic</i> word", "<strong>bold</strong>, an <em>italic</em>"),
        ("use <code>a*b`c</code>", "<code>a*b`c</code>"),
        ("<pre>x = 1\n  y</pre>", "<pre><code>x = 1\n  y\n</code></pre>"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<ol start=3><li>a</li></ol>", '<ol start="3">'),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "<blockquote>\n<p>b</p>"),
        ("<h2>Big</h2>", "<strong>Big</strong>"),
        ('<a href="https://example.org/?a=1&amp;copy;=2">here</a>', "?a=1&amp;copy;=2"),
        ('<img src="https://example.org/a.png" alt="A cat">', ">A cat</a>"),
        ('<img src="https://example.org/a.png">', 'href="https://example.org/a.png"'),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("[...] a trackback [...]", "[...] a trackback [...]"),
    ],
)
def test_marks_of_a_comment_are_kept(html, expected):
    assert expected in to_html(from_html(html))


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href="https://user@example.org/">x</a>',
        "x<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
    ],
)
def test_nothing_that_runs_comes_along(html):
    assert from_html(html) == "x"


def test_emphasis_inside_a_word_gives_way_and_its_link_stays():
    html = 'pre<b>(fix)</b>es, see <a href="https://example.org/">there</a>'
    assert from_html(html) == "pre(fix)es, see [there](https://example.org/)"


def test_deep_nesting_is_read_and_costs_little():
    deep = "<blockquote>" * 3000 + 'deep<br><img src="https://example.org/a.png" alt="cat">'
    assert shown(to_html(from_html(deep))) == "deepcat"


def test_long_text_is_parted_where_a_reader_would():
    source = "\n\n".join(["A line of words. " * 50] * 20)
    parts = pieces(source)
    assert len(parts) > 1
    assert all(len(part) <= MAX_LENGTH for part in parts)
    assert words("".join(parts)) == words(source)
    assert all(part.startswith("A line") for part in parts)


@given(st.text(max_size=300), st.integers(5, 40))
def test_pieces_hold_every_word(source, limit):
    parts = pieces(source, limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(source.split())
