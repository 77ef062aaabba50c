"""What helps to read a long post and to read on: contents, cards, sources, related posts, paper."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post, Topic
from blog.related import keeping
from tests.browser.test_accessible import VIEWS, faults, overflow
from tests.cast import make_post
from tests.pictures import drawn, kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
WORDS = (
    "The river rose and the pumps held; the floor stayed dry, as the engineers had promised us. "
)
BODY = (
    f"[The flood, filmed from the roof of hall two]({FILM})\n\n"
    "Piles are [described in detail](https://example.org/engineering/timber-piles?year=1964), and "
    "https://example.net/river/levels has the levels.\n\n"
    + "".join(f"## Part {n} of the flood\n\n" + (WORDS * 14 + "\n\n") * 3 for n in range(1, 6))
    + "https://mastodon.example/@dana/109876543210987654\n"
)
NEAR = {
    "The pumps held": "The river rose, the pumps held, and the floor of the flood plan stayed dry.",
    "What the flood cost": "Pumps, piles and a dry floor: what the river and the flood cost us.",
    "A floor above the river": "A dry floor above the river was promised. After the flood we raised it.",
    "Bees on our roof": "Hives, queens, nectar.",
}


@pytest.fixture
def flood(ceo: Any) -> Post:
    """A long post about a flood, three that are near, and one that is not."""
    topic = Topic.objects.create(name="Water", slug="water")
    for title, body in NEAR.items():
        made = make_post(ceo, title=title, body=body, standfirst=f"{title}, in one sentence.")
        made.topics.add(topic)
    post = make_post(ceo, slug="flood", title="The flood and the pumps", body=BODY)
    keeping.keep_up()
    return post


def shot(page: Page, name: str) -> None:
    """Keep a picture for a person to look at, where the environment says so."""
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/{name}.png", full_page=True)


def current(page: Page) -> list[str]:
    """Return the words of what the contents mark."""
    return page.locator(".contents [aria-current]").all_inner_texts()


def test_contents_lead_there_by_keyboard_and_mark_what_is_read(visit: Callable[..., Page], flood):
    page = visit("/posts/flood/")
    assert current(page) == []
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Part 4").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".contents [aria-current=location]")).to_have_text("Part 4 of the flood")
    expect(page.get_by_role("heading", name="Part 4")).to_be_in_viewport()
    page.keyboard.press("Tab")  # goes on where the reader went, and not at the next entry
    assert page.evaluate("document.activeElement.closest('.contents')") is None
    page.keyboard.press("Control+Home")
    expect(page.locator(".contents [aria-current]")).to_have_count(0)


def test_contents_work_on_a_phone_without_script(visit: Callable[..., Page], flood):
    page = visit("/posts/flood/", javascript=False, width=390)
    contents = page.get_by_role("navigation", name="Contents")
    contents.locator("summary").click()
    contents.get_by_role("link", name="Part 5").click()
    expect(page.get_by_role("heading", name="Part 5")).to_be_in_viewport()


def test_contents_longer_than_the_window_scroll_and_keep_the_mark_in_sight(
    visit: Callable[..., Page], ceo
):
    body = "".join(f"## Chapter {n}\n\n{WORDS * 6}\n\n" for n in range(60))
    make_post(ceo, slug="book", title="A book", body=body)
    page = visit("/posts/book/#h-chapter-50")
    mark = page.locator(".contents [aria-current=location]")
    expect(mark).to_have_text("Chapter 50")
    expect(mark).to_be_in_viewport()
    assert faults(page) == []


def test_card_leads_away_only_when_it_is_clicked(visit: Callable[..., Page], flood):
    page = visit("/posts/flood/", javascript=False)
    card = page.get_by_role(
        "link", name="The flood, filmed from the roof of hall two Video on YouTube"
    )
    expect(card).to_contain_text("opens youtube.com")
    expect(card).to_have_attribute("href", FILM)
    expect(page.get_by_role("link", name="https://example.net/river/levels")).to_be_visible()
    expect(page.locator("iframe, object, embed")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_card_shows_a_picture_of_ours(visit: Callable[..., Page], ceo, width, scheme):
    url = kept(drawn(size=(1600, 900))).address.url
    make_post(
        ceo, slug="film", title="A film", body=f"Before.\n\n[![The flood]({url})]({FILM})\n\nAfter."
    )
    page = visit("/posts/film/", width=width, color_scheme=scheme, bypass_csp=True)
    card = page.get_by_role("link", name="The flood Video on YouTube · opens youtube.com")
    assert (
        card.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    )
    assert faults(page) == []
    assert overflow(page) <= 0
    shot(page, f"film-{width}-{scheme}")


def test_related_posts_and_sources_stand_below(visit: Callable[..., Page], flood):
    page = visit("/posts/flood/", javascript=False, width=390)
    related = page.get_by_role("region", name="Related", exact=True)
    expect(related.get_by_role("link")).to_have_count(3)
    expect(related).not_to_contain_text("Bees")
    sources = page.get_by_role("region", name="Sources")
    expect(sources.get_by_role("listitem")).to_have_count(4)
    expect(sources.get_by_role("listitem").nth(1)).to_have_text("described in detail example.org")
    related.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("The flood and the pumps")


def test_paper_says_each_address_once(visit: Callable[..., Page], flood):
    page = visit("/posts/flood/")
    page.emulate_media(media="print")
    said = "node => getComputedStyle(node, '::after').content"
    address = "https://example.org/engineering/timber-piles?year=1964"
    link = page.locator(f".prose a[href='{address}']")
    assert link.evaluate(said) == "none"
    listed = page.locator(f".sources a[href='{address}']")
    assert address in listed.evaluate(said)
    shot(page, "paper")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_post_with_all_of_it_has_no_fault(visit: Callable[..., Page], flood, width, scheme):
    page = visit("/posts/flood/", width=width, color_scheme=scheme, bypass_csp=True)
    assert faults(page) == []
    assert overflow(page) <= 0
    shot(page, f"flood-{width}-{scheme}")
