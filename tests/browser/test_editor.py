"""Writing in a real browser: words are kept while they are typed, and seen as readers will see them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from blog import workflow
from blog.models import Post, Unsaved, Version
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import faults, overflow
from tests.cast import PASSWORD, make_draft, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRITE = "/admin/blog/post/add/"
VIEWS = [(width, scheme) for width in (320, 390, 1280) for scheme in ("light", "dark")]
TEXT = "We raised the floor by 12,500 stones.\n\nIt held, click here to ."
Visit = Callable[..., Page]


@pytest.fixture
def desk(visit: Visit, ceo) -> Callable[..., Page]:
    """Open a page of the newsroom, signed in, in a browser of its own."""

    def open_page(path: str = WRITE, username: str = "", **options: Any) -> Page:
        page = visit("/admin/", **options)
        sign_in(page, username or ceo.username, PASSWORD)
        page.goto(path)
        return page

    return open_page


def look(page: Page) -> FrameLocator:
    """The live preview."""
    return page.frame_locator("[data-look-frame]")


def change(post: Post) -> str:
    """The address of the form of a post."""
    return f"/admin/blog/post/{post.pk}/change/"


def kept(page: Page) -> None:
    """Wait until what was typed is kept."""
    expect(page.locator("[data-kept]")).to_have_text("Kept", timeout=15_000)


# The words of a page as its DOM has them: both documents are parsed by the same browser.
ARTICLE = """root => {
  const copy = root.cloneNode(true);
  copy.querySelector(".changes-link")?.remove(); // a preview has no earlier changes to lead to
  for (const link of copy.querySelectorAll("a")) {
    link.removeAttribute("target");
    link.setAttribute("href", link.getAttribute("href").replace("about:srcdoc", ""));
  }
  return copy.outerHTML.replace(/\\s+/g, " ");
}"""


def test_words_typed_up_to_five_seconds_ago_outlive_the_browser(desk):
    page = desk()
    page.locator("#id_title").fill("A flood")
    field = page.locator("#id_body")
    typed: list[tuple[float, int]] = []
    text = "The river rose two metres in a night and nobody slept. " * 4
    for number, letter in enumerate(text, 1):
        field.press_sequentially(letter, delay=50)
        typed.append((time.monotonic(), number))
    killed_at = time.monotonic()
    page.context.close()
    second = desk()
    second.get_by_role("link", name="A flood").click()
    expect(second.get_by_text("These words were kept at")).to_be_visible()
    kept = second.locator("#id_body").input_value()
    assert text.startswith(kept)
    assert all(number <= len(kept) for moment, number in typed if moment < killed_at - 5)
    assert second.locator("#id_title").input_value() == "A flood"
    assert not Version.objects.exists()


def test_blank_form_is_not_kept(desk):
    page = desk("/admin/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(WRITE)
    page.wait_for_timeout(4000)
    assert not [address for address in sent if address.endswith("/keep/")]
    expect(page.locator("[data-kept]")).to_have_text("")
    page.goto("/admin/")
    expect(page.get_by_text("not saved")).to_have_count(0)
    assert not Unsaved.objects.exists()


def test_words_typed_just_before_the_page_is_left_are_kept(desk, ceo):
    post = make_draft(ceo)
    page = desk(change(post))
    page.locator("#id_body").fill("The river ro")
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Newsroom")).to_be_visible()
    # What was sent on leaving may arrive after the next page has.
    end = time.monotonic() + 20
    while not Unsaved.objects.exists() and time.monotonic() < end:
        page.wait_for_timeout(50)
    page.goto(change(post))
    assert page.locator("#id_body").input_value() == "The river ro"
    page.get_by_role("button", name="Go back to the saved text").click()
    expect(page.get_by_text("This is the saved text again.")).to_be_visible()
    assert page.locator("#id_body").input_value().startswith("The river rose two metres.")
    assert not Unsaved.objects.exists()


def test_saving_that_was_stopped_does_not_end_the_keeping(desk, ceo):
    page = desk(change(make_draft(ceo)))
    page.locator("form[data-keep]").evaluate(
        "form => form.addEventListener('submit', (event) => event.preventDefault())"
    )
    page.locator("#id_body").fill("First.")
    page.get_by_role("button", name="Save draft").last.click()
    page.locator("#id_body").fill("First. Second.")
    kept(page)
    assert Unsaved.objects.get().values["body"] == ["First. Second."]


def test_lost_connection_is_said_and_made_up_for(desk, ceo):
    page = desk(change(make_draft(ceo)))
    page.locator("#id_body").fill("First.")
    kept(page)
    page.context.set_offline(True)
    page.locator("#id_body").fill("First. Second.")
    status = page.locator("[data-kept]")
    expect(status).to_have_text("Not kept: no connection; trying again.")
    page.context.set_offline(False)
    kept(page)
    assert Unsaved.objects.get().values["body"] == ["First. Second."]


def test_who_is_signed_out_is_told_and_goes_on_after_signing_in(desk, ceo):
    page = desk(change(make_draft(ceo)))
    page.context.clear_cookies(name="session")
    page.locator("#id_body").fill("First.")
    expect(page.locator("[data-kept]")).to_contain_text("Not kept: you are signed out.")
    other = page.context.new_page()
    other.goto("/admin/")
    sign_in(other, ceo.username, PASSWORD)
    other.get_by_role("heading", name="Newsroom").wait_for()
    kept(page)
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Version.objects.latest("number").body == "First."


def test_second_person_sees_who_writes_and_overwrites_nothing(desk, ceo, writer):
    post = make_draft(ceo)
    hers = desk(change(post))
    his = desk(change(post), username=writer.username)
    his.locator("#id_body").fill("Three metres.")
    kept(his)
    hers.locator("#id_body").fill("Four metres.")
    expect(hers.locator("[data-others]")).to_contain_text("Sam Ortiz is writing here, last at")
    his.get_by_role("button", name="Save draft").last.click()
    expect(his.get_by_text("Saved.")).to_be_visible()
    hers.locator("#id_body").press("End")
    hers.locator("#id_body").press_sequentially(" Or five.")
    expect(hers.locator("[data-others]")).to_contain_text("Sam Ortiz has saved another text here")
    hers.get_by_role("button", name="Save draft").last.click()
    expect(hers.get_by_role("alert")).to_contain_text("Sam Ortiz has saved another text here")
    expect(hers.locator("ins").first).to_contain_text("Three")
    assert hers.locator("#id_body").input_value() == "Four metres. Or five."
    assert post.versions.latest("number").body == "Three metres."


def test_preview_beside_the_text_is_the_public_page(desk, ceo, visit):
    make_post(ceo, slug="older", title="Older")
    page = desk()
    page.locator("#id_title").fill("A flood")
    body = f"{TEXT}[^1]\n\n## One\n\n## Two\n\n## Three\n\n## Four\n\n[^1]: A note."
    page.locator("#id_body").fill(body)
    expect(look(page).get_by_role("heading", name="A flood")).to_be_visible()
    expect(look(page).get_by_role("heading", name="Four")).to_be_visible()
    expect(page.locator("#id_body")).to_be_focused()
    assert not Version.objects.filter(title="A flood").exists()
    seen = look(page).locator("article.post").evaluate(ARTICLE)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published.").wait_for()
    public = visit("/posts/a-flood/", javascript=False)
    shown = public.locator("article.post").evaluate(ARTICLE)
    # A date with its time of day: the words were seen some seconds before they were published.
    moment = re.compile(r'datetime="[^"]*"')
    assert moment.sub("", seen) == moment.sub("", shown)


def test_preview_follows_the_typing_and_stays_where_it_was_scrolled_to(desk, ceo):
    page = desk(change(make_draft(ceo, body="A paragraph of some words.\n\n" * 80)))
    frame = look(page)
    expect(frame.get_by_role("article")).to_be_visible()
    frame.locator("html").evaluate("root => root.ownerDocument.defaultView.scrollTo(0, 900)")
    page.locator("#id_body").press("Control+End")
    page.locator("#id_body").press_sequentially("And its end.")
    expect(frame.get_by_text("And its end.")).to_be_attached()
    assert frame.locator("html").evaluate("root => root.ownerDocument.defaultView.scrollY") == 900


def test_links_of_the_preview_lead_within_it_or_to_another_window(desk, ceo):
    body = "A word.[^1]\n\n" + "A paragraph.\n\n" * 60 + "[Home](/)\n\n[^1]: The note."
    page = desk(change(make_draft(ceo, body=body)))
    frame = look(page)
    frame.locator(".footnote-ref a").click()
    expect(frame.get_by_text("The note.")).to_be_in_viewport()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Home").click()
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/")
    assert page.url.endswith("/change/")


def test_preview_is_one_tap_away_on_a_phone(desk, ceo):
    page = desk(change(make_draft(ceo)), width=390, has_touch=True)
    opener = page.get_by_role("button", name="Live preview")
    opener.tap()
    expect(look(page).get_by_role("article")).to_be_in_viewport()
    page.get_by_role("button", name="Close the preview").tap()
    expect(page.locator("dialog.look")).to_be_hidden()
    expect(opener).to_be_focused()


def test_keyboard_alone_reaches_the_preview_and_comes_back(desk, ceo):
    page = desk(change(make_draft(ceo)), width=390)
    opener = page.get_by_role("button", name="Live preview")
    page.locator("#id_body").focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        if opener.evaluate("button => button === document.activeElement"):
            break
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(look(page).get_by_role("article")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.look")).to_be_hidden()
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_new_post_begins_in_its_title_and_enter_leads_on(desk, ceo):
    page = desk()
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("A flood")
    page.keyboard.press("Enter")
    page.keyboard.type("It rose.")
    assert page.locator("#id_body").input_value() == "It rose."
    assert not Post.objects.exists()
    page.goto(change(make_draft(ceo)))
    expect(page.locator("#id_title")).not_to_be_focused()


def test_advice_leads_to_its_place(desk, ceo, counsel):
    page = desk()
    page.locator("#id_title").fill("A flood")
    page.locator("#id_body").fill(TEXT)
    page.get_by_role("link", name="Something seems to be missing here").click()
    expect(page.locator("#id_body")).to_be_focused()
    chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert page.locator("#id_body").evaluate(chosen) == "to ."
    page.locator("summary", has_text="More").click()
    page.locator("#id_authorship").select_option("guest")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Say who the guest is").click()
    expect(page.locator("#id_authorship_detail")).to_be_focused()
    expect(page.locator("#id_authorship_detail")).to_be_in_viewport()


def test_without_script_the_form_is_as_it_was(desk, ceo):
    page = desk(change(make_draft(ceo, body=TEXT)), javascript=False)
    expect(page.get_by_role("button", name="Live preview")).to_be_hidden()
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.get_by_text("Something seems to be missing here")).to_be_visible()
    page.locator("#id_body").fill("Three metres.")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_text("Preview, not public.")).to_be_visible()
    expect(page.get_by_text("Three metres.")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_editor_is_accessible(desk, ceo, writer, width, scheme):
    post = make_draft(ceo, body=f"{TEXT}\n\n#### Deep\n\n## High\n\n![](/media/a.png)")
    values = {"title": ["A flood"], "body": [TEXT]}
    for user in (ceo, writer):
        workflow.keep(values, by=user, post=post, draft_key=None, kind="post")
    page = desk(change(post), width=width, color_scheme=scheme, bypass_csp=True)
    expect(page.get_by_text("These words were kept")).to_be_visible()
    expect(page.get_by_text("Sam Ortiz is writing here")).to_be_visible()
    page.locator("#id_body").press("End")
    page.locator("#id_body").press_sequentially("s.")
    kept(page)
    assert (faults(page), overflow(page) <= 0) == ([], True)
    if width < 1120:
        page.get_by_role("button", name="Live preview").click()
    expect(look(page).get_by_role("article")).to_be_visible()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    for button in page.locator(".post-button:visible").all():
        box = button.bounding_box()
        assert box and box["height"] >= 44, button.inner_text()
