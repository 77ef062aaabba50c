"""A post whose source is HTML from elsewhere: today's elements, valid, harmless, and no word lost."""

from __future__ import annotations

from html import unescape

import html5lib
import pytest
from django.conf import settings as dj
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blog.allowed import ALLOWED
from blog.allowlist import reading
from blog.markup import MAX_LENGTH, Rendered, TextTooLong, plain_text, render
from tests import shared
from tests.blog.test_markup import elements, only
from tests.cast import make_post
from tests.pace import seconds
from tests.pictures import RIVER, known

HTML = "html"


def shown(source: str) -> str:
    """Return the HTML of a source that the locks agree on, and that parses without an error."""
    rendered = render(source, HTML)
    assert not rendered.is_suspect
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    parser.parseFragment(rendered.html, container="div")
    assert parser.errors == [], (source, rendered.html)
    return rendered.html


def flat(source: str) -> str:
    """Return what is shown, on one line."""
    return shown(source).replace("\n", "")


# Blocks


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("loose words", "<p>loose words</p>"),
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<section><p>a</p>b</section>", "<p>a</p><p>b</p>"),
        ("a<br><br>b<hr>c</br>d", "<p>a<br><br>b</p><hr><p>c<br>d</p>"),
        ("<p></p><p>&nbsp;</p><p><br></p><p> <b> </b></p>", ""),
        ("<blockquote>a<p>b</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("<center>a<p>b</p></center>", '<p class="align-center">a</p><p class="align-center">b</p>'),
        ('<p style="TEXT-ALIGN: right; color: red">a', '<p class="align-right">a</p>'),
        ('<p class="x has-text-align-center">a', '<p class="align-center">a</p>'),
        ("<p align=justify>a", "<p>a</p>"),
        ("<details><summary>S</summary>a</details>", "<details><summary>S</summary><p>a</p></details>"),
        ("<details>a</details>", "<details><summary>Details</summary><p>a</p></details>"),
        ("<summary>a</summary>", "<p>a</p>"),
        ("<dl><dt>T<dd>a<dd>b</dl>", "<dl><dt>T</dt><dd>a</dd><dd>b</dd></dl>"),
        ("<dl><dd>a<dd>b</dl>", "<p>a</p><p>b</p>"),
        ("<dt>T<dd>a", "<dl><dt>T</dt><dd>a</dd></dl>"),
    ],
)  # fmt: skip
def test_blocks_become_todays(source, html):
    assert flat(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><li>a</li><ul><li>b</ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<li>a<li>b", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><p>a</p></ul>", "<ul><li><p>a</p></li></ul>"),
        ("<ul><div><li>a</li></div></ul>", "<ul><li>a</li></ul>"),
        ("<ul><li><div>a</div></li><li></li></ul>", "<ul><li>a</li></ul>"),
        ("<ol start=3 type=a reversed><li>a</ol>", '<ol start="3" type="a"><li>a</li></ol>'),
        ("<ol start=x type=disc><li>a</ol>", "<ol><li>a</li></ol>"),
        ("<ul></ul><ol> </ol>", ""),
        ("<menu><li>a</menu>", "<ul><li>a</li></ul>"),
    ],
)
def test_lists_hold_items_and_nothing_else(source, html):
    assert flat(source) == html


def test_headings_form_an_outline_below_the_title_of_the_page():
    source = "<h1>One</h1><h4>Two</h4><h1>One</h1><blockquote><h2>Said</h2></blockquote><h2></h2>"
    rendered = render(source, HTML)
    assert [(node.tag, node.get("id")) for node in elements(rendered.html) if node.get("id")] == [
        ("h2", "h-one"),
        ("h3", "h-two"),
        ("h2", "h-one-2"),
        ("h3", "h-said"),
    ]
    assert [(heading.level, heading.text) for heading in rendered.headings] == [
        (2, "One"),
        (3, "Two"),
        (2, "One"),
    ]


def test_heading_tells_its_words_on_one_line():
    rendered = render("<h2><div>A <b>b</b></div><p>c</p></h2>", HTML)
    assert rendered.headings[0].text == "A b c"
    assert "<div" not in shown("<h2><div>A</div></h2>")


