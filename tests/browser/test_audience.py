"""The numbers and the Monday minute in a real browser: axe finds nothing, nothing is too wide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from playwright.sync_api import Page, expect

from audience import sending
from blog import outbox
from tests.audience.scene import MONDAY, WEEK, make_full_week
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults, look, overflow
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NUMBERS = "/admin/audience/reads/"
MINUTE = "/admin/audience/minute/"


@pytest.fixture
def pages(ceo, moderator) -> Iterator[dict[str, str]]:
    """A full week, mailed on the Monday after it, which it still is; and the pages that tell of it."""
    with time_machine.travel(MONDAY):
        make_full_week(ceo, moderator)
        sending.send_minute()
        outbox.send_due()
        week = f"days=7&from={WEEK.isoformat()}"
        yield {
            "numbers": f"{NUMBERS}?{week}",
            "a year": f"{NUMBERS}?days=365",
            "a post": f"{NUMBERS}post/post-4/?{week}",
            "nothing": f"{NUMBERS}?days=7&from=2020-01-01",
            "questions": f"{NUMBERS}questions/?{week}",
            "waiting": f"{NUMBERS}questions/?only=waiting",
            "minute": MINUTE,
            "a quiet week": f"{MINUTE}?week=2020-01-06",
        }


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_and_mail(
    visit: Callable[..., Page], ceo, pages: dict[str, str], width: int, scheme: str
) -> None:
    page = visit("/admin/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    assert look(page, pages) == {}
    page.goto(pages["numbers"])
    page.get_by_text("The same as a table").first.click()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    (message,) = [m for m in mail.outbox if "Monday minute" in m.subject]
    page.goto("about:blank")
    page.set_content(str(cast(EmailMultiAlternatives, message).alternatives[0][0]))
    # As in tests/browser/test_mail_pages.py: a mail has no landmarks, and colours of its program.
    known = ("region", "landmark-one-main", "page-has-heading-one", "color-contrast")
    assert [fault for fault in faults(page) if not fault.startswith(known)] == []
    assert overflow(page) <= 0


def test_she_follows_a_figure_and_ends_the_mail_without_script(
    visit: Callable[..., Page], ceo, pages: dict[str, str]
) -> None:
    page = visit("/admin/", javascript=False)
    sign_in(page, ceo.username, PASSWORD)
    page.goto(MINUTE)
    page.get_by_role("link", name="8 questions").click()
    page.get_by_role("heading", name="What readers ask").wait_for()
    assert page.locator(".asked li").count() == 8
    page.goto(MINUTE)
    page.get_by_role("link", name="76,125 reads").click()
    expect(page.locator("svg.chart__bars")).to_have_count(3)
    page.goto(MINUTE)
    page.get_by_role("button", name="No mail, please").click()
    page.get_by_text("It no longer comes by mail.").wait_for()
    page.get_by_role("button", name="Mail it to me").wait_for()
