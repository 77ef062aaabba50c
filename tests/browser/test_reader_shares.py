"""Telling others of a post, as a reader does: plain links, and one button where a browser copies."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.cast import make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_links_carry_the_brief_and_need_no_script(visit: Callable[..., Page], ceo):
    make_post(ceo, slug="floor", brief=("It is higher now.",))
    page = visit("/posts/floor/", javascript=False, width=390)
    for network in ("LinkedIn", "X", "Bluesky", "Mastodon"):
        link = page.get_by_role("link", name=network, exact=True)
        address = unquote(link.get_attribute("href") or "")
        assert "– It is higher now." in address
        assert address.endswith("/posts/floor/")
        assert "noreferrer" in (link.get_attribute("rel") or "")
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()


def test_button_copies_the_address_and_says_so(visit: Callable[..., Page], ceo):
    make_post(ceo, slug="floor")
    page = visit("/posts/floor/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Send by email").scroll_into_view_if_needed()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/share.png")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("link[rel=canonical]").get_attribute("href")


def test_button_goes_where_copying_is_forbidden(visit: Callable[..., Page], ceo):
    make_post(ceo, slug="floor")
    page = visit("/posts/floor/")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('no'); }")
    page.get_by_role("link", name="Send by email").scroll_into_view_if_needed()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
