"""The whole way of a text: drafted at a desk, signed and scheduled on a phone, live, corrected in public."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from blog import outbox, workflow
from blog.models import Post
from blog.workflow.telling import TOGETHER
from comments import moderation
from comments.models import Comment
from tests.browser.conftest import sign_in
from tests.browser.test_accessible import faults, overflow
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Why we raised the floor"
BODY = "The river rose two metres at the bridge.\n\nSo did our floor, and nobody had to ask twice."
SAID = "The river rose three metres, not two. We had read the gauge from the wrong side."
ADDRESS = "/posts/why-we-raised-the-floor/"
PHONE: dict[str, Any] = {"width": 390, "has_touch": True, "is_mobile": True}
ATOM = "{http://www.w3.org/2005/Atom}"

Visit = Callable[..., Page]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_a_draft_to_a_correction(
    visit: Visit, ceo: Any, writer: Any, moderator: Any, tmp_path: Path, scheme: str
) -> None:
    look: dict[str, Any] = {"color_scheme": scheme, "bypass_csp": True}
    see = Album(tmp_path)

    desk = visit("/admin/", **look)
    sign_in(desk, writer.username, PASSWORD)
    desk.get_by_role("link", name="Write a post").click()
    desk.get_by_label("Title", exact=True).fill(TITLE)
    desk.get_by_label("Text", exact=True).fill(BODY)
    see(desk, "drafted")
    desk.get_by_role("button", name="Ask for approval").click()
    expect(desk.get_by_text("Waiting for Dana Whitfield.").first).to_be_visible()
    see(desk, "asked")

    phone = visit(newest_link(ceo.email), **PHONE, **look)
    sign_in(phone, ceo.username, PASSWORD)
    expect(phone.get_by_text("Readers see nothing of this yet.")).to_be_visible()
    see(phone, "to sign")
    phone.get_by_role("button", name="Sign", exact=True).tap()
    expect(phone.get_by_text("Signed: it is complete.")).to_be_visible()
    see(phone, "signed")
    at = (timezone.localtime() + timedelta(hours=2)).replace(second=0, microsecond=0)
    phone.get_by_text("More", exact=True).tap()
    phone.get_by_label("Publish at").fill(at.strftime("%Y-%m-%dT%H:%M"))
    phone.get_by_role("button", name="Schedule").tap()
    expect(phone.get_by_text("Goes public on").first).to_be_visible()
    see(phone, "scheduled")

    reader = visit("/", **PHONE, **look)
    public_from(reader, at)

    with time_machine.travel(at + timedelta(minutes=20), tick=True):
        assert [workflow.publish_due(), workflow.publish_due()] == [1, 0]
        outbox.send_due()
        told = [letter.to for letter in mail.outbox if letter.subject == f"“{TITLE}” is live"]
        assert sorted(told) == sorted([[ceo.email], [writer.email]])
        reader.goto(ADDRESS)
        see(reader, "live")
        comment_on(reader)
        comment = Comment.objects.get()
        moderation.approve(comment, by=moderator, seen=comment.revision)
        updated = updated_in_feed(reader)

    with time_machine.travel(at + timedelta(hours=1), tick=True):
        desk.reload()
        desk.get_by_label("Text", exact=True).fill(BODY.replace("two", "three", 1))
        desk.get_by_label("What changed?").fill(SAID)
        see(desk, "corrected")
        desk.get_by_role("button", name="Ask for approval").click()
        expect(desk.get_by_text("waits for Dana Whitfield").first).to_be_visible()

        phone.goto(newest_link(ceo.email))
        expect(phone.get_by_text("readers get this sentence, with its date")).to_be_visible()
        see(phone, "correction to sign")
        reader.goto(ADDRESS)
        expect(reader.get_by_text("two metres at the bridge")).to_be_visible()
        phone.get_by_role("button", name="Sign and publish").tap()
        expect(phone.get_by_text("readers see the new text")).to_be_visible()
        see(phone, "correction signed")

        reader.reload()
        read_what_changed(reader, see, at + timedelta(hours=1))
        assert updated_in_feed(reader) >= at + timedelta(hours=1) > updated


class Album:
    """Pictures of pages that fit their screen and in which axe finds nothing, numbered in their order."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0

    def __call__(self, page: Page, name: str) -> None:
        """Take the whole page."""
        self.count += 1
        path = self.folder / f"{self.count:02} {name}.png"
        page.screenshot(path=path, animations="disabled", full_page=True)
        assert (name, faults(page), overflow(page) <= 0) == (name, [], True)


def newest_link(address: str) -> str:
    """Send what is due by now and return the link of the newest mail about a text, as a path."""
    outbox.send_due(now=timezone.now() + TOGETHER)
    waits = [
        letter for letter in mail.outbox if letter.to == [address] and "waits" in letter.subject
    ]
    letter = waits[-1]
    assert letter.subject == f"“{TITLE}” waits for you"
    found = re.search(r"https?://[^/\s]+(/admin/\S+/sign/)", str(letter.body))
    assert found, letter.body
    return found[1]


def public_from(reader: Page, at: datetime) -> None:
    """The post answers "not found" a second before its time, and is there at its time."""
    for moment, status in ((at - timedelta(seconds=1), 404), (at, 200)):
        with time_machine.travel(moment, tick=False):
            answers = {path: reader.request.get(path) for path in (ADDRESS, "/", "/feed.atom")}
        assert answers[ADDRESS].status == status
        assert [TITLE in answers[path].text() for path in ("/", "/feed.atom")] == [
            status == 200
        ] * 2


def comment_on(reader: Page) -> None:
    """Write a comment as anybody does."""
    reader.get_by_role("textbox", name="Your comment").fill("Two metres? At our gate it was more.")
    reader.get_by_label("Name", exact=True).fill("Mara Quist")
    reader.locator("#comment-form button[type=submit]").click()
    expect(reader.get_by_role("heading", name="Waiting for a person")).to_be_visible()


def updated_in_feed(reader: Page) -> datetime:
    """When the feed says that the post changed last."""
    feed = ElementTree.fromstring(reader.request.get("/feed.atom").body())
    return datetime.fromisoformat(feed.findtext(f"{ATOM}entry/{ATOM}updated", ""))


def read_what_changed(reader: Page, see: Album, at: datetime) -> None:
    """A reader sees the notice with its date, what stood there before, and that a comment is older."""
    day = f"{at.day} {at:%B %Y}"
    expect(reader.get_by_text("three metres at the bridge")).to_be_visible()
    notice = reader.get_by_role("region", name="Notes on this post")
    expect(notice).to_contain_text(re.compile(f"Correction of {day}.*{re.escape(SAID)}", re.DOTALL))
    comment = reader.locator("article.comment", has_text="At our gate")
    expect(comment).to_contain_text(f"Written before the correction of {day}.")
    see(reader, "corrected for readers")
    reader.get_by_role("link", name="What has changed in this post").tap()
    expect(reader).to_have_url(re.compile(f"{ADDRESS}history/$"))
    expect(reader.locator("del", has_text=re.compile("two$"))).to_be_visible()
    expect(reader.locator("ins", has_text=re.compile("three$"))).to_be_visible()
    see(reader, "history")
    reader.get_by_role("link", name="Corrections", exact=True).tap()
    expect(reader).to_have_url(re.compile("/corrections/$"))
    expect(reader.get_by_text(SAID)).to_be_visible()
    see(reader, "corrections")
    assert Post.objects.published().get().corrections
