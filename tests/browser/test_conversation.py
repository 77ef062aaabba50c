"""The main job, walked through in a real browser: read, comment, wait, approve, see it public."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, Request, Route, expect

from blog import outbox
from comments.models import Comment
from comments.models.decision import MAIL_AFTER
from tests.browser.conftest import sign_in
from tests.cast import PASSWORD, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [False, True], ids=["without script", "with script"])
def test_from_reading_to_a_public_comment(
    visit: Callable[..., Page], ceo, moderator, javascript: bool
):
    make_post(ceo, brief=("The floor is higher now.",))

    reader = visit("/", javascript=javascript)
    reader.get_by_role("link", name="Why we raised the floor").first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Why we raised the floor")
    expect(reader.get_by_text("The floor is higher now.")).to_be_visible()
    post_url = reader.url

    reader.get_by_role("textbox", name="Your comment").fill(
        "What did the *insurance* say?\n\nMine said no."
    )
    reader.get_by_label("Name", exact=True).fill("Mara Quist")
    reader.locator("#comment-form button[type=submit]").click()
    expect(reader.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    private_url = reader.url
    assert reader.context.cookies() == []

    stranger = visit(post_url, javascript=javascript)
    expect(stranger.get_by_text("Mine said no.")).to_have_count(0)

    desk = visit("/admin/comments/comment/", javascript=javascript)
    sign_in(desk, moderator.username, PASSWORD)
    expect(desk.get_by_text("Mine said no.")).to_be_visible()
    desk.get_by_role("button", name="Approve the comment of Mara Quist").click()
    expect(desk.get_by_text("is public now").first).to_be_visible()

    stranger.reload()
    comment = stranger.locator("article.comment", has_text="Mine said no.")
    expect(comment.locator("em")).to_have_text("insurance")
    expect(comment).to_have_attribute("id", f"c{Comment.objects.get().pk}")
    reader.goto(private_url)
    expect(reader.get_by_role("heading", name="It is public")).to_be_visible()
    assert stranger.context.cookies() == []


@pytest.mark.parametrize("javascript", [False, True], ids=["without script", "with script"])
def test_answering_a_comment_names_whom(
    visit: Callable[..., Page], ceo, moderator, javascript: bool
):
    from tests.comments.conftest import make_public

    post = make_post(ceo)
    parent = make_public(post, moderator, name="Ada Lund", body="The first word.")
    page = visit(post.get_absolute_url(), javascript=javascript)
    page.locator(f"#c{parent.pk}").get_by_role("link", name="Reply").click()
    expect(page.get_by_text("In reply to Ada Lund")).to_be_visible()
    page.get_by_role("textbox", name="Your comment").fill("And the second one.")
    page.get_by_label("Name", exact=True).fill("Bo Ek")
    page.locator("#comment-form button[type=submit]").click()
    expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    assert post.comments.get(name="Bo Ek").parent_id == parent.pk


def test_a_mistake_keeps_the_words_and_says_how_to_mend_it(visit: Callable[..., Page], ceo):
    post = make_post(ceo)
    page = visit(post.get_absolute_url(), javascript=False)
    page.get_by_role("textbox", name="Your comment").fill("Words worth keeping")
    page.get_by_label("Name", exact=True).fill("Mara")
    page.get_by_label("Email").fill("mara@")
    page.locator("#comment-form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Enter an email address such as name@example.com"
    )
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Words worth keeping")
    page.get_by_label("Email").fill("")
    page.locator("#comment-form button[type=submit]").click()
    expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()


def test_a_private_note_is_answered_by_mail_from_its_tab(
    visit: Callable[..., Page], ceo, moderator
):
    post = make_post(ceo)
    page = visit(post.get_absolute_url(), javascript=False)
    page.get_by_role("textbox", name="Your comment").fill("Please ring me about the pump.")
    page.get_by_label("Name", exact=True).fill("Mara Quist")
    page.get_by_label("Email").fill("mara@example.org")
    page.get_by_label("Only to Dana Whitfield").check()
    page.locator("#comment-form button[type=submit]").click()
    expect(page.get_by_role("heading", name="It is not for publication")).to_be_visible()

    desk = visit("/admin/comments/comment/?tab=private", javascript=False)
    sign_in(desk, moderator.username, PASSWORD)
    desk.get_by_text("Answer by mail").click()
    desk.get_by_label("Goes to mara@example.org").fill("I will, on Friday at nine.")
    desk.get_by_role("button", name="Send the answer").click()
    outbox.send_due(now=timezone.now() + MAIL_AFTER)
    (letter,) = [message for message in mail.outbox if message.to == ["mara@example.org"]]
    assert "on Friday at nine" in letter.body
    page.reload()
    expect(page.get_by_text("I will, on Friday at nine.")).to_be_visible()
    page.goto(post.get_absolute_url())
    expect(page.get_by_text("about the pump")).to_have_count(0)


_STARTED = "import(document.querySelector('#comment-form').dataset.module).then(() => true)"


def write(page: Page) -> None:
    """Fill in what a comment needs."""
    page.get_by_role("textbox", name="Your comment").fill("Slowly thought, slowly typed.")
    page.get_by_label("Name", exact=True).fill("Mara Quist")


def sent_stamp(page: Page, act: Callable[[], None]) -> str:
    """What the form says about the time of writing, as the site receives it."""

    def is_comment(request: Request) -> bool:
        return request.method == "POST"

    with page.expect_request(is_comment) as sent:
        act()
    fields = parse_qs(sent.value.post_data or "", keep_blank_values=True)
    return fields["elapsed"][0]


@pytest.mark.parametrize("keeps_focus", [True, False], ids=["still in a field", "left the form"])
def test_writing_that_began_before_the_script_came_is_not_timed(
    visit: Callable[..., Page], ceo, keeps_focus: bool
):
    post = make_post(ceo)
    page = visit("/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/comment-form*.js", hold)
    page.goto(post.get_absolute_url())
    with page.expect_request("**/comment-form*.js"):
        page.locator("#comment-form").scroll_into_view_if_needed()
    write(page)
    if not keeps_focus:
        page.get_by_label("Name", exact=True).blur()
    held.pop().continue_()
    assert page.evaluate(_STARTED)
    assert sent_stamp(page, page.locator("#comment-form button[type=submit]").click) == ""
    expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    reasons = [finding["check"] for finding in Comment.objects.get().evidence]
    assert "timing" not in reasons


def test_writing_is_timed_from_the_first_field_over_the_preview(visit: Callable[..., Page], ceo):
    page = visit(make_post(ceo).get_absolute_url())
    page.locator("#comment-form").scroll_into_view_if_needed()
    assert page.evaluate(_STARTED)
    write(page)
    page.wait_for_timeout(300)
    first = int(sent_stamp(page, page.get_by_role("button", name="Preview").click))
    assert first >= 300
    page.locator("#comment-form").scroll_into_view_if_needed()
    assert page.evaluate(_STARTED)
    page.get_by_label("Name", exact=True).focus()
    page.wait_for_timeout(300)
    again = sent_stamp(page, page.locator("#comment-form button[type=submit]").click)
    assert int(again) >= first + 300


def test_pressing_send_starts_no_clock(visit: Callable[..., Page], ceo):
    page = visit(make_post(ceo).get_absolute_url())
    page.locator("#comment-form").scroll_into_view_if_needed()
    assert page.evaluate(_STARTED)
    assert sent_stamp(page, page.locator("#comment-form button[type=submit]").click) == ""
