"""The first view of a post with 50 comments: what crosses the wire, as the browser counts it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, Route

from blog.models import Post
from comments import moderation
from tests.cast import make_post
from tests.comments.conftest import make_public
from transfer.generated_words import READERS, answer, headline, paragraph

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMMENTS = 50
MOST = {"page": 14_000, "sheet": 10_000, "fonts": 60_000}
"""Bytes as they travel: compressed, where they come compressed."""

MOST_REQUESTS = 5
LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map((entry) => ({ url: entry.name, size: entry.encodedBodySize, whole: entry.decodedBodySize }))"""


@pytest.fixture
def post(ceo: User, moderator: User) -> Post:
    """Four minutes of words, no two of them alike, and 50 comments, every tenth of them answered."""
    dice = random.Random(7)
    parts = [f"## {headline(dice)}\n\n{paragraph(dice)}\n\n{paragraph(dice)}" for _ in range(5)]
    brief = ("The floor is higher now.", "It cost 40 million.", "Nobody was hurt.")
    post = make_post(ceo, title=headline(dice), slug="flood", body="\n\n".join(parts), brief=brief)
    for number in range(COMMENTS - COMMENTS // 10):
        name = f"{dice.choice(READERS)} {number}"
        comment = make_public(post, moderator, name=name, body=answer(dice))
        if number % 9 == 8:
            moderation.answer(comment, answer(dice), by=ceo, seen=comment.revision)
    return post


def weight(loaded: list[dict[str, Any]], ending: str) -> int:
    """How many bytes came under the addresses with this ending."""
    return sum(int(one["size"]) for one in loaded if one["url"].endswith(ending))


def opened(chromium: Browser, address: str, foreign: list[str]) -> Page:
    """The page for a new reader whose network knows no other host than ours."""
    context = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844})

    def only_ours(route: Route) -> None:
        if route.request.url.startswith(address):
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    context.route("**/*", only_ours)
    page = context.new_page()
    page.goto("/posts/flood/")
    page.wait_for_load_state("networkidle")
    return page


def test_first_view_is_light_and_asks_nobody_else(chromium: Browser, live_server: Any, post: Post):
    foreign: list[str] = []
    page = opened(chromium, live_server.url, foreign)
    try:
        assert page.locator("article.comment").count() == COMMENTS
        loaded: list[dict[str, Any]] = page.evaluate(LOADED)
        cookies = page.context.cookies()
    finally:
        page.context.close()
    assert (foreign, cookies) == ([], [])
    weights = {
        "page": weight(loaded, "/posts/flood/"),
        "sheet": weight(loaded, ".css"),
        "fonts": weight(loaded, ".woff2"),
    }
    assert all(0 < weights[name] <= most for name, most in MOST.items()), weights
    assert weights["page"] < loaded[0]["whole"] / 4
    pictures = (".svg", ".png", ".jpg", ".webp")
    requests = [one["url"] for one in loaded if not one["url"].endswith(pictures)]
    assert len(requests) <= MOST_REQUESTS, requests
