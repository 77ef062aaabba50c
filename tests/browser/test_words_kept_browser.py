"""What a reader without script typed comes back to the last character, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post
from comments.models import Comment
from comments.text import clean_text
from tests.cast import make_post
from tests.comments.test_words_kept import TEXT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_words_sent_to_a_post_that_closed_meanwhile_come_back(visit: Callable[..., Page], ceo):
    post = make_post(ceo)
    page = visit(post.get_absolute_url(), javascript=False)
    words = page.get_by_role("textbox", name="Your comment")
    words.fill(TEXT)
    page.get_by_label("Name", exact=True).fill("Mara Quist")
    Post.objects.filter(pk=post.pk).update(comment_policy="closed")
    page.locator("#comment-form button[type=submit]").click()
    expect(page.get_by_text("Comments on this post are closed.")).to_be_visible()
    expect(words).to_be_editable()
    assert words.input_value() == TEXT

    Post.objects.filter(pk=post.pk).update(comment_policy="site")
    page.locator("#comment-form button[type=submit]").click()
    expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    assert Comment.objects.get().body == clean_text(TEXT)
