"""Write by mail: the page of the private address, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from blog import writing_addresses
from blog.models import WritingAddress
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, look
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATH = "admin:blog_post_by_mail"


@pytest.mark.parametrize(("width", "scheme"), [*VIEWS, (390, "light")])
def test_address_is_made_and_shown_and_axe_finds_nothing(
    visit: Callable[..., Page], ceo: User, settings: Any, width: int, scheme: str
):
    settings.REPLY_ADDRESS = "reply@letters-from-the-shop-floor.example.com"
    page = visit("/admin/login/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    assert look(page, {"before": reverse(PATH), "front page": "/admin/"}) == {}
    page.goto("/admin/")
    page.get_by_role("link", name="Write by mail").click()
    page.get_by_role("button", name="Make my address").click()
    address = writing_addresses.address_of(WritingAddress.objects.get(user=ceo))
    expect(page.get_by_role("link", name=address)).to_be_visible()
    assert look(page, {"after": reverse(PATH)}) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_address_is_made_without_script(visit: Callable[..., Page], ceo: User, settings: Any):
    settings.REPLY_ADDRESS = "reply@blog.example.com"
    page = visit("/admin/login/", javascript=False)
    sign_in(page, ceo.username, PASSWORD)
    page.goto("/admin/blog/post/")
    page.get_by_role("link", name="Write by mail").click()
    page.get_by_role("button", name="Make my address").click()
    page.get_by_role("button", name="Make a new address").click()
    expect(page.get_by_text("This is your address now. The one before has ended.")).to_be_visible()
