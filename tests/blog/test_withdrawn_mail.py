"""Mail that a colleague took a public text from readers: who gets it, what it says, and when none goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from blog import outbox, workflow
from blog.models import Outbox, Post
from tests.cast import make_draft, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(ceo: Any, writer: Any) -> Post:
    """A text that one wrote and the other signed, public now."""
    post = make_draft(writer, author=ceo.author, title="The <river>")
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    workflow.publish(post, by=ceo)
    Outbox.objects.all().delete()
    return post


def sent(mailoutbox: list[EmailMessage]) -> dict[str, EmailMessage]:
    """Send what is due in three minutes; the mails by whom they are to."""
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        outbox.send_due(limit=10)
    return {message.to[0]: message for message in mailoutbox}


def test_chief_executive_hears_that_a_writer_retracted_her_post(post, writer, mailoutbox):
    workflow.retract(post, by=writer, notice="We no longer stand by this.")
    mails = sent(mailoutbox)
    assert mails.keys() == {"dana@example.com"}
    mail = mails["dana@example.com"]
    assert mail.subject == "“The <river>” was retracted"
    assert "Sam Ortiz has retracted “The <river>”." in mail.body
    assert "We no longer stand by this." in mail.body
    assert f"/admin/blog/post/{post.pk}/change/" in mail.body


def test_writer_hears_that_the_chief_executive_took_a_text_back(post, ceo, mailoutbox):
    workflow.unpublish(post, by=ceo)
    mails = sent(mailoutbox)
    assert mails.keys() == {"sam@example.com"}
    assert "Dana Whitfield has taken “The <river>” back." in mails["sam@example.com"].body


def test_blanked_words_are_told_of_without_them(post, ceo, mailoutbox):
    workflow.redact(post.versions.get(), by=ceo, reason="It held a password.")
    (mail,) = sent(mailoutbox).values()
    assert "It held a password." in mail.body
    assert "The <river>" not in mail.body


def test_nothing_is_told_when_readers_have_it_again(post, ceo, writer, mailoutbox):
    workflow.unpublish(post, by=writer)
    workflow.publish(post, by=ceo)
    assert sent(mailoutbox) == {}


def test_nothing_is_told_of_a_schedule_that_is_called_off(ceo, writer, mailoutbox):
    post = make_draft(writer, author=ceo.author)
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    workflow.schedule(post, by=ceo, at=timezone.now() + timedelta(days=1))
    Outbox.objects.all().delete()
    workflow.unpublish(post, by=writer)
    assert sent(mailoutbox) == {}


def test_who_works_alone_writes_no_mail_to_herself(ceo, mailoutbox):
    workflow.retract(make_post(ceo), by=ceo, notice="Wrong.")
    assert sent(mailoutbox) == {}
