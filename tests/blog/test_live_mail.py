"""Mail that a scheduled post is live: who gets it, what it says, and when there is none."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from blog import outbox, roles, workflow
from blog.models import Outbox, Post, Site
from blog.workflow.telling import LIVE
from tests.cast import edited, make_draft, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def planner(db: None) -> Any:
    """Pim Planner, who chooses the moments."""
    return make_user("Pim Planner", roles.WRITER)


@pytest.fixture(autouse=True)
def clock() -> Any:
    """A clock that a test can move."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def scheduled(writer: Any, ceo: Any, planner: Any, **said: Any) -> Post:
    """A post that one wrote, one signed and one scheduled, in an hour."""
    post = make_draft(writer, author=ceo.author, slug="floor", **said)
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    return workflow.schedule(post, by=planner, at=timezone.now() + HOUR)


def told() -> list[str]:
    """The addresses that mail about a live post is queued for."""
    return sorted(Outbox.objects.filter(digest__startswith=LIVE).values_list("to", flat=True))


def live_mails() -> list[EmailMessage]:
    """Send what is due, and return the mails about a live post."""
    outbox.send_due()
    return [message for message in mail.outbox if message.subject.endswith("is live")]


def test_who_wrote_signed_and_scheduled_is_told_once_it_is_live(ceo, writer, planner, clock):
    scheduled(writer, ceo, planner)
    assert workflow.publish_due() == 0
    assert told() == []
    clock.shift(HOUR)
    assert workflow.publish_due() == 1
    assert told() == sorted(user.email for user in (ceo, writer, planner))
    assert workflow.publish_due() == 0
    assert len(live_mails()) == 3


def test_mail_has_the_public_link_and_the_ready_texts(ceo, writer, planner, clock, client, at_desk):
    Site.objects.update(time_zone="Europe/Berlin")
    said = {"authorship": "with", "authorship_detail": "Sam Ortiz", "disclosure": "She owns <10%>."}
    post = scheduled(writer, ceo, planner, title="The <b>floor</b>", **said)
    clock.shift(HOUR)
    workflow.publish_due()
    message = live_mails()[0]
    assert message.subject == "“The <b>floor</b>” is live"
    since = timezone.localtime(post.published_at, Site.current().zone)
    assert f"since {since:%-d %B %Y, %H:%M}." in message.body
    assert "Dana Whitfield, drafted with Sam Ortiz.\nDisclosure. She owns <10%>." in message.body
    public, share = re.findall(r"http://testserver(\S+)", message.body)
    assert client.get(public).status_code == 200
    assert "LinkedIn" in at_desk(writer).get(share).content.decode()
    html = message.alternatives[0][0]
    assert "<b>floor</b>" not in html
    assert f'href="http://testserver{public}"' in html
    assert f'href="http://testserver{share}"' in html


def test_who_did_all_of_it_has_one_mail(ceo, clock):
    post = make_draft(ceo)
    workflow.schedule(post, by=ceo, seen=1, at=timezone.now() + HOUR)
    clock.shift(HOUR)
    workflow.publish_due()
    assert told() == [ceo.email]


def test_all_who_signed_are_told_and_not_who_only_looked(ceo, writer, counsel, planner, clock):
    Site.objects.update(needs_counsel=True)
    post = make_draft(writer, author=ceo.author)
    review = workflow.submit(post, by=writer)
    for signer in (ceo, counsel):
        workflow.approve(review, by=signer)
    workflow.schedule(post, by=writer, at=timezone.now() + HOUR)
    clock.shift(HOUR)
    workflow.publish_due()
    assert told() == sorted(user.email for user in (ceo, counsel, writer))


def test_last_who_scheduled_it_is_told(ceo, writer, planner, clock):
    post = scheduled(writer, ceo, planner)
    workflow.unpublish(post, by=planner)
    workflow.schedule(post, by=writer, at=timezone.now() + HOUR)
    clock.shift(HOUR)
    workflow.publish_due()
    assert told() == sorted([ceo.email, writer.email])


def test_who_is_gone_or_has_no_address_is_left_out(ceo, writer, planner, clock):
    scheduled(writer, ceo, planner)
    writer.is_active, planner.email = False, ""
    writer.save()
    planner.save()
    clock.shift(HOUR)
    workflow.publish_due()
    assert told() == [ceo.email]


def test_who_goes_before_the_mail_leaves_gets_none(ceo, writer, planner, clock):
    scheduled(writer, ceo, planner)
    clock.shift(HOUR)
    workflow.publish_due()
    writer.is_active = False
    writer.save()
    planner.delete()
    assert [message.to for message in live_mails()] == [[ceo.email]]


@pytest.mark.parametrize("end", ["unpublish", "retract"])
def test_what_is_taken_back_before_the_mail_leaves_is_not_announced(
    ceo, writer, planner, clock, end
):
    post = scheduled(writer, ceo, planner)
    clock.shift(HOUR)
    workflow.publish_due()
    if end == "unpublish":
        workflow.unpublish(post, by=ceo)
    else:
        workflow.retract(post, by=ceo, notice="We were wrong.")
    assert live_mails() == []
    assert told() == []


def test_correction_before_the_timer_comes_by_tells_those_of_the_first_words(
    ceo, writer, planner, clock
):
    post = scheduled(writer, ceo, planner)
    clock.shift(HOUR)
    workflow.save_version(post, edited(post, body="Better."), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    assert told() == sorted(user.email for user in (ceo, writer, planner))
    assert workflow.publish_due() == 0


def test_publishing_at_once_tells_nobody_what_she_has_just_done(ceo):
    workflow.publish(make_draft(ceo), by=ceo, seen=1)
    assert told() == []
