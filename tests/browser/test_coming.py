"""The calendar of the newsroom, looked at on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Post
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, look
from tests.cast import PASSWORD, make_draft, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def plan(ceo: User, title: str, days: int) -> Post:
    post = make_draft(ceo, title=title, slug=f"in-{days}-days")
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    return workflow.schedule(post, by=ceo, at=timezone.now() + timedelta(days=days))


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_calendar_fits_and_axe_finds_nothing(
    visit: Callable[..., Page], ceo, width: int, scheme: str
):
    make_post(ceo, title="Why we raised the floor")
    for title, days in (("What the river costs", 1), ("A word on " + "subsidiarity" * 4, 2)):
        plan(ceo, title, days)
    page = visit("/admin/login/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    page.goto("/admin/blog/post/")
    page.get_by_role("link", name="What is coming").click()
    expect(page.get_by_role("link", name="What the river costs").first).to_be_visible()
    month = f"?month={timezone.localdate() + timedelta(days=1):%Y-%m}"
    assert look(page, {"coming": reverse("admin:blog_post_coming") + month}) == {}
