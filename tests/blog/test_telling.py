"""Mail about texts that wait: who gets it, what it says when it leaves, and when there is none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from blog import outbox, workflow
from blog.models import Outbox, Site
from blog.workflow.telling import TOGETHER
from tests.cast import edited, make_draft, make_post, make_user
from tests.pseudo import speak

pytestmark = pytest.mark.django_db


def send() -> list[EmailMessage]:
    """Send what is due in a while, and return all that was sent."""
    outbox.send_due(now=timezone.now() + TOGETHER + timedelta(seconds=1))
    return list(mail.outbox)


def by_address() -> dict[str, str]:
    """The text of what was sent, by the address it went to."""
    return {message.to[0]: str(message.body) for message in send()}


def asked_for(ceo, writer, **said):
    """A text of the CEO's that a writer asks her to sign."""
    post = make_draft(writer, author=ceo.author, **said)
    return post, workflow.submit(post, by=writer)


def test_who_must_sign_is_told_with_a_link_to_sign(ceo, writer, at_desk):
    post, _ = asked_for(ceo, writer, title="The floor")
    (message,) = send()
    assert (message.to, message.subject) == ([ceo.email], "“The floor” waits for you")
    assert f"{writer.get_full_name()} asks you to sign it." in message.body
    links = re.findall(r"http://testserver(\S+)", message.body)
    assert links[0] == f"/admin/blog/post/{post.pk}/sign/"
    assert "The floor" in at_desk(ceo).get(links[1]).content.decode()


def test_everybody_with_the_role_is_told_where_a_role_must_sign(ceo, writer, counsel):
    Site.objects.update(needs_counsel=True)
    other = make_user("Una Olsen", "Counsel")
    asked_for(ceo, writer)
    assert by_address().keys() == {ceo.email, counsel.email, other.email}


def test_several_texts_within_two_minutes_are_one_mail_oldest_first(ceo, writer):
    for title in ("First", "Second", "Third"):
        asked_for(ceo, writer, title=title, slug=title.lower())
    (message,) = send()
    assert message.subject == "3 texts wait for you"
    assert re.findall("First|Second|Third", message.body) == ["First", "Second", "Third"]


def test_number_of_texts_is_part_of_the_sentence(ceo, writer, settings, monkeypatch):
    for title in ("First", "Second"):
        asked_for(ceo, writer, title=title, slug=title.lower())
    speak("xx", settings=settings, monkeypatch=monkeypatch)
    (message,) = send()
    assert message.subject == "⟦⟧2⟦ texts wait for you⟧"
    assert "⟧2⟦ texts wait for you on ⟧" in message.body


def test_what_is_signed_before_the_mail_leaves_is_not_announced_to_the_signer(ceo, writer):
    _, review = asked_for(ceo, writer)
    workflow.approve(review, by=ceo)
    assert ceo.email not in by_address()


def test_what_was_changed_since_is_not_announced(ceo, writer):
    post, _ = asked_for(ceo, writer)
    workflow.save_version(post, edited(post, title="Otherwise"), by=writer)
    assert send() == []


def test_whoever_asked_is_told_that_all_have_signed(ceo, writer, counsel):
    Site.objects.update(needs_counsel=True)
    post, review = asked_for(ceo, writer)
    workflow.approve(review, by=ceo)
    assert not Outbox.objects.filter(to=writer.email).exists()
    workflow.approve(review, by=counsel)
    assert "It is signed, and ready to publish." in by_address()[writer.email]
    assert f"/admin/blog/post/{post.pk}/change/" in by_address()[writer.email]


def test_what_is_published_meanwhile_is_not_announced_as_ready(ceo, writer):
    post, review = asked_for(ceo, writer)
    workflow.approve(review, by=ceo)
    workflow.publish(post, by=ceo)
    assert writer.email not in by_address()


@pytest.mark.parametrize("verb", ["request_changes", "revoke"])
def test_whoever_wrote_it_is_told_with_the_note(ceo, writer, verb):
    _, review = asked_for(ceo, writer)
    if verb == "revoke":
        workflow.approve(review, by=ceo)
    getattr(workflow, verb)(review, by=ceo, note="Shorter,\nplease.")
    said = by_address()[writer.email]
    assert "Dana Whitfield sent it back." in said
    assert "> Shorter,\n> please." in said


def test_nobody_is_told_who_works_alone(ceo):
    make_post(ceo)
    workflow.submit(make_draft(ceo, slug="two"), by=ceo)
    assert not Outbox.objects.exists()


def test_who_has_no_address_or_is_gone_is_left_out(ceo, writer, counsel):
    Site.objects.update(needs_counsel=True)
    counsel.email = ""
    counsel.save()
    gone = make_user("Una Olsen", "Counsel", is_active=False)
    asked_for(ceo, writer)
    assert by_address().keys() == {ceo.email}
    assert not Outbox.objects.filter(to__in=["", gone.email]).exists()


def test_refusal_afterwards_leaves_no_mail(ceo, writer):
    post = make_draft(writer, author=ceo.author)
    with pytest.raises(RuntimeError), transaction.atomic():
        workflow.submit(post, by=writer)
        raise RuntimeError
    assert not Outbox.objects.exists()


def test_title_can_bring_no_header_and_no_markup(ceo, writer):
    asked_for(ceo, writer, title="<b>Floor</b> & “more”")
    (message,) = send()
    html = message.alternatives[0][0]
    assert "&lt;b&gt;Floor&lt;/b&gt;" in html
    assert "<b>Floor</b>" in message.body


def test_list_of_what_needs_you_names_a_text_that_is_ready_to_publish(ceo, writer, at_desk):
    _, review = asked_for(ceo, writer, title="Ready")
    workflow.approve(review, by=ceo)
    page = at_desk(writer).get("/admin/blog/post/?needs=you").content.decode()
    assert "Ready" in page


def test_who_lost_the_right_to_write_meanwhile_is_told_nothing(ceo, writer):
    _, review = asked_for(ceo, writer, title="CANARY")
    workflow.request_changes(review, by=ceo, note="A private word.")
    writer.groups.set(Group.objects.filter(name="Moderator"))
    assert writer.email not in by_address()
