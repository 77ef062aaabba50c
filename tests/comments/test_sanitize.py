"""A comment's text becomes HTML that can only be what it looks like."""

from __future__ import annotations

import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import unescape

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.plaintext import TextTooLong
from comments import sanitize
from comments.sanitize import MAX_LENGTH, Sanitized, render, to_html
from tests.pace import seconds

REL = "nofollow ugc noopener"
ELEMENTS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
QUICK = 0.3
"""Seconds of processor time that no comment may take."""


def link(href: str, text: str | None = None) -> str:
    return f'<a href="{href}" rel="{REL}">{text or href}</a>'


def elements(html: str):
    """Return the elements that a standard parser finds in a fragment."""
    return [node for node in parsed(html).iter() if isinstance(node.tag, str)][1:]


def parsed(html: str):
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def text_of(html: str) -> str:
    return "".join(parsed(html).itertext())


def hrefs(html: str) -> list[str]:
    return [node.get("href") for node in elements(html) if node.tag == "a"]


# What a comment may say


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("Thank you.", "<p>Thank you.</p>\n"),
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>\n"),
        ("*so* **very** `x < 1`", "<p><em>so</em> <strong>very</strong> <code>x &lt; 1</code></p>\n"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("```js\nif (a && b)\n```", "<pre><code>if (a &amp;&amp; b)\n</code></pre>\n"),
        ("~~~ not code\nx", "<pre><code>not code\nx</code></pre>\n"),
        ("[us](https://a.com/?b=1&c=2)", f"<p>{link('https://a.com/?b=1&amp;c=2', 'us')}</p>\n"),
        ("<https://example.com>", f"<p>{link('https://example.com')}</p>\n"),
        ("<anna@example.com>", f"<p>{link('mailto:anna@example.com', 'anna@example.com')}</p>\n"),
        (r"\*kept\*", "<p>*kept*</p>\n"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(source, html):
    assert render(source) == Sanitized(html, is_suspect=False)
    assert to_html(source) == html


@pytest.mark.parametrize(
    "source", ["# big", "![a](https://example.com/a.png)", "a | b\n--|--", "***"]
)
def test_headings_images_tables_and_rules_are_not_for_comments(source):
    assert {node.tag for node in elements(to_html(source))} <= {"p", "a", "br"}


@pytest.mark.parametrize(
    "source",
    [
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "a < b & c > d",
        "&lt; &copy; &amp;lt; &#60;",
        "<a href=//x>",
        "I ❤️ “quotes” -- and ... dots",
    ],
)
def test_typed_html_and_entities_are_shown_as_typed(source):
    assert text_of(to_html(source)) == f"{source}\n"


def test_entities_in_code_are_shown_as_typed():
    assert text_of(to_html("`&lt;b&gt;`")) == "&lt;b&gt;\n"


def test_every_link_tells_search_engines_that_a_reader_made_it():
    html = to_html(
        "[a](https://example.com) <https://example.com> https://example.com a@example.com"
    )
    assert [node.get("rel") for node in elements(html) if node.tag == "a"] == [REL] * 3


def test_link_without_visible_text_shows_its_address():
    for source in (
        "[](https://example.com)",
        "[\u200b](https://example.com)",
        "[ ](https://example.com)",
    ):
        assert text_of(to_html(source)).strip() == "https://example.com"


def test_link_text_keeps_its_angle_brackets():
    assert (
        to_html("[>>](https://example.com)")
        == f"<p>{link('https://example.com', '&gt;&gt;')}</p>\n"
    )


# Bare addresses


@pytest.mark.parametrize(
    "address",
    [
        "example.com",
        "example.app",
        "my.example.dev",
        "example.blog/post?id=1#x",
        "www.example.shop",
        "münchen.de",
        "example.co.uk/a_(b)",
        "www.example.unknown",
    ],
)
def test_bare_names_with_modern_endings_become_links(address):
    assert hrefs(to_html(f"see {address}, please")) == [f"https://{address}"]


@pytest.mark.parametrize(
    "address",
    ["http://example.com", "HTTPS://EXAMPLE.com/a", "https://localhost:8000/a", "http://[::1]/"],
)
def test_addresses_with_a_scheme_become_links_as_typed(address):
    assert hrefs(to_html(f"Link:{address} (or {address}).")) == [address, address]


def test_query_of_a_bare_address_is_neither_cut_nor_decoded():
    address = "https://example.com/?a=1&copy=2&lt;&#65;z"
    html = to_html(address)
    assert hrefs(html) == [address]
    assert text_of(html) == f"{address}\n"


@pytest.mark.parametrize(
    "text",
    [
        "setup.py",
        "README.md",
        "done.it",
        "Yes.No",
        "e.g. this",
        "Dr.Com",
        "3.14",
        "user@example.com",
        "first.name@example.com",
        "example.com.invalid",
        "a..com",
        "http://",
        "www.",
        "`example.com`",
    ],
)
def test_what_is_no_address_stays_text(text):
    assert hrefs(to_html(f"a {text} b")) == []


def test_addresses_in_code_stay_text():
    assert hrefs(to_html("```\nhttps://example.com\n```\n\n`https://example.com`")) == []


# The faults of bleach 6.4.0, by both ways in: as Markdown, and as HTML to the inner function


BAD_ADDRESSES = [
    "javascript:123",
    "javascript:`1`",
    "javascript:ＰＷＮ",
    "javascript:`ＰＷＮ1`",
    "JaVaScRiPt:1",
    "java\tscript:1",
    "\x01javascript:1",
    "&#106;avascript:1",
    "javascript&colon;1",
    "vbscript:1",
    "data:1",
    "data:text/html,x",
    "tel:19001234567",
    "ftp://example.com/",
    "file:///etc/passwd",
    "//example.com/",
    "/admin/logout/",
    "#c1",
    "page.html",
    "",
    "http:example.com",
    "https:///example.com",
    "http://[",
    "http://user:password@example.com/",
    "http://example.com\\@evil.example/",
    "https://example.com:99999/",
    "mailto:",
    "mailto:nobody",
    "https://" + "a" * 2048 + ".com/",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
@pytest.mark.parametrize("shape", ["[x]({})", "[x](<{}>)", "<{}>", "{}"])
def test_markdown_never_links_to_anything_but_http_https_and_mail(address, shape):
    html = to_html(shape.format(address))
    for href in hrefs(html):
        assert re.match(r"(https?://[^/]|mailto:[^@]+@)", href)
        assert not href.endswith("evil.example/")


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_bleach_is_not_trusted_with_addresses(address):
    html = sanitize._bleached(f'<a href="{address}">text</a>')
    assert html == "text"


@pytest.mark.parametrize(
    "text", ["data://www.example", "ftp://example.com", "data://www.example.com"]
)
def test_bare_addresses_of_other_schemes_are_not_linked(text):
    assert to_html(text) == f"<p>{text}</p>\n"


def test_bleach_strips_foreign_elements_and_attributes():
    html = sanitize._bleached(
        "<svg><style><p title='</style><img src=x onerror=alert(1)>'></svg><math><mtext>1</math>"
        "<noscript>2</noscript><p onclick='x' class=y style=z id=w>3</p><!-- 4 --><h1>5</h1>"
    )
    assert {node.tag for node in elements(html)} <= ELEMENTS
    assert all(not node.attrib for node in elements(html))


def test_number_too_long_for_python_is_only_text():
    source = f"https://example.com/?&#{'1' * 4900};"
    assert text_of(to_html(source)) == f"{source}\n"
    assert to_html(f"[x](https://example.com/?&#{'1' * 4900};)").startswith("<p>")


@pytest.mark.parametrize(
    "raw", ["\0", "\x0b", "\x85", "\ud800", "\u202e", "\ufffe", "\ufeff", "\r\n"]
)
def test_text_is_normalised_before_it_is_parsed(raw):
    assert raw not in to_html(f"a{raw}b")


def test_fullest_comment_is_accepted_and_one_more_character_refused():
    assert len(text_of(to_html("é" * MAX_LENGTH))) == MAX_LENGTH + 1
    with pytest.raises(TextTooLong) as refusal:
        to_html("é" * (MAX_LENGTH + 1))
    assert (refusal.value.length, refusal.value.limit) == (MAX_LENGTH + 1, MAX_LENGTH)
    assert str(refusal.value) == "The text has 5,001 characters; at most 5,000 are accepted."


def test_huge_text_is_refused_before_anything_reads_it(monkeypatch):
    def read(*args: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("comments.sanitize.clean_text", read)
    monkeypatch.setattr("comments.sanitize._MARKDOWN.render", read)
    with pytest.raises(TextTooLong):
        render("<ul><li>" * 1_000_000)


@pytest.mark.parametrize(
    "unit",
    [
        "<ul><li>",
        "<em><p>",
        "<http",
        "![",
        "[",
        "&",
        "&#1;",
        ">",
        "> ",
        "- ",
        "1. ",
        "`",
        "*a **a ",
        "a*",
        "**",
        "_",
        "a.",
        "www.a.com",
        "http://a.",
        "((",
        "))",
        ",,",
        "\\",
        "[a](",
        "- a\n",
        "a\n",
        "https://example.com/ ",
        "<https://example.com> ",
        "\u0301",
        "👩‍",
        "- - - - - - - - - - - a\n",
    ],
)
def test_no_input_within_the_cap_takes_long(unit):
    assert seconds(partial(render, (unit * MAX_LENGTH)[:MAX_LENGTH]), QUICK) < QUICK


def test_growing_nests_and_fences_take_no_longer():
    lists = "".join(f"{'  ' * depth}- a\n" for depth in range(70))[:MAX_LENGTH]
    ticks = "".join(f"{'`' * count} " for count in range(98))[:MAX_LENGTH]
    assert seconds(partial(render, lists), QUICK) < QUICK
    assert seconds(partial(render, ticks), QUICK) < QUICK


# The second lock


def test_disagreement_of_the_locks_shows_the_text_as_typed(monkeypatch):
    monkeypatch.setattr(sanitize, "_bleached", lambda _: "<p onclick=alert(1)>x</p>")
    assert render("*a*\nb < c\n\nd") == Sanitized(
        "<p>*a*<br>\nb &lt; c</p>\n<p>d</p>\n", is_suspect=True
    )


@pytest.mark.parametrize(
    "missed",
    [
        '<a href="javascript:1">x</a>',
        "<script>x</script>",
        "<p>a<p>b",
        "<svg></svg>",
        "<!-- x -->",
        '<a href="https://example.com">x</a><img src=x>',
        '<p id="main">x</p>',
        "<ol start='-1'></ol>",
    ],
)
def test_second_lock_sees_what_the_first_would_miss(monkeypatch, missed):
    monkeypatch.setattr(sanitize, "_bleached", lambda _: missed)
    assert render("x").is_suspect


# Laws


PIECES = r"""* ** _ ` ``` [ ] ( ) < > & ; # ! - + 1. | \ / : @ . , ' " = <a <b> </ <!-- javascript: http://
https:// www. .com data: mailto: &lt; &#106; é x"""
pieces = st.sampled_from([*PIECES.split(), " ", "\n", "\t", "\u0301", "\u200d", "\ufffd"])
markup = st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=60).map("".join)


@settings(max_examples=500, deadline=None)
@given(markup)
def test_parsed_html_holds_only_what_is_allowed(source):
    result = render(source)
    for node in elements(result.html):
        assert node.tag in ELEMENTS
        assert set(node.attrib) <= {"href", "rel"} if node.tag == "a" else {"start"}
        if node.tag == "a":
            assert node.get("rel") == REL
            assert re.match(r"(?i)(https?://[^/\s]|mailto:[^@]+@)", node.get("href"))
    assert not result.is_suspect


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(pieces.filter(lambda piece: piece not in "\"'"), st.just("word "))))
def test_every_word_is_still_there(parts):
    numbers = itertools.count()
    source = "".join(part.replace("word", f"word{next(numbers)}") for part in parts)
    html = unescape(to_html(source))
    assert [word for word in re.findall(r"word\d+", source) if word not in html] == []


@pytest.mark.parametrize("marks", ["> ", "- ", "1. ", "> - ", "*a **b ", "[a ", "```", "~~~"])
def test_words_are_kept_however_deep_they_stand(marks):
    assert "the words" in text_of(to_html(marks * 40 + "the words"))


def test_threads_do_not_mix_comments_up():
    sources = [f"**{number}** <https://example.com/{number}>\n\n" * 20 for number in range(40)]
    alone = [to_html(source) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(to_html, sources)) == alone


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("```hello", "hello"),
        ("```Thanks for this!\nprint(1)", "Thanks for this!\nprint(1)"),
        ("```python\nprint(1)\n```", "print(1)"),
    ],
)
def test_words_after_a_fence_are_shown_unless_they_name_a_language(source, shown):
    assert text_of(to_html(source)).strip() == shown
