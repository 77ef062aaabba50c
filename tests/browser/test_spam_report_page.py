"""The spam report in a real browser: axe finds nothing, nothing is too wide, the slider moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from blog.models import Site
from comments.moderation import approve, mark_spam
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, look
from tests.cast import PASSWORD, make_post
from tests.comments.conftest import make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REPORT = "/admin/comments/spam-report/"
SPAM = "Buy cheap casino backlinks number {} at https://casino{}.example now, best price guaranteed"


def decide_some(ceo: Any, moderator: Any) -> None:
    """A post with genuine comments and spam, all of them decided."""
    post = make_post(ceo, title="Why we raised the floor")
    texts = Path(__file__).parent.parent / "comments" / "spam" / "genuine.jsonl"
    for number, line in enumerate(texts.read_text("utf-8").splitlines()[:12]):
        row = json.loads(line)
        approve(make_comment(post, body=row["text"], name=row["name"]), by=moderator, seen=1)
        bad = make_comment(post, body=SPAM.format(number, number), name=f"Best Casino {number}")
        mark_spam(bad, by=moderator, seen=1)


@pytest.mark.parametrize(("width", "scheme"), [*VIEWS, (390, "dark")])
def test_report_is_accessible_full_and_empty(
    visit: Callable[..., Page], ceo: Any, moderator: Any, width: int, scheme: str
) -> None:
    page = visit("/admin/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, moderator.username, PASSWORD)
    assert look(page, {"empty": REPORT}) == {}
    decide_some(ceo, moderator)
    assert look(page, {"full": REPORT}) == {}
    page.get_by_text("The same as a table").click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_owner_moves_the_slider_with_the_keyboard_and_without_script(
    visit: Callable[..., Page], ceo: Any, moderator: Any
) -> None:
    decide_some(ceo, moderator)
    page = visit("/admin/", javascript=False)
    sign_in(page, moderator.username, PASSWORD)
    page.goto("/admin/comments/comment/")
    page.get_by_role("link", name="Spam report").click()
    slider = page.get_by_label("From relaxed (1) to strict (7)")
    slider.focus()
    slider.press("ArrowRight")
    page.get_by_role("button", name="Be this careful").click()
    page.get_by_text("From now on the filter is this careful: 5.").wait_for()
    assert page.locator(".care__now th").inner_text() == "5 (now)"
    assert Site.current().care == 5
