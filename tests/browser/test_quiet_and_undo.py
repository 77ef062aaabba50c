"""Quiet periods and the undo of a publication, as people at a phone and at a desk meet them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Post, QuietPeriod
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, look
from tests.cast import PASSWORD, make_draft, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_fit_and_axe_finds_nothing(visit: Callable[..., Page], ceo, counsel, width, scheme):
    post = make_draft(ceo, title="What the river costs", slug="costs")
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    at = timezone.now() + timedelta(days=2)
    workflow.schedule(post, by=ceo, at=at)
    for reason, start, days in (("Results of the year", 0, 5), ("Annual meeting", 30, 31)):
        begin, end = (timezone.now() + timedelta(days=number) for number in (start, days))
        workflow.plan_quiet(starts_at=begin, ends_at=end, reason=reason, by=counsel)
    page = visit("/admin/login/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    pages = {"quiet": reverse("admin:blog_post_quiet"), "coming": reverse("admin:blog_post_coming")}
    assert look(page, pages) == {}


@pytest.mark.parametrize("javascript", [True, False])
def test_counsel_plans_it_and_calls_it_off_by_keyboard(visit, ceo, counsel, javascript):
    page = visit("/admin/login/", javascript=javascript, width=390)
    sign_in(page, counsel.username, PASSWORD)
    page.goto(reverse("admin:blog_post_coming"))
    page.get_by_role("link", name="Quiet periods").press("Enter")
    page.get_by_label("Why it is quiet").fill("Results of the year")
    page.get_by_role("button", name="Plan it").press("Enter")
    expect(page.get_by_text("Choose the day and the time it ends.")).to_be_visible()
    expect(page.get_by_label("Why it is quiet")).to_have_value("Results of the year")
    page.get_by_label("Until").fill("2040-01-31T09:00")
    page.get_by_role("button", name="Plan it").press("Enter")
    expect(page.get_by_text("Quiet now, until 31 January 2040, 09:00")).to_be_visible()
    page.get_by_role("button", name="End it now").press("Enter")
    expect(page.get_by_text("It has ended.")).to_be_visible()
    assert QuietPeriod.objects.get().ends_at <= timezone.now()


@pytest.mark.parametrize("javascript", [True, False])
def test_publishing_is_undone_with_one_press(visit, ceo, javascript):
    page = visit("/admin/login/", javascript=javascript, width=390)
    sign_in(page, ceo.username, PASSWORD)
    page.goto(reverse("admin:blog_post_add"))
    page.get_by_label("Title", exact=True).fill("Why we raised the floor")
    page.get_by_label("Text", exact=True).fill("The river rose two metres.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published a moment ago.")).to_be_visible()
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/undo-{javascript}.png")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Undone.")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert Post.objects.get().state == "draft"


def test_offer_counts_down_and_goes(visit, ceo):
    make_post(ceo)
    page = visit("/admin/login/")
    page.clock.install()
    sign_in(page, ceo.username, PASSWORD)
    page.goto(reverse("admin:blog_post_changelist"))
    expect(page.locator(".post-undo__clock")).to_have_text("58 s", timeout=9000)
    page.get_by_role("button", name="Undo").focus()
    page.clock.run_for(61_000)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")
