"""The words that counted are underlined in the text of a card, while its evidence is open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from comments.models import Comment
from tests.browser.conftest import sign_in
from tests.cast import PASSWORD, make_post
from tests.comments.conftest import make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MARKED = (
    """side => [...(CSS.highlights.get(`counted-${side}`) ?? [])].map(range => range.toString())"""
)
WORDS = [["casino", 0.8], ["floor", -0.3]]


@pytest.fixture
def desk(visit, ceo, moderator) -> Page:
    """The desk with one comment, and a finding about two of its words."""
    make_comment(make_post(ceo), body="CASINO by the floor, <b>casinos</b> and a casino.")
    finding = {"check": "learned_words", "weight": 1.0, "reason": "The words.", "holds": False}
    Comment.objects.update(evidence=[finding | {"words": WORDS}])
    page: Page = visit("/admin/", width=390)
    sign_in(page, moderator.username, PASSWORD)
    page.goto("/admin/comments/comment/")
    return page


def marked(page: Page) -> dict[str, list[str]]:
    """The underlined words by side."""
    return {side: page.evaluate(MARKED, side) for side in ("for", "against")}


def test_words_are_underlined_while_the_evidence_is_open(desk):
    evidence = desk.locator("details.evidence")
    assert marked(desk) == {"for": [], "against": []}
    evidence.locator("summary").click()
    desk.wait_for_function("() => CSS.highlights.get('counted-for')?.size")
    assert marked(desk) == {"for": ["CASINO", "casino"], "against": ["floor"]}
    assert desk.locator(".evidence__words").inner_text() == (
        "Words that counted, as part of “The words”: casino +0.80, floor −0.30"
    )
    evidence.locator("summary").click()
    desk.wait_for_function("() => !CSS.highlights.get('counted-for')?.size")
    assert marked(desk) == {"for": [], "against": []}
