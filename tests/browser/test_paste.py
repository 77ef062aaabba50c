"""Pasting from a word processor, a mail or another page: its form becomes Markdown, all else stays behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import sign_in
from tests.cast import PASSWORD, make_draft

# ruff: noqa: E501 - what word processors copy has long lines
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """(field, [html, plain]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", plain);
  field.focus();
  field.select();
  const sent = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  return field.dispatchEvent(sent);
}"""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{color:red}</style>
<!--[if gte mso 9]><xml>junk</xml><![endif]--></head><body lang=EN-GB>
<p class=MsoTitle>On floods<o:p></o:p></p>
<p class=MsoNormal>The <b>river</b><b> rose</b>&nbsp;<i>twice</i>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>\u00b7<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Pumps</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o&nbsp; </span>Large ones</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.&nbsp; </span>Count them</p>
<table><tr><td><p>Hall</p></td><td><p>Water | mud</p></td></tr><tr><td>One</td><td>1.2 m</td></tr></table>
</body></html>"""
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span
style="font-weight:400">What we saw</span></h2><p dir="ltr"><span style="font-weight:700">Bold</span><span
style="font-style:italic"> and slanted</span><span>, with a </span><a href="https://example.org/a_(b)?c=%2Fd"
style="text-decoration:none"><span>link</span></a><span>.</span></p><ul><li dir="ltr"><p>One</p></li><ul><li><p>Inside</p></li>
</ul><li><p>Two</p></li></ul><br></b>"""
CASES = {
    "Word": (
        WORD,
        (
            "## On floods\n\nThe **river rose** *twice*.\n\n- Pumps\n   - Large ones\n1. Count them\n\n"
            "| Hall | Water \\| mud |\n| --- | --- |\n| One | 1.2 m |"
        ),
    ),
    "Google Docs": (
        GOOGLE,
        (
            "## What we saw\n\n**Bold** *and slanted*, with a [link](https://example.org/a_%28b%29?c=%2Fd).\n\n"
            "- One\n   - Inside\n- Two"
        ),
    ),
    "a web page": (
        (
            "<h1>Title</h1><div>First<br>second</div><ol start=3><li>A <strong>b</strong></li><li>C</li></ol>"
            "<blockquote><p>Said</p><p>he</p></blockquote><hr><pre>x = 1\n  y\n</pre><p>Use <code>a`b</code></p>"
        ),
        (
            "## Title\n\nFirst  \nsecond\n\n1. A **b**\n2. C\n\n> Said\n> \n> he\n\n---\n\n"
            "```\nx = 1\n  y\n```\n\nUse `a b`"
        ),
    ),
    "signs of Markdown": (
        "<p># no heading</p><p>1. no list</p><p>a*b* [c] &lt;d&gt; `e` f_g _h_ \\</p><p><b>x</b></p>",
        "\\# no heading\n\n1\\. no list\n\na\\*b\\* \\[c\\] \\<d> \\`e\\` f_g \\_h\\_ \\\\\n\n**x**",
    ),
    "layout tables": (
        "<table><tr><td><p>One</p><p><b>Two</b></p></td></tr></table>",
        "One\n\n**Two**",
    ),
    "bad links and programs": (
        (
            "<p onclick=alert(1)>A <a href='javascript:alert(1)'>b</a> <a href=' #x'>c</a>"
            "<script>alert(1)</script><img src=x onerror=alert(1)><style>p{}</style>"
            " <a href='mailto:a@b.example'>d</a> <i> </i></p>"
        ),
        "A b c [d](mailto:a@b.example)",
    ),
}


@pytest.fixture
def page(visit: Callable[..., Page], ceo) -> Page:
    """The form of a draft, on a phone."""
    opened = visit("/admin/", width=390)
    sign_in(opened, ceo.username, PASSWORD)
    opened.goto(f"/admin/blog/post/{make_draft(ceo, body='Before.').pk}/change/")
    opened.locator("[data-toolbar]:not([hidden])").wait_for()
    return opened


def paste(page: Page, html: str, plain: str = "words alone") -> tuple[str, bool]:
    """Paste in the place of the text: what stands there, and whether it was left to the browser."""
    field = page.locator("#id_body")
    was_left = field.evaluate(PASTE, [html, plain])
    return field.input_value(), was_left


@pytest.mark.parametrize("name", CASES)
def test_form_becomes_markdown_and_one_undo_takes_it_back(page, name):
    html, expected = CASES[name]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert paste(page, html) == (expected, False)
    page.keyboard.press("Control+z")
    assert page.locator("#id_body").input_value() == "Before."
    assert not [url for url in asked if url.endswith("/x")]


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("", "Plain * words"),
        ("<p>Plain * words</p>", "Plain * words"),
        ("<div><span style='color:red'>One</span></div><div>two</div>", "One\ntwo"),
        ("<p> </p>", " "),
        ("<div>" * 20_000 + "x", "x"),
    ],
)
def test_words_without_a_form_are_left_to_the_browser(page, html, plain):
    assert paste(page, html, plain) == ("Before.", True)


PLAIN = {
    "dots": ("Two:\n• One\n• Two\nEnd.", "Two:\n- One\n- Two\n\nEnd."),
    "dots in dots": ("\t• One\r\n\t\t◦ Inside\r\n\t• Two", "- One\n  - Inside\n- Two"),
    "dashes": ("– One\n– Two", "- One\n- Two"),
    "an address": (" https://example.org/a_(b)\n", "<https://example.org/a_(b)>"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_lists_and_addresses_are_lists_and_links(page, name):
    plain, expected = PLAIN[name]
    page.locator("#id_body").fill("")
    assert paste(page, "", plain) == (expected, False)


@pytest.mark.parametrize(
    "plain", ["– said he", "A • B", "3 – 4\n5", "https://example.org and more"]
)
def test_other_plain_words_are_left_to_the_browser(page, plain):
    assert paste(page, "", plain) == ("Before.", True)


def test_address_over_chosen_words_makes_them_a_link(page):
    assert (
        paste(page, "", "https://example.org/a_(b)")[0]
        == "[Before.](https://example.org/a_%28b%29)"
    )
    page.locator("#id_body").fill("[a](")
    page.locator("#id_body").evaluate(
        "field => { field.select = () => field.setSelectionRange(4, 4); }"
    )
    assert paste(page, "", "https://example.org") == ("[a](", True)


def test_raised_and_lowered_signs_stay_so(page):
    html = (
        "<p>40 m<sup>2</sup> of H<sub>2</sub>O, text<sup><a href='#n1'>1</a></sup>, 10<span"
        " style='vertical-align:super'>-3</span>, 1<sup>st</sup></p>"
    )
    assert paste(page, html)[0] == "40 m² of H₂O, text¹, 10⁻³, 1st"


def test_what_is_left_behind_is_said(page):
    status = page.locator("[data-paste-status]")
    paste(page, "<p>One <b>two</b> <img src='x'></p>")
    assert status.inner_text() == "1 picture was not pasted. Add it with Picture."
    paste(page, "<p><b>One</b> <del>two</del></p><img src=x><img src=y>")
    assert "2 pictures were not pasted. Add them with Picture." in status.inner_text()
    assert "Words that were struck out are plain words now." in status.inner_text()
    paste(page, "<p><b>One</b></p>")
    assert status.inner_text() == ""


def test_pasted_form_is_what_readers_see(page, client):
    paste(page, WORD)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published.").wait_for()
    page.get_by_role("link", name="See it as readers do").click()
    article = page.locator("article.post")
    article.get_by_role("heading", name="On floods").wait_for()
    assert article.locator("li").all_inner_texts()[0].startswith("Pumps")
    assert (
        article.get_by_role("cell", name="Water | mud")
        .or_(article.get_by_role("columnheader", name="Water | mud"))
        .count()
        == 1
    )
    assert article.locator("strong", has_text="river rose").count() == 1
