"""The newsletter in a real browser: a reader joins and leaves without script; axe finds nothing anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from playwright.sync_api import FilePayload, Page

from blog import outbox
from blog.models import Post
from newsletter import owning, sending
from newsletter.links import choices_address, confirm_address
from newsletter.models import Newsletter, Subscriber
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import VIEWS, faults, look, overflow
from tests.cast import PASSWORD, make_draft, make_post
from tests.newsletter.readers import make_reader, path_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/admin/newsletter/newsletter/"


@pytest.fixture
def pages(ceo) -> dict[str, str]:
    """A site whose newsletter has mailed a post and a week, and the addresses of its pages."""
    owning.switch_on(by=ceo)
    before = timezone.now() - timedelta(hours=3)
    Newsletter.objects.update(on_since=before, told_until=before - timedelta(days=9))
    brief = ("The floor is higher now.", "It cost 40 million.")
    for slug in ("floor", "wall"):
        post = make_post(ceo, title=f"Why we raised the {slug}", slug=slug, brief=brief)
        Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(hours=1))
    make_draft(ceo, title="What comes next", slug="next")
    reader = make_reader()
    waits = make_reader("waits@example.org", confirmed_at=None)
    sending.send_some()
    outbox.send_due()
    return {
        "post": "/posts/floor/",
        "subscribe": "/subscribe/",
        "sent": "/subscribe/sent/",
        "confirm": urlsplit(confirm_address(waits)).path,
        "choices": urlsplit(choices_address(reader)).path,
    }


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_and_mails(
    visit: Callable[..., Page], pages: dict[str, str], width: int, scheme: str
) -> None:
    page = visit("/", width=width, color_scheme=scheme, bypass_csp=True)
    assert look(page, pages) == {}
    page.goto("/subscribe/")
    page.get_by_label("Your email").fill("mara@")
    page.get_by_role("button", name="Sign me up").click()
    page.get_by_text("Enter an email address").wait_for()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.goto(pages["choices"])
    page.get_by_role("button", name="No more mail").click()
    page.get_by_role("heading", name="You are not on the list").wait_for()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    assert len(mail.outbox) == 2
    for message in cast(list[EmailMultiAlternatives], mail.outbox):
        page.goto("about:blank")
        page.set_content(str(message.alternatives[0][0]))
        # As in tests/browser/test_mail_pages.py: a mail has no landmarks, and colours of its program.
        known = ("region", "landmark-one-main", "page-has-heading-one", "color-contrast")
        assert [fault for fault in faults(page) if not fault.startswith(known)] == []
        assert overflow(page) <= 0


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_newsroom(
    visit: Callable[..., Page], ceo, pages: dict[str, str], width: int, scheme: str
) -> None:
    page = visit("/admin/", width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, ceo.username, PASSWORD)
    found = {"page": PAGE, "import": f"{PAGE}import/", "list": "/admin/newsletter/subscriber/"}
    assert look(page, found) == {}
    page.goto(f"{PAGE}import/")
    bad = FilePayload(name="old.csv", mimeType="text/csv", buffer=b"email\nnobody\n")
    page.get_by_label("CSV file").set_input_files(bad)
    page.get_by_role("button", name="Bring them in").click()
    page.get_by_text("Line 2: This is no email address.").wait_for()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.goto(PAGE)
    page.get_by_role("button", name="Send nothing for now").click()
    page.get_by_text("Paused: nothing is sent.").wait_for()
    assert (faults(page), overflow(page) <= 0) == ([], True)
    page.get_by_role("button", name="Switch it off").click()
    page.get_by_text("The newsletter is off.", exact=True).wait_for()
    assert (faults(page), overflow(page) <= 0) == ([], True)


def test_reader_joins_and_leaves_without_script(
    visit: Callable[..., Page], pages: dict[str, str]
) -> None:
    mail.outbox.clear()
    page = visit("/posts/floor/", javascript=False)
    form = page.get_by_role("form", name="New posts by mail")
    form.get_by_label("Your email").fill("ada@example.org")
    form.get_by_label("Once a week").check()
    form.get_by_role("button", name="Sign me up").click()
    page.get_by_role("heading", name="Look into your mailbox").wait_for()
    outbox.send_due()
    (asked,) = cast(list[EmailMultiAlternatives], mail.outbox)
    page.goto(path_in(asked, "/confirm/"))
    page.get_by_role("button", name="Yes, send me new posts").click()
    page.get_by_role("heading", name="You are on the list").wait_for()
    reader = Subscriber.objects.get(email="ada@example.org")
    assert (reader.kind, reader.confirmed_at is not None) == ("weekly", True)
    page.get_by_label("Each post").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It is done.").wait_for()
    page.get_by_role("button", name="No more mail").click()
    page.get_by_role("heading", name="You are not on the list").wait_for()
    assert not Subscriber.objects.filter(email="ada@example.org").exists()
    assert page.context.cookies() == []
