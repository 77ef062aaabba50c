"""Formatting the text with buttons and keys; the browser's own undo takes each step back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.cast import PASSWORD, make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "The river rose.\nIt fell again."


@pytest.fixture
def page(visit: Callable[..., Page], ceo) -> Page:
    """The form of a draft with two lines of text, on a phone."""
    opened = visit("/admin/", width=390)
    sign_in(opened, ceo.username, PASSWORD)
    opened.goto(f"/admin/blog/post/{make_draft(ceo, body=WORDS).pk}/change/")
    return opened


def choose(page: Page, words: str) -> None:
    """Choose words of the text."""
    at = WORDS.index(words)
    field = page.locator("#id_body")
    field.focus()
    field.evaluate(
        "(field, [from, to]) => field.setSelectionRange(from, to)", [at, at + len(words)]
    )


def text(page: Page) -> str:
    """The text as it stands."""
    return page.locator("#id_body").input_value()


@pytest.mark.parametrize(
    ("button", "keys", "expected"),
    [
        ("Bold", "Control+b", "The **river** rose.\nIt fell again."),
        ("Italic", "Control+i", "The *river* rose.\nIt fell again."),
        ("Link", "Control+k", "The [river](https://) rose.\nIt fell again."),
        ("Heading", "", "## The river rose.\nIt fell again."),
        ("Quote", "", "> The river rose.\nIt fell again."),
        ("List", "", "- The river rose.\nIt fell again."),
    ],
)
def test_button_and_key_do_the_same_and_undo_takes_it_back(page, button, keys, expected):
    choose(page, "river")
    page.get_by_role("button", name=button, exact=True).click()
    assert text(page) == expected
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.press("Control+z")
    assert text(page) == WORDS
    if keys:
        choose(page, "river")
        page.keyboard.press(keys)
        assert text(page) == expected


@pytest.mark.parametrize("button", ["Bold", "Italic", "Quote", "List", "Heading"])
def test_same_button_again_takes_the_marks_away(page, button):
    choose(page, WORDS if button in {"Quote", "List"} else "river")
    for _ in range(2):
        page.get_by_role("button", name=button, exact=True).click()
    assert text(page) == WORDS


def test_address_of_a_link_is_ready_to_be_typed(page):
    choose(page, "river")
    page.keyboard.press("Control+k")
    page.keyboard.type("https://example.com")
    assert text(page) == "The [river](https://example.com) rose.\nIt fell again."


def test_what_a_button_wrote_is_kept(page):
    choose(page, "river")
    page.get_by_role("button", name="Bold").click()
    expect(page.locator("[data-kept]")).to_have_text("Kept", timeout=15_000)


def test_picture_is_chosen_from_the_toolbar(page):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture", exact=True).click()
    assert chooser.value.is_multiple()


def test_every_button_is_large_enough_for_a_finger(page):
    buttons = page.get_by_role("group", name="Format the text").get_by_role("button").all()
    assert len(buttons) == 7
    for button in buttons:
        box = button.bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 44
