"""Mail to readers and the pages behind its links: axe finds nothing and nothing overflows."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from playwright.sync_api import Page

from blog import outbox
from blog.models import Outbox
from comments import moderation
from comments.models import Correspondent, Decision
from comments.private_links import private_path
from comments.reader_links import choices_address, confirm_address
from tests.browser.test_accessible import VIEWS, faults, look, overflow
from tests.cast import make_post
from tests.comments.conftest import make_comment
from tests.comments.correspondence import MARA, make_listener

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pages(ceo, moderator) -> dict[str, str]:
    """The addresses of the pages of two readers, to whom every kind of mail was sent."""
    post = make_post(ceo, title="Why we raised the floor", slug="floor")
    waiting = make_comment(post, email="ben@example.org", body="Another thought.", notify=True)
    note = make_comment(post, email=MARA, visibility="private", body="Between us.")
    moderation.answer_privately(note, "Thank you, that helps.", by=ceo, seen=1)
    comment = moderation.approve(make_listener(post), by=moderator, seen=1)
    words = "It paid for the floor.\n\nhttps://example.com/" + "a-long-address-" * 20
    moderation.answer(comment, words, by=ceo, seen=comment.revision)
    Decision.objects.all().delete()
    Outbox.objects.update(due_at=comment.created_at)
    outbox.send_due()
    return {
        "confirm": urlsplit(confirm_address(waiting)).path,
        "choices": urlsplit(choices_address(comment)).path,
        "fewer choices": urlsplit(choices_address(waiting)).path,
        "mine": private_path(comment),
        "unconfirmed": private_path(waiting),
        "form": "/posts/floor/",
    }


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_and_mails(
    visit: Callable[..., Page], pages: dict[str, str], width: int, scheme: str
) -> None:
    page = visit("/", width=width, color_scheme=scheme, bypass_csp=True)
    assert look(page, pages) == {}
    assert len(mail.outbox) >= 4
    for message in cast(list[EmailMultiAlternatives], mail.outbox):
        page.goto("about:blank")
        page.set_content(str(message.alternatives[0][0]))
        # A mail has no landmarks, its subject stands above it, and its colours are the program's own:
        # axe takes the dark ground that a browser gives it for white.
        known = ("region", "landmark-one-main", "page-has-heading-one", "color-contrast")
        assert [fault for fault in faults(page) if not fault.startswith(known)] == []
        assert overflow(page) <= 0, message.subject


def test_reader_confirms_and_ends_her_mail_without_script(
    visit: Callable[..., Page], pages: dict[str, str]
) -> None:
    page = visit(pages["confirm"], javascript=False)
    page.get_by_role("button", name="Yes, I wrote it").click()
    page.get_by_role("heading", name="Mail about it").wait_for()
    page.get_by_label("Together, once a week").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It is done.").wait_for()
    assert Correspondent.objects.get().mode == Correspondent.Mode.WEEKLY
    page.get_by_label("No mail at all").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It is done.").wait_for()
    assert Correspondent.objects.get().muted_at is not None