# Words within a line


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<b>a</b> <i>b</i> <u>c</u>", "<strong>a</strong> <em>b</em> <em>c</em>"),
        ("<tt>a</tt> <strike>b</strike>", "<code>a</code> <s>b</s>"),
        ('<acronym title="T">a</acronym>', '<abbr title="T">a</abbr>'),
        ("<font color=red>a</font> <big>b</big> <span class=x>c</span>", "a b c"),
        ("<q>a</q><sub>b</sub><sup>c</sup>", "<q>a</q><sub>b</sub><sup>c</sup>"),
        ("<kbd>a</kbd><var>b</var><samp>c</samp>", "<kbd>a</kbd><var>b</var><samp>c</samp>"),
        ("<ins>a</ins><del>b</del><small>c</small>", "<ins>a</ins><del>b</del><small>c</small>"),
        ("<mark>a</mark><cite>b</cite>", "<mark>a</mark><cite>b</cite>"),
        ("<b>a<i>b</b>c</i>", "<strong>a<em>b</em></strong><em>c</em>"),
        ("a &lt;b&gt; &amp;amp; &copy; 1 < 2", "a &lt;b&gt; &amp;amp; © 1 &lt; 2"),
        ("a<!-- b -->c<?php d ?>e", "ace"),
        ("write to <anna@example.com> now", "write to &lt;anna@example.com&gt; now"),
    ],
)  # fmt: skip
def test_what_is_said_of_words_is_kept(source, html):
    assert flat(source) == f"<p>{html}</p>"


def test_bold_around_blocks_is_kept_within_each():
    assert flat("<b><p>a</p><p>b</b>c</p>") == (
        "<p><strong>a</strong></p><p><strong>b</strong>c</p>"
    )


def test_styles_classes_and_handlers_are_gone():
    html = shown('<p style="x" class="y" id="z" onclick="w" dir=rtl>a <b onmouseover=x>c</b></p>')
    assert html == "<p>a <strong>c</strong></p>\n"


def test_an_odd_letter_is_no_letter_of_a_tag():
    assert flat("<\u017fcript>a</\u017fcript>b</STYLE>") == "<p>&lt;\u017fcript&gt;ab</p>"


@pytest.mark.parametrize("name", ["script", "style", "noscript", "template", "title"])
def test_what_nobody_was_to_see_is_dropped(name):
    assert flat(f"<p>a<{name}>b<i>c</i></{name}>d") == "<p>ad</p>"


# Links


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://example.com/?a=1&copy=2", "https://example.com/?a=1&copy=2"),
        ("//example.com/a", "https://example.com/a"),
        (" https://example.com/a b.pdf\n", "https://example.com/a%20b.pdf"),
        ("/about/", "/about/"),
        ("mailto:anna@example.com", "mailto:anna@example.com"),
    ],
)
def test_links_lead_where_they_led(href, expected):
    link = only(shown(f'<a href="{href}" target=_blank rel=author>x</a>'), "a")
    assert link.get("href") == expected
    assert link.get("rel") == ("noopener" if expected.startswith("http") else None)


@pytest.mark.parametrize(
    "href",
    [
        *("javascript:alert(1)", "java\nscript:1", "data:text/html,x", "page.html", "?p=3"),
        *("ftp://a.b", "https://u:p@a.com/", "#nowhere", "", "tel:1"),
    ],
)
def test_other_addresses_lose_the_link_and_keep_the_words(href):
    assert flat(f'<p>a <a href="{href}">b <i>c</i></a></p>') == "<p>a b <em>c</em></p>"


def test_notes_lead_there_and_back():
    html = shown(
        '<p>A<sup><a id="ref1" href="#note.1">1</a></sup> <a href="#gone">x</a></p>'
        '<ol><li id="note.1">N <a href="#ref1">back</a></ol><a name=ref1></a>'
    )
    ids = [node.get("id") for node in elements(html) if node.get("id")]
    assert ids == ["u-ref1", "u-note-1"]
    assert [node.get("href") for node in elements(html) if node.tag == "a"] == [
        "#u-note-1",
        "#u-ref1",
    ]
    assert shown(html) == html


def test_link_to_a_heading_of_the_text_finds_it():
    html = shown('<a href="#x">a</a><a href="#h-two">b</a><h2 id=x>One</h2><h2>Two</h2>')
    assert [node.get("href") for node in elements(html) if node.tag == "a"] == ["#u-x", "#h-two"]


# Tables, code


def test_table_keeps_its_parts_and_scrolls_by_itself():
    html = shown(
        "<table border=1><caption>C <b>d</b></caption><tfoot><tr><td>f</tfoot>"
        "<thead><tr><th>A<th scope=colgroup colspan=2>B</thead>"
        "<tr><th scope=row rowspan=2>r<td align=right>1<td colspan=900 rowspan=1>2</table>after"
    )
    assert [node.tag for node in elements(html)][:3] == ["div", "table", "caption"]
    assert [node.tag for node in elements(html) if node.tag[0] == "t" and len(node.tag) == 5] == [
        *("table", "thead", "tbody", "tfoot")
    ]
    assert [node.attrib for node in elements(html) if node.tag in {"th", "td"}] == [
        {"scope": "col"},
        {"scope": "colgroup", "colspan": "2"},
        {"scope": "row", "rowspan": "2"},
        {"class": "align-right"},
        {},
        {},
    ]
    assert html.endswith("</div>\n<p>after</p>\n")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<table>a<tr>b<td>c</table>d", "ab\nc\nd"),
        ("<table><p>a</p><tr><td>b", "a\nb"),
        ("<table><caption>a</caption></table>", "a"),
        ("<tr><td>a<td>b", "a\nb"),
        ("<table><tr><td>a<table><tr><td>b</table>c</table>", "a\nb\nc"),
    ],
)
def test_odd_tables_lose_no_words(source, text):
    assert plain_text(shown(source)) == text


