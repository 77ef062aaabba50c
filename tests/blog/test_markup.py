"""An author's text becomes HTML that is valid, works from the keyboard, and can do nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog import markup
from blog.allowlist import Allowlist
from blog.markup import (
    MAX_LENGTH,
    Heading,
    Rendered,
    TextTooLong,
    minutes,
    plain_text,
    render,
    to_html,
)
from tests.pace import seconds

QUICK = 0.6
"""Seconds of processor time for ten thousand characters of anything: three times what was
measured."""

SLOWEST = 10 * QUICK
"""Seconds for a hundred thousand: the time grows with the length and no faster."""


def elements(html: str):
    """Return the elements that a standard parser finds in a fragment."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [node for node in tree.iter() if isinstance(node.tag, str)][1:]


def only(html: str, tag: str):
    """Return the one element of that name."""
    (found,) = (node for node in elements(html) if node.tag == tag)
    return found


# What an author may write


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("One *two* **three** ~~four~~", "<p>One <em>two</em> <strong>three</strong> <s>four</s></p>\n"),
        ("one\ntwo  \nthree\\\nfour", "<p>one\ntwo<br>\nthree<br>\nfour</p>\n"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>\n"),
        ("4. a\n5. b", '<ol start="4">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("***", "<hr>\n"),
        ("[a](/about/) [b](#h-x)", '<p><a href="/about/">a</a> <a href="#h-x">b</a></p>\n'),
        ("[a]\n\n[a]: https://a.com 'T'", '<p><a href="https://a.com" title="T" rel="noopener">a</a></p>\n'),
        ("<anna@example.com>", '<p><a href="mailto:anna@example.com">anna@example.com</a></p>\n'),
        ("`<b>` &copy;", "<p><code>&lt;b&gt;</code> ©</p>\n"),
        ("    indented", '<pre tabindex="0"><code>indented\n</code></pre>\n'),
    ],
)  # fmt: skip
def test_markdown_becomes_html(source, html):
    assert to_html(source) == html
    assert not render(source).is_suspect


def test_words_stay_as_typed():
    source = "\"Quotes\" -- 'it's' ... (c) 1/2 +-"
    assert plain_text(to_html(source)) == source


def test_typed_html_is_shown_as_text():
    source = '<script>alert(1)</script><b onclick="x">b</b><!-- c -->'
    assert plain_text(to_html(source)) == source
    assert [node.tag for node in elements(to_html(source))] == ["p"]


def test_result_tells_words_and_headings():
    rendered = render("# One two\n\nthree `four` five[^1].\n\n[^1]: six")
    assert rendered.words == 6
    assert rendered.headings == (Heading(2, "h-one-two", "One two"),)
    assert rendered.html == to_html("# One two\n\nthree `four` five[^1].\n\n[^1]: six")


# Headings


def levels(source: str) -> list[int]:
    return [heading.level for heading in render(source).headings]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# a\n## b\n# c", [2, 3, 2]),
        ("## a\n### b\n## c", [2, 3, 2]),
        ("### a\n### b\n## c\n### d", [2, 2, 2, 3]),
        ("## a\n##### b\n###### c", [2, 3, 4]),
        ("# a\n## b\n### c\n#### d\n##### e\n###### f", [2, 3, 4, 5, 6, 6]),
        ("a\n===\n\nb\n---", [2, 3]),
    ],
)
def test_headings_form_an_outline_below_the_title_of_the_page(source, expected):
    assert levels(source) == expected


def test_heading_ids_are_unique_and_apart_from_the_ids_of_the_page():
    source = "# Main\n# Comment form\n# c12\n# Main\n# Main 2\n# Main\n# !!!\n# ???\n# Über uns\n# हिन्दी\n"
    ids = [node.get("id") for node in elements(to_html(source))]
    assert ids == [heading.id for heading in render(source).headings]
    assert ids[:6] == ["h-main", "h-comment-form", "h-c12", "h-main-2", "h-main-2-2", "h-main-3"]
    assert ids[6:] == ["h-section", "h-section-2", "h-über-uns", "h-हिन्दी"]


