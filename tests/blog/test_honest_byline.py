"""Who wrote a text and what has to be disclosed stand alike wherever it is read: page, feed, data, mail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from blog import outbox, workflow
from blog.models import Post
from blog.models.version import Authorship
from tests.cast import edited, make_draft

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
NAME = "Dana “D” O'Whitfield & <Co>"
DISCLOSURE = 'She owns <10%> of the plant & "half" a mill. It\'s hers.'
LEGEND = "No offer & no <promise>."

LINES = {
    (Authorship.BY, ""): f"Written by {NAME}",
    (Authorship.WITH, "Sam Ortiz & team"): f"{NAME}, drafted with Sam Ortiz & team",
    (Authorship.WITH, ""): f"{NAME}, drafted with colleagues",
    (
        Authorship.GUEST,
        "a customer, paid nothing",
    ): f"Guest post by {NAME} (a customer, paid nothing)",
    (Authorship.GUEST, ""): f"Guest post by {NAME}",
    (Authorship.AI, "the model “Otter”"): f"{NAME}, with help from the model “Otter”",
    (Authorship.AI, ""): f"{NAME}, with help from an AI system",
}


@pytest.fixture
def live(ceo: User) -> Callable[..., Post]:
    """Schedule a post and let its moment come, so that the mail about it is queued as well."""

    def make(**said: str) -> Post:
        with time_machine.travel(timezone.now() - timedelta(hours=1)):
            post = make_draft(ceo, slug="floor", byline=NAME, **said)
            at = timezone.now() + timedelta(minutes=1)
            workflow.schedule(post, by=ceo, seen=1, at=at)
        workflow.publish_due()
        return post

    return make


def on_page(client: Client) -> str:
    """The words of the page, without its markup."""
    page = client.get("/posts/floor/").content.decode()
    return unescape(
        re.sub(r"<[^>]+>", "", page.partition("<article")[2].partition("</article>")[0])
    )


def in_feed(client: Client) -> str:
    """The text of the entry, as a feed reader shows it."""
    feed = ElementTree.fromstring(client.get("/feed.atom").content)
    return unescape(re.sub(r"<[^>]+>", "", feed.findtext(f"{ATOM}entry/{ATOM}content") or ""))


def in_data(client: Client) -> dict[str, object]:
    """What the page tells machines."""
    page = client.get("/posts/floor/").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def in_mail() -> tuple[str, str]:
    """The mail that it is live, as text, and the text of its HTML."""
    outbox.send_due()
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    return str(message.body), unescape(re.sub(r"<[^>]+>", "", html))


@pytest.mark.parametrize(("written", "line"), LINES.items())
def test_line_and_disclosure_are_the_same_everywhere(client, live, written, line):
    authorship, detail = written
    live(authorship=authorship, authorship_detail=detail, disclosure=DISCLOSURE, legend=LEGEND)
    places = [on_page(client), in_feed(client), *in_mail()]
    for place in places:
        assert line in place
        assert f"Disclosure. {DISCLOSURE}" in place
    assert all(LEGEND in place for place in places[:2])
    assert in_data(client)["creditText"] == line
    assert in_data(client)["backstory"] == DISCLOSURE
    assert in_data(client)["author"].items() >= {"@type": "Person", "name": NAME}.items()


def test_nothing_is_said_of_a_disclosure_that_there_is_not(client, live):
    live()
    for place in (on_page(client), in_feed(client), *in_mail()):
        assert "Disclosure" not in place
    assert "backstory" not in in_data(client)


def test_newer_line_that_nobody_signed_stands_nowhere(client, live, ceo):
    post = live(disclosure=DISCLOSURE)
    newer = edited(post, authorship=Authorship.AI, disclosure="CANARY", byline="CANARY")
    workflow.save_version(post, newer, by=ceo)
    for place in (on_page(client), in_feed(client), str(in_data(client)["creditText"]), *in_mail()):
        assert "CANARY" not in place
        assert f"Written by {NAME}" in place