def test_code_keeps_its_lines_and_takes_the_focus():
    html = shown('<pre class="brush: python">\nif a:\n  b<br>c</pre>')
    assert html == ('<pre tabindex="0"><code class="language-python">if a:\n  b\nc</code></pre>\n')
    assert shown("<pre>verse\n  two</pre>") == '<pre tabindex="0">verse\n  two</pre>\n'


# What was shown inside the page


@pytest.mark.parametrize(
    ("source", "words", "href"),
    [
        ("<iframe src='//www.youtube.com/embed/a'></iframe>", "Video", "https://www.youtube.com/embed/a"),
        ("<iframe src='https://example.com/map'>x</iframe>", "From another site", "https://example.com/map"),
        ("<video><source src='https://example.com/v.mp4'>Old browser</video>", "Video", "https://example.com/v.mp4"),
        ("<audio src='https://example.com/a.mp3'></audio>", "Sound", "https://example.com/a.mp3"),
        ("<object><param value='https://youtu.be/x'>y</object>", "Video", "https://youtu.be/x"),
        ("<embed src='https://example.com/x.swf'>", "From another site", "https://example.com/x.swf"),
    ],
)  # fmt: skip
def test_players_and_frames_become_links(source, words, href):
    html = shown(f"<p>a {source} b</p>")
    link = only(html, "a")
    assert (link.text, link.get("href")) == (f"{words}: {href}", href)
    assert plain_text(html).split("\n") == ["a", link.text, "b"]


@pytest.mark.parametrize("src", ["javascript:alert(1)", "data:text/html,x", "/local", ""])
def test_player_of_no_web_address_is_gone(src):
    assert flat(f"<p>a</p><iframe src='{src}'></iframe><video src='{src}'></video>") == "<p>a</p>"


def test_forms_leave_their_words():
    html = shown(
        "<form>Name <input value=x><button>Send</button><input type=submit value=Go></form>"
    )
    assert plain_text(html) == "Name Send Go"


# Limits


def test_html_over_the_limit_is_refused_whole():
    with pytest.raises(TextTooLong):
        render("<p>" + "x" * MAX_LENGTH, HTML)


HARD = (
    *("<", "<a", "<a ", '<a b="', "<p>", "<b>", "<b><i>x</b>y</i>", "<div>", "<ul><li>", "<ul>"),
    *("<li>x", "<table>", "<table><tr><td>", "<td>x", "<table><b>x", "<table><p>x", "<dl><dd>"),
    *(
        "<blockquote>",
        "<pre>",
        "<details>",
        "<figure>",
        "<figure><figcaption>x",
        "<h1>x",
        "<h2>x<p>",
    ),
    *("<br>", "&", "&#38;", "&#1", "<!--", "<!", "</", "</p>", "<script>", "<style>", "<iframe>"),
    *(
        "<video>",
        "<video></video>",
        "<svg>",
        "<a href=/x>y",
        "<a id=x href=#x>",
        "<img src=//a.b/c>",
    ),
    *("<font size=1>", "<textarea>", "<q>x", "e\u0301", "<p a a a a a a>", "<center>x", "<dt>x"),
)
GROUND = (
    *("", "<a href=/x><b><i><s><small><code><kbd><sub>", "<ul><li>" * 20, "<table><tr><td>" * 3),
    *(f'<a href="https://a.com/{"x" * 1900}">', "<figure>" * 30),
)
LONG = MAX_LENGTH // 2
SLOWEST = 4
"""Seconds of processor time, six times what was measured. What grows with the square of the length
takes minutes."""


@pytest.mark.parametrize("unit", HARD)
def test_time_grows_no_faster_than_the_text(unit):
    source = (unit * LONG)[:LONG]
    made: list[Rendered] = []
    assert seconds(lambda: made.append(render(source, HTML)), SLOWEST) < SLOWEST
    assert not made[0].is_suspect


