"""What was typed comes back, whatever happens to the page, the network or the session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post
from tests.browser.conftest import sign_in
from tests.browser.test_pictures import packed, send
from tests.cast import PASSWORD, make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRITE = "/admin/blog/post/add/"
TEXT = "The river rose.\n\nIt fell again."
Visit = Callable[..., Page]


@pytest.fixture
def desk(visit: Visit, ceo) -> Callable[..., Page]:
    """Open a page of the newsroom, signed in, in a browser of its own."""

    def open_page(path: str = WRITE, **options: object) -> Page:
        page = visit("/admin/", **options)
        sign_in(page, ceo.username, PASSWORD)
        page.goto(path)
        return page

    return open_page


def change(post: Post) -> str:
    """The address of the form of a post."""
    return f"/admin/blog/post/{post.pk}/change/"


def body(page: Page) -> str:
    """The text as it stands in the form."""
    return page.locator("#id_body").input_value()


def write(page: Page, title: str = "A flood", text: str = TEXT) -> None:
    """Type a title and a text."""
    page.locator("#id_title").fill(title)
    page.locator("#id_body").fill(text)


def kept(page: Page) -> None:
    """Wait until what was typed is kept."""
    expect(page.locator("[data-kept]")).to_have_text("Kept", timeout=15_000)


def press(page: Page, name: str) -> None:
    """Press a button of the form that is seen."""
    page.get_by_role("button", name=name, exact=True).last.click()


def test_picture_that_did_not_come_is_asked_for_again(desk, ceo):
    post = make_draft(ceo, body=TEXT)
    page = desk(change(post), width=390, has_touch=True)
    send(page, "paste", packed("river.png"))
    expect(page.get_by_role("button", name="Put it into the text")).to_be_visible()
    kept(page)
    page.goto("/admin/")
    page.goto(change(post))
    expect(page.get_by_text("1 picture had not come yet.")).to_be_visible()
    assert body(page).strip() == TEXT