def test_heading_tells_its_words_without_marks():
    heading = render("## The *new* `x` [line](/a/) ![plant](/media/p.png)[^1]\n\n[^1]: n").headings[
        0
    ]
    assert heading.text == "The new x line plant"
    assert len(render("# " + "word " * 400).headings[0].id) <= 65


def test_empty_headings_are_dropped_and_quoted_ones_not_listed():
    rendered = render("#\n\n## \n\n> # quoted\n\n- # item\n\n# real")
    assert [heading.text for heading in rendered.headings] == ["real"]
    assert [node.tag for node in elements(rendered.html) if re.match("h[1-6]", node.tag)] == [
        "h2"
    ] * 3


# Links and pictures


@pytest.mark.parametrize("href", ["https://example.com/", "HTTP://EXAMPLE.COM"])
def test_links_to_other_sites_have_no_way_back_to_our_window(href):
    assert only(to_html(f"[x]({href})"), "a").attrib == {"href": href, "rel": "noopener"}


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "javascript:1",
        "vbscript:1",
        "data:1",
        "data:image/png;base64,AA",
        "tel:1",
        "ftp://a.com",
        "//a.com",
        "page.html",
        "http:a",
        "https://u:p@a.com/",
        "file:///a",
    ],
)
@pytest.mark.parametrize("shape", ["[x]({})", "![x]({})", "<{}>", "[x]\n\n[x]: {}"])
def test_other_addresses_are_never_links_nor_pictures(shape, href):
    for node in elements(to_html(shape.format(href))):
        assert node.tag == "p"


def test_own_pictures_are_shown():
    image = only(to_html("![The *plant*](/media/2026/plant-a.png)"), "img")
    assert image.attrib == {
        "src": "/media/2026/plant-a.png",
        "alt": "The plant",
        "loading": "lazy",
        "decoding": "async",
    }


def test_picture_with_title_in_a_paragraph_of_its_own_is_a_figure():
    html = to_html('![Plant](/media/p.png "The plant in <May>")')
    assert only(html, "figcaption").text == "The plant in <May>"
    assert [node.tag for node in elements(html)] == ["figure", "img", "figcaption"]
    assert "title" not in only(html, "img").attrib
    assert only(to_html('a ![Plant](/media/p.png "T")'), "img").get("title") == "T"


@pytest.mark.parametrize(
    "src", ["https://example.com/a.png", "/static/a.png", "/media/../admin/", "#x"]
)
def test_foreign_pictures_become_links(src):
    html = to_html(f"![Our plant]({src})")
    assert only(html, "a").get("href") == src
    assert only(html, "a").text == "Picture: Our plant"
    assert only(html, "a").get("class") == "picture-elsewhere"
    assert "img" not in {node.tag for node in elements(html)}


def test_foreign_picture_without_words_is_called_by_its_file():
    html = to_html("![](https://example.com/2019/The%20plant.jpg?w=300)")
    assert only(html, "a").text == "Picture: The plant.jpg"
    assert only(to_html("![](https://example.com/)"), "a").text == "Picture: example.com"


def test_foreign_picture_within_a_link_becomes_its_text():
    html = to_html("[![Plant](https://example.com/a.png)](https://example.com/)")
    assert only(html, "a").text == "Picture: Plant"


@pytest.mark.parametrize(
    "src",
    [
        "/media/%2e%2e/admin/",
        "/media//a.png",
        "/media/./a.png",
        "/media/a.png?x=1",
        "/media/a%5c..%5cb",
        "/media/",
        "/mediax/a.png",
        "media/a.png",
    ],
)
def test_picture_addresses_cannot_leave_the_media_folder(src):
    assert "img" not in {node.tag for node in elements(to_html(f"![x]({src})"))}


# Tables and code


TABLE = "| a | b | c | d |\n|---|:--|:-:|--:|\n| 1 | 2 | 3 | 4 |"


