"""A post with one of everything HTML may bring, in a real browser: readable, reachable, never too wide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import VIEWS, faults, overflow
from tests.cast import make_post
from tests.pictures import drawn, kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


def body(wide: str, narrow: str) -> str:
    """Return HTML as an old blog might have it, with two pictures of this site."""
    many = "".join(f"<td>{number * 1_234_567:,}" for number in range(12))
    return f"""
<h1>One of everything</h1>
Loose words with <b>bold <i>and slanted</b> ends</i>, <u>underlined</u>, <tt>tt</tt>, <kbd>Ctrl</kbd>
and <kbd>C</kbd>, <abbr title="World Wide Web">WWW</abbr>, H<sub>2</sub>O, x<sup>2</sup>, <q>quoted</q>,
<del>gone</del> <ins>new</ins>, <mark>marked</mark>, <small>small print</small>, <samp>out</samp>,
<cite>A Book</cite>, <var>n</var>. {LONG}
<p style="text-align:center">In the middle<p align=right>At the right
<figure class=alignnone><img src="{wide}" alt="Red and blue"><figcaption>A wide picture with
<a href="https://example.com/">a link</a></figcaption></figure>
<p>A word <a href="https://example.com/big.jpg"><img src="https://example.com/small.jpg" alt="Our plant"></a>
and <img src="https://example.com/wp-content/uploads/2009/{LONG}.jpg"></p>
<figure><ul><li><figure><img src="{narrow}" alt="The first"><figcaption>One</figcaption></figure></li>
<li><figure><img src="{narrow}" alt="Two"></figure></li><li><figure><img src="{narrow}" alt="Three">
</figure></li></ul><figcaption>Three in a row</figcaption></figure>
<iframe width=560 height=315 src="https://www.youtube.com/embed/{LONG}"></iframe>
<h3>Lists</h3>
<ul><li>one<ul><li>two<ol type=a><li>three<ul><li>four {LONG}</ul></ol></ul><li><p>five</p><p>six</p></ul>
<dl><dt>Term<dd>What it means<dd>And what else<dt>Another<dd><p>Long</p><p>story</p></dl>
<h3>A table</h3>
<table border=1><caption>Units sold</caption><thead><tr><th>Year<th colspan=11>Month</thead>
<tr>{many}<tr>{many}<tfoot><tr><th scope=row>Sum{many}</tfoot></table>
<details><summary>More of it</summary><p>Only for those who ask.</p></details>
<blockquote>Said once.<blockquote>Said before.</blockquote></blockquote>
<pre>a line of verse that is far longer than a telephone is wide, so that it has to scroll inside</pre>
<p>And a note<sup><a href="#n1" id="r1">1</a></sup>.</p><hr>
<ol><li id="n1">The note. <a href="#r1">Back</a></ol>
"""


@pytest.fixture
def path(ceo) -> str:
    """Make the post and return its address."""
    pictures = (
        kept(drawn(size=(1400, 500)), name="wide.png"),
        kept(drawn(size=(200, 150)), name="narrow.png"),
    )
    source = body(*(picture.address.url for picture in pictures))
    return make_post(ceo, title="From the old blog", body=source, markup="html").get_absolute_url()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_everything_fits_and_axe_finds_nothing(
    visit: Callable[..., Page], path: str, width: int, scheme: str
):
    page = visit(path, width=width, color_scheme=scheme, bypass_csp=True)
    assert overflow(page) <= 0
    assert faults(page) == []
    column = page.locator(".prose").bounding_box()
    assert column is not None
    for picture in page.locator(".prose img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] <= column["width"] + 1
        assert picture.evaluate("image => image.naturalWidth") > 0
        assert "avif" in picture.evaluate("image => image.currentSrc")


def test_pictures_keep_their_place_free_while_they_load(visit: Callable[..., Page], path: str):
    page = visit(path, width=320)
    page.route("**/*.avif", lambda route: route.abort())
    before = page.locator(".prose figure img").first.bounding_box()
    assert before is not None
    assert before["height"] == pytest.approx(before["width"] * 500 / 1400, abs=2)


def test_paper_has_everything_too(visit: Callable[..., Page], path: str):
    page = visit(path, width=640)
    page.emulate_media(media="print")
    assert overflow(page) <= 0
    expect(page.get_by_text("Only for those who ask.")).to_be_visible()


def test_notes_lead_there_and_back(visit: Callable[..., Page], path: str):
    page = visit(path, width=320)
    page.locator(".prose sup a").click()
    assert page.url.endswith("#u-n1")
    expect(page.locator("#u-n1")).to_be_in_viewport()
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.locator("#u-r1")).to_be_in_viewport()
