"""A text that was changed after its signature, in a browser: the refusal says whose signature is void."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Post
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults
from tests.cast import PASSWORD, make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SENTENCE = "Dana Whitfield signed the text before this change, and not this one."


@pytest.fixture
def signed(ceo: User, writer: User, counsel: User) -> Post:
    """A text that the CEO has signed and the writer may publish."""
    post = make_draft(writer, author=ceo.author, title="Why we raised the floor", slug="floor")
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    return post


def changed_and_published(page: Page, post: Post) -> None:
    """Change one character where “Publish” is offered, and press it."""
    sign_in(page, "sam", PASSWORD)
    page.goto(reverse("admin:blog_post_change", args=[post.pk]))
    page.get_by_label("Title", exact=True).fill("Why we raised the floor.")
    page.get_by_role("button", name="Publish", exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_publish_after_one_character_names_the_void_signature(
    visit: Callable[..., Page], signed: Post, javascript: bool
) -> None:
    page = visit("/admin/login/", width=390, javascript=javascript)
    changed_and_published(page, signed)
    expect(page.get_by_role("alert")).to_contain_text(
        f"Your text is saved. Nobody has signed this text yet. {SENTENCE}"
    )
    expect(page.get_by_label("Title", exact=True)).to_have_value("Why we raised the floor.")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    assert Post.objects.get(pk=signed.pk).state == Post.State.DRAFT


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_refusal_fits_and_axe_finds_nothing(
    visit: Callable[..., Page], signed: Post, width: int, scheme: str
) -> None:
    page = visit("/admin/login/", width=width, color_scheme=scheme, bypass_csp=True)
    changed_and_published(page, signed)
    expect(page.get_by_role("alert")).to_contain_text(SENTENCE)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
