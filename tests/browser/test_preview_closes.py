"""The live preview in the place of the text, and the ways back to the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.cast import PASSWORD, make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(visit: Callable[..., Page], ceo) -> Page:
    """The form of a post on a phone, its preview open."""
    page = visit("/admin/", width=390, has_touch=True)
    sign_in(page, ceo.username, PASSWORD)
    page.goto(f"/admin/blog/post/{make_draft(ceo).pk}/change/")
    page.locator("#id_body").fill("Typed.")
    page.get_by_role("button", name="Live preview").tap()
    expect(page.frame_locator("[data-look-frame]").get_by_text("Typed.")).to_be_in_viewport()
    return page


def is_back_at_the_text(page: Page) -> None:
    """The form is shown, with what was typed, and its preview can be opened again."""
    expect(page.locator("dialog.look")).to_be_hidden()
    expect(page.get_by_role("button", name="Live preview")).to_be_focused()
    assert page.url.endswith("/change/")
    assert page.locator("#id_body").input_value() == "Typed."
    page.wait_for_function("!history.state?.look")


def test_back_leads_to_the_text(page):
    page.evaluate("history.back()")
    is_back_at_the_text(page)
    page.get_by_role("button", name="Live preview").tap()
    page.get_by_role("button", name="Close the preview").tap()
    is_back_at_the_text(page)
    page.evaluate("history.back()")
    expect(page.get_by_role("heading", name="Newsroom")).to_be_visible()


def test_escape_within_the_preview_leads_to_the_text(page):
    page.frame_locator("[data-look-frame]").get_by_text("Typed.").click()
    page.keyboard.press("Escape")
    is_back_at_the_text(page)


def test_beside_the_text_one_button_opens_and_closes(visit, ceo):
    page = visit("/admin/")
    sign_in(page, ceo.username, PASSWORD)
    page.goto("/admin/blog/post/add/")
    closer = page.get_by_role("button", name="Close the preview")
    expect(closer).to_have_count(1)
    closer.click()
    expect(page.locator("dialog.look")).to_be_hidden()
    expect(page.get_by_role("button", name="Live preview")).to_be_focused()
    page.get_by_role("button", name="Live preview").click()
    expect(page.locator("dialog.look")).to_be_visible()