def test_wide_tables_scroll_by_themselves_and_have_names():
    html = to_html(f"{TABLE}\n\n{TABLE}")
    regions = [node for node in elements(html) if node.tag == "div"]
    assert [node.attrib for node in regions] == [
        {
            "class": "table-scroll",
            "tabindex": "0",
            "role": "region",
            "aria-label": f"Table {number}",
        }
        for number in (1, 2)
    ]
    assert [node[0].tag for node in regions] == ["table", "table"]


def test_table_cells_say_alignment_by_class_and_headers_their_scope():
    cells = [node.attrib for node in elements(to_html(TABLE)) if node.tag in {"th", "td"}]
    assert cells[:2] == [{"scope": "col"}, {"class": "align-left", "scope": "col"}]
    assert [cell.get("class") for cell in cells[4:]] == [
        None,
        "align-left",
        "align-center",
        "align-right",
    ]
    assert "style" not in to_html(TABLE)


def test_table_that_grows_out_of_proportion_ends_as_text():
    source = "|" + "a|" * 64 + "\n|" + "-|" * 64 + "\n" + "word\n" * 500
    html = to_html(f"{source}\n{source}")
    assert sum(node.tag in {"td", "th"} for node in elements(html)) <= 10_000
    assert html.count("word") == 1000


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("python", "language-python"),
        ("C++ numbered", "language-c++"),
        ("", None),
        ('x" onclick="y', None),
        ("../x", None),
        ("a" * 21, None),
        ("é", None),
    ],
)
def test_code_tells_its_language_if_it_is_one(info, expected):
    html = to_html(f"```{info}\nx < 1\n```")
    assert only(html, "code").get("class") == expected
    assert only(html, "pre").attrib == {"tabindex": "0"}
    assert only(html, "code").text == "x < 1\n"


# Footnotes


def test_footnotes_lead_there_and_back():
    html = to_html("One[^a] two[^b] again[^a].\n\n[^b]: Second.\n[^a]: First.")
    notes = [node for node in elements(html) if node.tag == "li"]
    assert [note.get("id") for note in notes] == ["fn-1", "fn-2"]
    assert ["".join(note.itertext()).split()[0] for note in notes] == ["First.", "Second."]
    links = [node for node in elements(html) if node.tag == "a"]
    assert [(a.get("id"), a.get("href"), a.get("aria-label")) for a in links] == [
        ("fnref-1", "#fn-1", "Footnote 1"),
        ("fnref-2", "#fn-2", "Footnote 2"),
        ("fnref-1-2", "#fn-1", "Footnote 1"),
        (None, "#fnref-1", "Back to reference 1"),
        (None, "#fnref-1-2", "Back to reference 1-2"),
        (None, "#fnref-2", "Back to reference 2"),
    ]
    assert [a.get("role") for a in links] == ["doc-noteref"] * 3 + ["doc-backlink"] * 3
    assert only(html, "section").attrib == {
        "class": "footnotes",
        "role": "doc-endnotes",
        "aria-label": "Footnotes",
    }


@pytest.mark.parametrize(
    "source",
    [
        "a[^1]\n\n[^1]:",
        "a[^1]\n\n[^1]: - list",
        "a[^1]\n\n[^1]: itself[^1]",
        "a[^1]\n\n[^1]: one[^2]\n[^2]: two[^1]",
        "a\n\n[^1]: never[^2]\n[^2]: reached",
        "b[^3]\n\n[^1]: never[^2]\n[^2]: reached\n[^3]: yes",
        "a[^1]\n\n[^1]: first\n[^1]: same name",
        "a[^1]\n\n[^1]: outer\n\n    [^2]: inner",
        "![alt[^1]](/media/a.png) [link[^1]](/a/)\n\n[^1]: n",
        "# Heading[^1]\n\n| a[^1] |\n|---|\n| b[^1] |\n\n[^1]: n",
        '[^x"]\n\n[^x"]: quote',
    ],
)
def test_odd_footnotes_never_lead_nowhere(source):
    rendered = render(source)
    ids = [node.get("id") for node in elements(rendered.html) if node.get("id")]
    assert len(ids) == len(set(ids))
    targets = {node.get("href")[1:] for node in elements(rendered.html) if node.tag == "a"} - {"a/"}
    assert targets <= set(ids)
    assert not rendered.is_suspect


