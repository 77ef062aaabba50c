"""A writer changes a live post, the CEO signs on her telephone, and a reader sees what changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from blog import workflow
from blog.models import Post
from comments.models import Comment
from tests.blog.test_corrections import change
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import faults, overflow
from tests.cast import PASSWORD, make_post
from tests.comments.conftest import make_public

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BODY = "The river rose two metres at the bridge.\n\nNobody had to ask twice."
SAID = "The river rose three metres, not two. We had read the gauge from the wrong side."
VIEWS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


def test_from_the_writers_change_to_what_a_reader_sees(
    visit: Callable[..., Page], ceo, counsel, writer
):
    post = make_post(ceo, slug="river", title="The river", body=BODY)
    address = f"/admin/blog/post/{post.pk}/change/"

    drafting = visit(address, javascript=False)
    sign_in(drafting, "sam", PASSWORD)
    drafting.get_by_label("Text", exact=True).fill(BODY.replace("two", "three", 1))
    drafting.get_by_role("button", name="Ask for approval").click()
    expect(drafting.get_by_text("This changes a number (“two”).")).to_be_visible()
    drafting.get_by_label("What changed?").fill(SAID)
    drafting.get_by_role("button", name="Ask for approval").click()
    expect(drafting.get_by_text("waits for Dana Whitfield").first).to_be_visible()

    reading = visit("/posts/river/", javascript=False, width=390)
    expect(reading.get_by_text("two metres at the bridge")).to_be_visible()

    signing = visit(f"/admin/blog/post/{post.pk}/sign/", width=390)
    sign_in(signing, "dana", PASSWORD)
    expect(signing.get_by_text("readers get this sentence, with its date")).to_be_visible()
    signing.get_by_role("button", name="Sign and publish").click()
    expect(signing.get_by_text("readers see the new text")).to_be_visible()

    reading.reload()
    expect(reading.get_by_text("three metres at the bridge")).to_be_visible()
    expect(reading.get_by_text("Correction of")).to_be_visible()
    reading.get_by_role("link", name="What has changed in this post").click()
    expect(reading.locator("del", has_text=re.compile("two$"))).to_be_visible()
    expect(reading.locator("ins", has_text=re.compile("three$"))).to_be_visible()
    reading.get_by_role("link", name="Corrections", exact=True).click()
    expect(reading.get_by_text(SAID)).to_be_visible()


def make_changes(ceo, moderator) -> None:
    """A post with a comment, a correction, a typo that was mended, and another post that was retracted."""
    post = make_post(ceo, slug="river", title="The river that came in at night", body=BODY)
    comment = make_public(post, moderator, name="Mara Quist", body="Two metres? I saw more.")
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(hours=3))
    change(post, ceo, body=BODY.replace("two", "three", 1).replace("ask", "aks"), correction=SAID)
    change(Post.objects.get(pk=post.pk), ceo, body=BODY.replace("two", "three", 1), correction="")
    gone = make_post(ceo, slug="floor", title="Two wrong figures")
    workflow.retract(gone, by=ceo, notice="Both of its figures were wrong. We are sorry.")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_about_changes(
    visit: Callable[..., Page], ceo, moderator, tmp_path: Path, width: int, scheme: str
):
    make_changes(ceo, moderator)
    page = visit("/", width=width, color_scheme=scheme, bypass_csp=True)
    paths = {"post": "/posts/river/", "history": "/posts/river/history/"}
    paths |= {"corrections": "/corrections/", "gone": "/posts/floor/history/"}
    for name, path in paths.items():
        page.goto(path)
        for quiet in page.locator(".changes__item--quiet summary").all():
            quiet.click()
        page.screenshot(path=tmp_path / f"{name}-{width}-{scheme}.png", full_page=True)
        assert (name, faults(page), overflow(page) <= 0) == (name, [], True)
