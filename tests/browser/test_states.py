"""The hard states of every page that readers see: nothing overflows, jumps, or gets lost on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from tests.browser.states import make_states
from tests.browser.test_accessible import VIEWS, faults, look, overflow
from tests.cast import make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
WIDTHS = (320, 390, 768, 1280, 1920, 2560)
FEW = 60
"""Comments of the crowded post where their number does not matter: two pages."""

SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 300);
})"""

SIGNS_A_LINE = """(paragraph) => {
  const range = document.createRange();
  const lines = new Map();
  const node = paragraph.firstChild;
  for (let place = 0; place < node.length; place++) {
    range.setStart(node, place);
    range.setEnd(node, place + 1);
    const top = Math.round(range.getBoundingClientRect().top);
    lines.set(top, (lines.get(top) ?? 0) + 1);
  }
  return [...lines.values()].slice(0, -1);
}"""


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing(visit: Visit, ceo: Any, moderator: Any, width: int, scheme: str) -> None:
    paths = make_states(ceo, moderator, crowd=FEW)
    page = visit("/", width=width, color_scheme=scheme, bypass_csp=True)
    assert look(page, paths) == {}


def test_nothing_is_wider_than_any_window(visit: Visit, ceo: Any, moderator: Any) -> None:
    paths = make_states(ceo, moderator, crowd=FEW)
    page = visit("/")
    wide = {}
    for name, path in paths.items():
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if overflow(page) > 0:
                wide[name, width] = overflow(page)
    assert wide == {}


def test_text_can_be_twice_as_large(visit: Visit, ceo: Any, moderator: Any) -> None:
    paths = make_states(ceo, moderator, crowd=FEW)
    page = visit("/", width=640, bypass_csp=True)
    wide = {}
    for name, path in paths.items():
        page.goto(path)
        page.add_style_tag(content=":root { font-size: 200% }")
        if overflow(page) > 0:
            wide[name] = overflow(page)
    assert wide == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_a_page_loads(
    visit: Visit, ceo: Any, moderator: Any, width: int
) -> None:
    paths = make_states(ceo, moderator, crowd=FEW)
    page = visit("/healthz", width=width)
    for name in ("index", "full", "crowded", "archive"):
        page.goto(paths[name])
        page.locator("main h1").wait_for()
        assert page.evaluate(SHIFTS) == 0, name


@pytest.mark.parametrize("width", [1280, 2560])
def test_lines_have_sixty_to_seventy_five_signs(
    visit: Visit, ceo: Any, moderator: Any, width: int
) -> None:
    paths = make_states(ceo, moderator, crowd=1)
    page = visit(paths["full"], width=width)
    lines = page.locator(".post__words > p").first.evaluate(SIGNS_A_LINE)
    assert len(lines) >= 2
    assert 60 <= sum(lines) / len(lines) <= 75


def test_wide_table_and_code_scroll_by_keyboard(visit: Visit, ceo: Any, moderator: Any) -> None:
    paths = make_states(ceo, moderator, crowd=1)
    page = visit(paths["full"], width=390)
    for part in (page.locator(".table-scroll"), page.locator(".prose pre")):
        part.focus()
        expect(part).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("part => part.scrollLeft > 0", arg=part.element_handle())


def test_words_from_the_right_begin_there(visit: Visit, ceo: Any, moderator: Any) -> None:
    paths = make_states(ceo, moderator, crowd=1)
    page = visit(paths["right"], width=390)
    for part in ("h1", ".post__standfirst", ".brief__points", ".post__words", ".comment__body"):
        direction = page.locator(part).first.evaluate("part => getComputedStyle(part).direction")
        assert direction == "rtl", part
    quote = page.locator(".prose blockquote")
    assert quote.evaluate("part => getComputedStyle(part).borderRightWidth") == "3px"


def test_five_hundred_comments_come_page_by_page(visit: Visit, ceo: Any, moderator: Any) -> None:
    paths = make_states(ceo, moderator)
    page = visit(paths["crowded"], javascript=False)
    expect(page.get_by_role("heading", name="500 comments")).to_be_visible()
    first = page.locator("article.comment").count()
    assert 20 <= first <= 100
    page.get_by_role("link", name="Later comments").click()
    expect(page.get_by_text("Question 51,")).to_be_visible()
    expect(page.locator("article.comment")).to_have_count(first)


@pytest.mark.parametrize("count", [0, 1, 2, 25])
def test_front_page_with_few_and_many_posts(visit: Visit, ceo: Any, count: int) -> None:
    for number in range(count):
        make_post(ceo, title=f"Letter {number}", slug=f"n{number}", brief=("Its point.",))
    page = visit("/", bypass_csp=True, width=390)
    assert page.locator("article.lead").count() == min(count, 1)
    assert page.locator(".rows__item").count() == max(0, min(count, 20) - 1)
    assert page.get_by_role("link", name="Older posts").count() == (count > 20)
    assert page.get_by_text("Nothing is published here yet").count() == (count == 0)
    assert (faults(page), overflow(page) <= 0) == ([], True)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "500"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_errors(visit: Visit, ceo: Any, name: str, width: int) -> None:
    page = visit("/healthz", width=width, bypass_csp=True)
    html = render_to_string(f"{name}.html")
    page.route("**/broken/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/broken/")
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.get_by_role("link", name="Go to the front page").click()
    expect(page.get_by_role("banner")).to_be_visible()


def test_paper_has_words_and_addresses_and_nothing_to_press(
    visit: Visit, ceo: Any, moderator: Any
) -> None:
    paths = make_states(ceo, moderator, crowd=FEW)
    page = visit("/", width=700)
    page.emulate_media(media="print")
    for name, path in paths.items():
        page.goto(path)
        assert page.locator("button:visible, input:visible, nav:visible").count() == 0, name
        assert page.locator("h1:visible").count() == 1, name
    page.goto(paths["full"])
    after = "part => getComputedStyle(part, '::after').content"
    letter = page.get_by_role("link", name="the letter of the insurer")
    assert letter.first.evaluate(after) == "none"  # its address stands in the list of sources
    assert letter.last.evaluate(after) != "none"
    assert letter.first.evaluate("part => getComputedStyle(part).textDecorationLine") == "none"
    assert page.locator(".post__address").inner_text().endswith(paths["full"])
    assert not page.locator(".site-footer").is_visible()
    table = page.locator(".table-scroll")
    assert table.evaluate("part => part.scrollWidth <= part.clientWidth")
    assert len(page.pdf(format="A4")) > 10_000


def test_colours_of_the_reader_keep_every_edge(visit: Visit, ceo: Any, moderator: Any) -> None:
    paths = make_states(ceo, moderator, crowd=1)
    page = visit(paths["full"], forced_colors="active")
    edge = "part => parseFloat(getComputedStyle(part).borderTopWidth)"
    for part in (".brief", ".button", ".field__input", ".prose pre"):
        assert page.locator(part).first.evaluate(edge) >= 1, part
    page.keyboard.press("Tab")
    outline = "document.activeElement && getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"


def test_who_wants_no_motion_has_none(visit: Visit, ceo: Any, moderator: Any) -> None:
    paths = make_states(ceo, moderator, crowd=1)
    page = visit(paths["full"], reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter((part) => {
      const style = getComputedStyle(part);
      const moves = (times) => times.split(",").some((time) => parseFloat(time) > 0);
      return moves(style.transitionDuration) || moves(style.animationDuration);
    }).length"""
    assert page.evaluate(moving) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