def test_note_that_nothing_refers_to_is_left_out():
    assert to_html("a\n\n[^1]: n") == "<p>a</p>\n"


# Limits


@pytest.mark.parametrize(
    "raw", ["\0", "\x0b", "\x85", "\ud800", "\u202e", "\ufffe", "\ufeff", "\r\n"]
)
def test_text_is_normalised_before_it_is_parsed(raw):
    assert raw not in to_html(f"a{raw}b")


def test_text_over_the_limit_is_refused_whole():
    assert render("word " * (MAX_LENGTH // 5)).words == MAX_LENGTH // 5
    with pytest.raises(TextTooLong, match="200,001 characters; at most 200,000"):
        render("x" * (MAX_LENGTH + 1))


@pytest.mark.parametrize("marks", ["> ", "- ", "1. ", "> - ", "*a **b ", "[a ", "[^a]: "])
def test_words_are_kept_however_deep_they_stand(marks):
    assert "the words" in plain_text(to_html(f"{marks * 40}the words\n\nx[^a]"))


HARD = {
    "html": "<ul><li>",
    "inline html": "<em><p>",
    "autolinks": "<http",
    "images": "![",
    "brackets": "[",
    "entities": "&",
    "quotes": ">",
    "spaced quotes": "> ",
    "ticks": "`",
    "fences": "``` ",
    "emphasis": "*a **a ",
    "stars": "a*",
    "links": "[a](",
    "references": "[a]: b\n",
    "note references": "[^1]",
    "note openings": "[^",
    "tables": "|" + "a|" * 32 + "\n|" + "-|" * 32 + "\n" + "a\n" * 64 + "\n",
    "table lines": "a\n|-|-|\n",
    "headings": "# a\n",
    "nested lists": "- " * 20 + "a\n",
    "nested quotes": "> " * 20 + "a\n",
    "lists": "- a\n",
    "backslashes": "\\",
    "own images": "![a](/media/a.png)",
    "foreign images": "![a](https://a.com/a.png) ",
    "comments": "<!--",
    "marks": "e\u0301",
}


@pytest.mark.parametrize("unit", HARD.values(), ids=HARD)
@pytest.mark.parametrize(("length", "limit"), [(10_000, QUICK), (100_000, SLOWEST)])
def test_time_grows_no_faster_than_the_text(unit, length, limit):
    notes = "[^1]: n\n\n"
    source = (notes + unit * length)[:length]
    made: list[Rendered] = []
    assert seconds(lambda: made.append(render(source)), limit) < limit
    assert not made[0].is_suspect


def test_growing_nests_and_many_notes_take_no_longer():
    ticks = "".join(f"{'`' * count} " for count in range(140))
    notes = (
        "".join(f"[^{n}] " for n in range(450))
        + "\n\n"
        + "".join(f"[^{n}]: a\n" for n in range(450))
    )
    lists = "".join(f"{'  ' * depth}- a\n" for depth in range(95))
    for source in (ticks, notes, lists, "[" * 5000 + "]" * 5000, "*" * 5000 + "a" + "*" * 4999):
        assert not render(source[:10_000]).is_suspect
        assert seconds(partial(render, source[:10_000]), QUICK) < QUICK


# The second lock


@pytest.mark.parametrize(
    "missed",
    [
        "<p onclick=alert(1)>x</p>",
        "<script>x</script>",
        '<a href="javascript:1">x</a>',
        '<img src="https://a.com/a.png">',
        '<img src="/media/a.png" onerror="x">',
        '<h2 id="main">x</h2>',
        '<h2 id="h-a">x</h2><h2 id="h-a">y</h2>',
        '<h2 id="h-a" id="h-b">x</h2>',
        "<h1>x</h1>",
        "<svg></svg>",
        '<p style="color:red">x</p>',
        '<a href="/a/" rel="opener">x</a>',
        '<pre tabindex="5">x</pre>',
        "<p>x",
        "x</p>",
        "<p><em>x</p></em>",
        "<!-- x -->",
        "<!DOCTYPE html>",
        "<?x?>",
        "<br/>",
        "<![CDATA[x]]>",
    ],
)
def test_second_lock_sees_what_the_first_would_miss(monkeypatch, missed):
    monkeypatch.setitem(markup._PARSERS, "markdown", lambda _: (missed, (Heading(2, "h-x", "x"),)))
    monkeypatch.setattr(Allowlist, "cleaned", lambda _, html: html)
    assert render("*a* < b") == markup.Rendered("<p>*a* &lt; b</p>\n", (), words=3, is_suspect=True)


def test_first_lock_closes_by_itself(monkeypatch):
    html = "<p onclick=x>a<script>b</script></p><h1>c</h1>"
    monkeypatch.setitem(markup._PARSERS, "markdown", lambda _: (html, ()))
    rendered = render("x")
    assert rendered.html == "<p>a</p>c"
    assert not rendered.is_suspect


# Plain text and time to read


def test_plain_text_gives_the_words_line_by_line():
    source = "# Title\n\nOne *two*[^1]\nthree.\n\n- a\n- b\n\n| c | d |\n|---|---|\n| e | f |\n\n[^1]: Note."
    expected = "Title\nOne two three.\na\nb\nc d\ne f\nNote."
    assert plain_text(to_html(source)) == expected


def test_plain_text_is_text_not_html():
    assert plain_text(to_html("a &lt;b&gt; & `<i>`")) == "a <b> & <i>"
    assert plain_text("<p>a &lt;b&gt;</p>") == "a <b>"
    assert plain_text("") == ""


def test_plain_text_of_any_html_takes_no_time():
    html = "<p>x" + "<!--" * 50_000
    assert plain_text(html).startswith("x")
    assert seconds(lambda: plain_text(html), QUICK) < QUICK


@pytest.mark.parametrize(("words", "expected"), [(0, 1), (1, 1), (238, 1), (476, 2), (2380, 10)])
def test_reading_takes_a_minute_for_238_words_and_at_least_one(words, expected):
    assert minutes(words) == expected


# Laws


PIECES = r"""* ** _ ~~ ` ``` [ ] ( ) < > & ; # ## ! ![ - + 1. | |- \ / : @ . " ' = === --- <a <b> </ <!--
javascript: https://a.com /media/a.png data: mailto: &lt; &#106; [^1] [^1]: [a]: é x"""
pieces = st.sampled_from([*PIECES.split(), " ", "    ", "\n", "\n\n", "\t", "\u0301", "\ufffd"])
anything = st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=80).map("".join)

ATTRIBUTES = {
    "a": {"href", "title", "rel", "id", "class", "role", "aria-label"},
    "code": {"class"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "img": {"src", "alt", "title", "loading", "decoding"},
    "li": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"class", "role", "aria-label"},
    "sup": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
BARE = "blockquote br em figcaption figure hr p s strong table tbody thead tr ul"


@settings(max_examples=500, deadline=None)
@given(anything)
def test_parsed_html_holds_only_what_is_allowed(source):
    rendered = render(source)
    assert not rendered.is_suspect
    ids = []
    for node in elements(rendered.html):
        assert node.tag in ATTRIBUTES or node.tag in BARE.split()
        assert set(node.attrib) <= ATTRIBUTES.get(node.tag, set())
        assert re.match(r"(?i)https?://[^/]|mailto:[^@]+@|/(?!/)|#", node.get("href", "#"))
        assert node.get("src", "/media/x").startswith("/media/")
        ids += [node.get("id")] if node.get("id") else []
    assert len(ids) == len(set(ids))
    assert all(re.match("h-|fn-|fnref-", name) for name in ids)
    assert {heading.id for heading in rendered.headings} <= set(ids)


def test_threads_do_not_mix_texts_up():
    sources = [
        f"# {n}\n\n**{n}**[^1] ![{n}](/media/{n}.png)\n\n[^1]: {n}\n" * 10 for n in range(40)
    ]
    alone = [render(source) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(render, sources)) == alone
