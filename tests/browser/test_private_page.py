"""The private page of a comment in a real browser: every step with and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from comments import moderation
from comments.models import Comment
from comments.private_links import private_path
from tests.cast import make_post
from tests.comments.conftest import make_comment, make_public

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [False, True], ids=["without script", "with script"])
def test_writer_changes_her_words_takes_them_back_and_returns(
    visit: Callable[..., Page], ceo, moderator, javascript: bool
):
    comment = make_public(make_post(ceo), moderator)
    page = visit(private_path(comment), javascript=javascript)
    page.get_by_text("Change the words").click()
    page.get_by_role("textbox", name="Your comment").fill("I asked them, and they said no.")
    page.get_by_role("button", name="Save the new words").click()
    expect(page.get_by_role("heading", name="Your new words")).to_be_visible()
    page.locator("summary", has_text="Take it back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Withdrawn")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("heading", name="It is public")).to_be_visible()
    assert page.context.cookies() == []
    assert Comment.objects.get().state == "approved"


def test_writer_appeals_and_the_words_survive_a_refusal(visit: Callable[..., Page], ceo, moderator):
    comment = moderation.reject(make_comment(make_post(ceo)), by=moderator, seen=1)
    page = visit(private_path(comment), javascript=False, width=320)
    page.get_by_text("Ask for a second look").click()
    page.get_by_role("textbox", name="Why we should look again").fill("A reason. " * 120)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("at most 1,000 fit here")
    box = page.get_by_role("textbox", name="Why we should look again")
    expect(box).to_have_value("A reason. " * 120)
    box.fill("x" * 1200)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("1,200 characters")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    box.fill("I only quoted the report.")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("You asked for a second look.")).to_be_visible()


def test_writer_signs_that_her_note_may_be_published(visit: Callable[..., Page], ceo):
    note = make_comment(make_post(ceo), visibility="private")
    page = visit(private_path(note), javascript=False)
    page.get_by_text("Let it be published").click()
    page.get_by_label("I wrote this note.").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    expect(page.get_by_text("signed on")).to_be_visible()