@pytest.mark.parametrize("ground", GROUND)
@pytest.mark.parametrize("unit", ["<p>x", "<figure>", "<table><tr><td>", "<li><p>x", "<h2>x<p>"])
def test_what_is_open_costs_no_more_for_what_follows(ground, unit):
    rendered = render((ground + unit * 5_000)[:20_000], HTML)
    assert not rendered.is_suspect
    assert len(rendered.html) < 20 * 20_000


def test_nesting_is_limited_and_keeps_the_words():
    html = shown("<blockquote><ul><li>" * 500 + "the words")
    assert "the words" in plain_text(html)
    assert html.count("<blockquote>") < 50


# Laws


NAMES = (
    *("p", "div", "b", "i", "a", "span", "ul", "ol", "li", "table", "tr", "td", "th", "tbody"),
    *("thead", "caption", "h1", "h3", "blockquote", "pre", "code", "figure", "figcaption", "dl"),
    *("dt", "dd", "details", "summary", "center", "font", "q", "sup", "button", "section", "form"),
)
ATTRIBUTES = (
    *("", "", "", ' href="/x/"', ' href="#a"', ' id="a"', ' class="x"', ' align="center"'),
    *(
        " colspan=2",
        ' href="javascript:1"',
        ' start="2"',
        ' scope="row"',
        ' title="t"',
        ' name="a"',
    ),
)
words = st.from_regex(r"[a-z]{2,6}", fullmatch=True)
tags = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(NAMES)),
    st.sampled_from(["<br>", "<hr>", " ", "\n", "<img src='/media/p.png' alt='w'>", "&amp;", "<!--c-->"]),
)  # fmt: skip
pages = st.lists(st.one_of(tags, words), max_size=60).map("".join)
pictures = st.sampled_from(
    [f"<img src='{RIVER.url}' alt='w'>", "<img src='https://a.b/c.png'>", "<img src='x'>"]
)
anything = st.one_of(
    pages,
    st.lists(
        st.one_of(tags, pictures, st.text(max_size=4), st.sampled_from(list("<>&\"'/=!-;#")))
    ).map("".join),
)


@settings(max_examples=500, deadline=None)
@given(anything)
@example("<a href='x")
@example("<table><caption><table>")
@example("<tbody><table>")
def test_any_html_becomes_valid_html_that_is_allowed(source):
    assert ALLOWED.admits(reading(shown(source)))


@settings(max_examples=500, deadline=None)
@given(pages)
def test_every_word_a_reader_could_see_is_still_there(source):
    """Letter for letter: a table that was torn may show them in another order."""
    html = shown(source).replace("<summary>Details</summary>", "")
    assert letters(html) == letters(source)


def letters(html: str) -> list[str]:
    """Return the letters and signs that a browser's parser finds between the tags.

    It reads a whole page: in a fragment html5lib drops what stands wrongly in a table.
    """
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    shown_texts = [node.text or "" for node in tree.iter() if isinstance(node.tag, str)]
    between = [node.tail or "" for node in tree.iter()]
    return sorted("".join("".join(shown_texts + between).split()))


@settings(max_examples=200, deadline=None)
@given(anything)
@example(f"<h1><img src='{RIVER.url}' alt='w'><img src='https://a.b/c.png'>")
def test_rendering_what_was_rendered_changes_nothing(source):
    html = shown(source)
    assert shown(html) == html


# Real and hostile texts


def test_naughty_strings_are_rendered(capsys):
    strings = shared.naughty()
    short = [text for text in strings if len(text) <= MAX_LENGTH]
    for text in short:
        assert not render(text, HTML).is_suspect
        assert not render(f"<p>{text}</p>", HTML).is_suspect
    with capsys.disabled():
        print(f"\n{len(short)} of {len(strings)} naughty strings as HTML of a post")
    assert len(short) > 400


@pytest.mark.django_db
def test_post_in_html_is_read_on_its_page_and_in_the_feed(client, ceo):
    known()
    body = (
        f"<h1>Then</h1><p>The <b>river</b> rose<img src={RIVER.url}><script>bad()</script>"
        "<p><a href='/about/'>Who</a><table><tr><td>1.2 m</table>"
    )
    post = make_post(ceo, title="From the old blog", body=body, markup="html")
    page = client.get(post.get_absolute_url()).content.decode()
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)
    assert parser.errors == []
    assert [node.text for node in tree.findall(".//h2") if node.get("id") == "h-then"] == ["Then"]
    assert "bad()" not in page
    feed = client.get("/feed.atom").content.decode()
    assert f'srcset="{dj.SITE_URL}/media/images/' in unescape(feed)
    assert f'href="{dj.SITE_URL}/about/"' in unescape(feed)
    assert 'srcset="/media' not in unescape(feed)
