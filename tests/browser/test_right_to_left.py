"""A site in a language that is written from the right: each page says so, and fits a small telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.scene import make_scene
from tests.browser.test_accessible import overflow
from tests.cast import PASSWORD
from tests.pseudo import speak

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEWSROOM = {
    "start": "/admin/",
    "posts": "/admin/blog/post/",
    "write": "/admin/blog/post/add/",
    "desk": "/admin/comments/comment/",
    "colleagues": "/admin/auth/user/",
    "site": "/admin/blog/site/1/change/",
}


@pytest.fixture
def from_the_right(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that speaks the language of marks as if it were Arabic."""
    speak("ar", settings=settings, monkeypatch=monkeypatch)


def look(page: Page, paths: dict[str, str]) -> dict[str, object]:
    """Return which pages do not run from the right, or are wider than the window."""
    wrong: dict[str, object] = {}
    for name, path in paths.items():
        page.goto(path)
        root = page.locator("html")
        found = (root.get_attribute("lang"), root.get_attribute("dir"), overflow(page) > 0)
        if found != ("ar", "rtl", False):
            wrong[name] = found
    return wrong


def test_every_page_runs_from_the_right(
    from_the_right: None, visit: Callable[..., Page], ceo, moderator
):
    paths = make_scene(ceo, moderator)
    page = visit("/", width=320)
    assert look(page, paths) == {}


def test_the_newsroom_runs_from_the_right(
    from_the_right: None, visit: Callable[..., Page], ceo, moderator
):
    make_scene(ceo, moderator)
    page = visit("/admin/", width=320)
    page.locator("#id_username").fill(ceo.username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("input[type=submit]").click()
    assert look(page, NEWSROOM) == {}
