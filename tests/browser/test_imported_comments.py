"""Comments and mentions from elsewhere in a real browser: whole, and within a narrow screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.cast import make_ceo, make_post
from tests.comments.test_importing import imported, saying
from tests.comments.test_mentions import mention

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_long_and_odd_comments_fit_a_narrow_screen(visit: Callable[..., Page]) -> None:
    post = make_post(make_ceo(), slug="post")
    words = "\n\n".join(f"Paragraph {number} {'of many words ' * 30}" for number in range(60))
    quotes = "\n".join(f"{'> ' * depth}quoted {depth} times" for depth in range(1, 13))
    lists = "\n".join(f"{'  ' * depth}- level {depth}" for depth in range(12))
    imported(
        post,
        saying("long", body=words),
        saying("quotes", body=quotes, parent="long", minute=1),
        saying("lists", body=lists, parent="quotes", minute=2),
        saying("wide", body=f"```\n{'x' * 400}\n```\n{'y' * 400}", parent="lists", minute=3),
        saying("name", name="W" * 300, url=f"https://{'a' * 60}.example/", minute=4),
        mention("m", name="Z" * 300),
    )
    page = visit(post.get_absolute_url(), width=320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    last = page.get_by_text("Paragraph 59")
    last.scroll_into_view_if_needed()
    expect(last).to_be_visible()
    link = page.get_by_role("link", name="Z" * 300)
    expect(link).to_be_visible()
    assert link.get_attribute("href") == "https://elsewhere.example.org/m"


def test_permanent_address_of_a_mention_shows_it(visit: Callable[..., Page]) -> None:
    post = make_post(make_ceo(), slug="post")
    imported(post, *(saying(f"{number}", minute=number) for number in range(55)), mention("m"))
    found = Comment.objects.get(kind="mention")
    page = visit(found.get_absolute_url())
    assert page.url.endswith(f"/posts/post/#c{found.pk}")
    expect(page.locator(f"#c{found.pk}")).to_be_in_viewport()
