"""Publishing several posts at once, and the page on which one is signed, as people meet them."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Post
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, look
from tests.cast import PASSWORD, edited, make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/blog/post/"


@pytest.mark.parametrize("javascript", [True, False])
def test_list_asks_before_it_publishes(visit: Callable[..., Page], ceo, javascript: bool):
    for title in ("Why we raised the floor", "What the river costs"):
        make_draft(ceo, title=title)
    page = visit(LIST, javascript=javascript, width=390)
    sign_in(page, ceo.username, PASSWORD)
    expect(page.locator("input.action-select")).to_have_count(2)
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("publish_all")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("heading", name="Publish these?")).to_be_visible()
    expect(page.get_by_text("What the river costs")).to_be_visible()
    assert not Post.objects.published().exists()
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/many.png")
    page.get_by_role("button", name="Publish 2 posts").press("Enter")
    expect(page.get_by_text("2 posts published.")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_page_to_sign_shows_notes_and_what_changed(
    visit: Callable[..., Page], ceo, writer, counsel, width: int, scheme: str
):
    post = make_draft(writer, author=ceo.author, body="It rose by 2.5 metres.")
    review = workflow.submit(post, by=writer)
    workflow.request_changes(review, by=ceo, note="Is that the right figure?")
    workflow.save_version(post, edited(post, body="It rose by 2.8 metres."), by=writer)
    workflow.submit(post, by=writer)
    workflow.add_note(post, "Priya has checked the figure.", by=writer)
    page = visit("/admin/login/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    sign = reverse("admin:blog_post_sign", args=[post.pk])
    page.goto(sign)
    expect(page.get_by_text("Priya has checked the figure.")).to_be_visible()
    expect(page.locator("del").filter(has_text="2.5")).to_be_visible()
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/sign-{width}-{scheme}.png", full_page=True)
    assert look(page, {"sign": sign}) == {}
