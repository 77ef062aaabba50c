"""Asking for mail, and showing that the address is one's own, before anything is sent there."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.test import Client

from blog import outbox
from blog.models import Outbox
from comments import moderation
from comments.models import Comment, Correspondent, Notice
from comments.reader_links import confirm_address
from ledger.models import Entry
from tests.comments.conftest import make_comment
from tests.comments.correspondence import LINK, MARA, NOON

pytestmark = pytest.mark.django_db


def path_of(comment):
    return urlsplit(confirm_address(comment)).path


def asked(address=MARA):
    return [m for m in mail.outbox if m.to == [address] and "your address" in m.subject]


def test_box_in_the_form_asks_for_mail(send):
    assert send(email="Mara@Example.org", notify="on").status_code == 303
    comment = Comment.objects.get()
    assert comment.wants_decision
    assert comment.wants_answers
    assert comment.confirmed_at is None
    outbox.send_due()
    (sent,) = asked()
    assert path_of(comment) in sent.body
    assert comment.body not in sent.body + sent.alternatives[0][0]
    assert comment.name not in sent.body + sent.alternatives[0][0]


def test_without_the_tick_nothing_is_sent(send):
    send(email=MARA)
    outbox.send_due()
    assert asked() == []


def test_form_asks_kindly_for_the_address_and_keeps_all(send, fields):
    response = send(notify="on")
    assert response.status_code == 422
    page = response.content.decode()
    assert "Where shall we write to?" in page
    assert 'id="id_notify" name="notify" checked' in page
    assert fields()["body"] in page
    assert not Comment.objects.exists()


def test_opening_the_link_changes_nothing_and_the_button_confirms(post, client):
    comment = make_comment(post, email=MARA, notify=True)
    for _ in range(3):
        assert client.get(path_of(comment)).status_code == 200
        assert client.head(path_of(comment)).status_code == 200
    comment.refresh_from_db()
    assert comment.confirmed_at is None
    for _ in range(2):
        response = client.post(path_of(comment))
        assert response.status_code == 303
        assert response["Location"].startswith("/comments/mine/")
    comment.refresh_from_db()
    assert comment.confirmed_at is not None
    assert comment.revision == 1
    assert Entry.objects.filter(verb="confirm_address").count() == 1
    assert "is confirmed" in client.get(path_of(comment)).content.decode()
    assert client.cookies == {}


def test_pages_behind_the_links_are_not_kept(post, client):
    response = client.get(path_of(make_comment(post, email=MARA, notify=True)))
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("change", ["number", "signature", "purpose", "address"])
def test_link_is_good_for_one_comment_purpose_and_address(post, client, change):
    comment = make_comment(post, email=MARA, notify=True)
    other = make_comment(post, email="ben@example.org", body="Another thought.", notify=True)
    path = path_of(comment)
    if change == "number":
        path = path.replace(f"/{comment.pk}:", f"/{other.pk}:")
    elif change == "signature":
        path = f"{path[:-2]}{'A' if path[-2] != 'A' else 'B'}/"
    elif change == "purpose":
        path = path.replace("/confirm/", "/mail/")
    else:
        Comment.objects.filter(pk=comment.pk).update(email="eve@example.org")
    assert client.post(path).status_code == 404


def test_link_ends_after_thirty_days(post, client):
    path = path_of(make_comment(post, email=MARA, notify=True))
    with time_machine.travel(NOON):
        assert client.get(path).status_code == 404


def test_one_address_is_asked_once_an_hour_and_three_times_a_day(post):
    sent_at = []
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(24 * 6):
            make_comment(post, email=MARA, body=f"Flood number {number}.", notify=True)
            before = len(asked())
            outbox.send_due()
            if len(asked()) > before:
                sent_at.append(number)
            clock.shift(timedelta(minutes=10))
    assert sent_at == [0, 6, 12]


def test_tags_of_one_mailbox_are_one_person_who_is_asked(post):
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(12):
            address = f"mara+{number}@example.org"
            make_comment(post, email=address, body=f"Flood number {number}.", notify=True)
            outbox.send_due()
        assert [message.to for message in mail.outbox if "your address" in message.subject] == [
            ["mara+0@example.org"]
        ]
        make_comment(post, email="marabel@example.org", body="I am another.", notify=True)
        outbox.send_due()
        assert len(asked("marabel@example.org")) == 1
        clock.shift(timedelta(hours=1))
        for _ in range(20):
            outbox.send_due()
    sent = [message for message in mail.outbox if "your address" in message.subject]
    assert len([message for message in sent if "+" in message.to[0]]) == 2


def test_several_comments_within_the_hour_are_asked_about_together(post):
    with time_machine.travel(NOON, tick=False) as clock:
        comments = [
            make_comment(post, email=MARA, body=f"Thought {number}.", notify=True)
            for number in range(3)
        ]
        outbox.send_due()
        (sent,) = asked()
        assert all(path_of(comment) in sent.body for comment in comments)
        clock.shift(timedelta(days=1))
        outbox.send_due()
    assert len(asked()) == 1


def test_who_wants_no_mail_is_not_even_asked(post):
    Correspondent.objects.create(email=MARA, muted_at=NOON)
    make_comment(post, email=MARA, notify=True)
    outbox.send_due()
    assert asked() == []
    assert not Outbox.objects.filter(to=MARA).exists()


def test_decision_and_confirmation_do_not_get_in_each_others_way(post, moderator):
    comment = make_comment(post, email=MARA, notify=True)
    moderation.confirm(comment)
    approved = moderation.approve(comment, by=moderator, seen=1)
    moderation.confirm(comment)
    moderation.undo(approved, by=moderator, seen=approved.revision)
    comment.refresh_from_db()
    assert comment.confirmed_at is not None
    assert comment.state == "pending"


def test_private_page_says_that_the_address_waits(send):
    response = Client().get(send(email=MARA, notify="on")["Location"])
    assert "Open the link in that mail" in response.content.decode()


def test_links_in_mail_hold_no_address(post):
    make_comment(post, email=MARA, notify=True)
    outbox.send_due()
    (sent,) = asked()
    links = LINK.findall(sent.body + sent.alternatives[0][0] + str(sent.extra_headers))
    assert len(links) >= 5
    assert not any("mara" in link for link in links)


def test_who_confirms_late_hears_what_was_decided_and_answered_before(post, moderator):
    comment = make_comment(post, email=MARA, notify=True)
    moderation.answer(comment, "It did.", by=moderator, seen=1)
    assert not Notice.objects.exists()
    moderation.confirm(comment)
    assert sorted(Notice.objects.values_list("what", flat=True)) == ["answered", "approved"]
    moderation.confirm(comment)
    assert Notice.objects.count() == 2
