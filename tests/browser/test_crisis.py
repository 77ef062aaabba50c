"""The crisis switch and the blocklist as a moderator uses them, on a phone too and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from comments.moderation import block
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults, look, overflow
from tests.cast import PASSWORD, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SWITCH = "/admin/comments/comment/crisis/"
SAID = "There was an accident at our works in Gent. We tell you here what we know: " + "word " * 60


def test_switch_is_turned_and_ended_on_a_phone_without_script(
    visit: Callable[..., Page], ceo, moderator
):
    post = make_post(ceo)
    page = visit("/admin/login/", width=320, javascript=False)
    sign_in(page, "mo", PASSWORD)
    page.goto("/admin/comments/comment/")
    page.get_by_role("link", name="Crisis switch").click()
    page.get_by_label("Nobody can send a comment").check()
    page.get_by_label("1 hour").check()
    page.get_by_label("What readers are told").fill(SAID)
    page.get_by_role("button", name="Do this to all comments now").click()
    expect(page.get_by_text("All comments are closed from now on.")).to_be_visible()
    assert overflow(page) <= 0
    reader = visit(post.get_absolute_url(), width=320)
    expect(reader.get_by_text("There was an accident")).to_be_visible()
    expect(reader.get_by_text("Comments are closed on the whole site")).to_be_visible()
    page.goto("/admin/comments/comment/")
    page.get_by_role("button", name="Let comments go on as usual").click()
    reader.reload()
    expect(reader.get_by_role("button", name="Send")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_fit_and_axe_finds_nothing(
    visit: Callable[..., Page], ceo, moderator, width: int, scheme: str
):
    post = make_post(ceo)
    rule = block("pattern", "cheap.{0,40}pills|" + "x" * 120, by=moderator, note="Floods of May")
    block("address", "somebody-with-a-long-name@mail.example.org", by=moderator)
    page = visit("/admin/login/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, "mo", PASSWORD)
    own = {"switch": SWITCH}
    assert look(page, own) == {}
    page.get_by_label("A person reads every comment").check()
    page.get_by_label("What readers are told").fill(SAID)
    page.get_by_role("button", name="Do this to all comments now").click()
    assert look(page, own | {"post": post.get_absolute_url()}) == {}
    # Django's own lists and forms are as wide as their tables, and no wider than they ever were.
    for path in ("/admin/comments/block/", f"/admin/comments/block/{rule.pk}/change/"):
        page.goto(path)
        assert faults(page) == []
