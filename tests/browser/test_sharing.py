"""Telling others of a post, in a browser: copy a text with one button, on a phone too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, look
from tests.cast import PASSWORD, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BRIEF = ("The floor is a metre higher now.", "It cost 40 million, and two years.")


def test_a_text_is_copied_with_one_button(visit: Callable[..., Page], ceo):
    post = make_post(ceo, title="Why we raised the floor", brief=BRIEF)
    page = visit("/admin/login/", width=390)
    sign_in(page, ceo.username, PASSWORD)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(reverse("admin:blog_post_change", args=[post.pk]))
    page.get_by_role("link", name="Tell others").click()
    page.get_by_role("button", name="Copy the text for Bluesky").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"Why we raised the floor\n\n– {BRIEF[0]}\n– {BRIEF[1]}\n\nhttp")
    expect(page.get_by_role("link", name="Open LinkedIn")).to_have_attribute("target", "_blank")


def test_without_script_the_texts_are_there_to_be_selected(visit: Callable[..., Page], ceo):
    post = make_post(ceo, brief=BRIEF)
    page = visit("/admin/login/", javascript=False)
    sign_in(page, ceo.username, PASSWORD)
    page.goto(reverse("admin:blog_post_share", args=[post.pk]))
    expect(page.get_by_role("textbox")).to_have_count(4)
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_page_fits_and_axe_finds_nothing(visit: Callable[..., Page], ceo, width: int, scheme: str):
    post = make_post(ceo, title="Why we raised the floor", brief=BRIEF)
    page = visit("/admin/login/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    assert look(page, {"share": reverse("admin:blog_post_share", args=[post.pk])}) == {}
