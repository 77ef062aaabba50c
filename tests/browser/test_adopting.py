"""The chief executive adopts an import with the keyboard alone, on a phone, and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Batch, OldAddress
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults, overflow
from tests.cast import PASSWORD
from tests.imports import begin, bring, brought

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "a" * 180


@pytest.fixture
def batch(ceo, counsel) -> Batch:
    """An import with what is hard to lay out: long names without a space, a long summary."""
    begun = begin(file_name=f"{LONG}.xml")
    posts = bring(
        begun,
        brought("river", title="River"),
        *(brought(f"post-{number}", title=f"Post {number}") for number in range(110)),
        brought(LONG[:100], title=LONG),
    )
    OldAddress.objects.create(path=f"/2018/{LONG}/", post=posts[0])
    skipped = [{"title": f"{LONG} {number}", "why": "a menu item"} for number in range(120)]
    summary = {"Posts imported": 112, "A fact": LONG, "Skipped": skipped, "Notes": [LONG]}
    return workflow.finish_batch(begun, summary)


def test_adopting_with_the_keyboard_alone(visit: Callable[..., Page], batch: Batch):
    page = visit("/admin/", javascript=False, width=320)
    sign_in(page, "dana", PASSWORD)
    page.get_by_role("link", name="waits for you to adopt it").focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Adopt these 112 posts")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Look at the list, and tick that you have.")).to_be_visible()
    page.get_by_label("I have looked at this list").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Adopted: 112 posts are taken over")).to_be_visible()
    page.goto("/posts/river/")
    expect(page.get_by_text("Published before this record began.")).to_be_visible()


def wide(page: Page) -> object:
    """The elements that stand out on the right, if the page is wider than the window."""
    found: object = page.evaluate(
        "[...document.querySelectorAll('body *')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth)"
        ".map(e => e.outerHTML.slice(0, 100))"
    )
    return found if overflow(page) > 0 else []


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_page_of_an_import(visit: Callable[..., Page], batch: Batch, width: int, scheme: str):
    page = visit("/admin/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, "dana", PASSWORD)
    for query in ("", "?page=2", "?s1=2"):
        page.goto(f"/admin/blog/batch/{batch.pk}/change/{query}")
        assert faults(page) == []
        assert wide(page) == []
    page.goto("/admin/blog/batch/")
    assert (faults(page), overflow(page)) == ([], 0)
