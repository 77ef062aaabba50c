"""What was typed comes back, whatever happens to the page, the network or the session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Post, Unsaved, Version
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


def test_press_without_a_connection_costs_nothing(desk):
    page = desk(width=390, has_touch=True)
    write(page)
    kept(page)
    page.context.set_offline(True)
    write(page, text="The river rose. And fell.")
    press(page, "Publish")
    note = page.get_by_text("There is no connection. Your words are still here")
    expect(note).to_be_in_viewport()
    assert body(page) == "The river rose. And fell."
    page.context.set_offline(False)
    press(page, "Publish")
    page.get_by_text("Published.").wait_for()
    assert Version.objects.get().body == "The river rose. And fell."


def test_press_after_the_session_ended_costs_nothing(desk, ceo):
    page = desk()
    write(page)
    kept(page)
    page.context.clear_cookies(name="session")
    write(page, text="The river rose. And fell.")
    press(page, "Publish")
    expect(page.get_by_text("You are signed out. Your words are still here")).to_be_in_viewport()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in (opens in a new tab)").click()
    sign_in(opened.value, ceo.username, PASSWORD)
    opened.value.get_by_role("heading", name="Newsroom").wait_for()
    press(page, "Publish")
    page.get_by_text("Published.").wait_for()
    assert Version.objects.get().body == "The river rose. And fell."


def test_server_that_cannot_keep_takes_no_press(desk):
    page = desk()
    page.route("**/keep/", lambda route: route.fulfill(status=403, body="No."))
    write(page)
    press(page, "Publish")
    expect(page.get_by_text("The server could not do it just now. Your words")).to_be_visible()
    page.unroute("**/keep/")
    press(page, "Save draft")
    page.get_by_text("Saved.").wait_for()
    assert Version.objects.get().body == TEXT


def test_words_that_the_browser_brings_back_are_kept(desk, ceo):
    post = make_draft(ceo, body=TEXT)
    page = desk(change(post))
    page.locator("#id_body").evaluate(
        "field => { field.value = 'Typed.'; dispatchEvent(new PageTransitionEvent('pageshow')); }"
    )
    kept(page)
    assert Unsaved.objects.get().values["body"] == ["Typed."]


def test_without_script_the_words_of_an_ended_session_are_shown(desk):
    page = desk(javascript=False)
    write(page, title="A <flood>")
    page.context.clear_cookies(name="session")
    press(page, "Publish")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert page.get_by_label("Text", exact=True).input_value() == TEXT
    assert page.get_by_label("Title").input_value() == "A <flood>"
    assert not Post.objects.exists()
    assert not Unsaved.objects.exists()


def test_two_new_posts_in_two_tabs_are_both_there_again(desk):
    page = desk()
    write(page, title="A flood")
    kept(page)
    other = page.context.new_page()
    other.goto(WRITE)
    assert body(other) == ""
    write(other, title="A dike", text="It held.")
    kept(other)
    page.reload()
    assert body(page) == TEXT
    other.close()
    page.goto("/admin/")
    page.get_by_role("link", name="A dike").click()
    assert body(page) == "It held."
    expect(page.get_by_role("link", name="A flood")).to_be_visible()


def test_back_after_publishing_leads_to_the_post_and_to_no_second_one(desk):
    page = desk()
    write(page)
    press(page, "Publish")
    page.get_by_text("Published.").wait_for()
    page.go_back()
    expect(page.get_by_text("Published already.")).to_be_visible()
    assert page.url.endswith(change(Post.objects.get()))


@pytest.mark.parametrize("javascript", [True, False])
def test_mistake_far_away_is_one_tap_from_the_top(desk, javascript):
    page = desk(width=390, javascript=javascript)
    write(page)
    page.get_by_text("More", exact=True).click()
    page.locator("#id_close_comments_after").fill("-1")
    page.locator("#id_slug").fill("no spaces")
    press(page, "Save draft")
    box = page.locator("form [role=alert]:visible")
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport()
    page.get_by_role("link", name="Close comments after: ").click()
    expect(page.locator("#id_close_comments_after")).to_be_focused()
    expect(page.locator("#id_close_comments_after")).to_be_in_viewport()


def test_sentence_on_who_writes_goes_when_she_has_gone(desk, ceo, writer):
    post = make_draft(ceo)
    workflow.keep({"body": ["Theirs."]}, by=writer, post=post, draft_key=None, kind="post")
    page = desk(change(post))
    said = page.locator("[data-others]")
    expect(said).to_contain_text("Sam Ortiz is writing here")
    workflow.drop(by=writer, post=post, draft_key=None)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(said).to_be_empty()
