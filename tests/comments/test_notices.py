"""Mail when a comment needs a person: at once for the first, then together, as each one chose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from blog import outbox
from blog.models import Outbox, Site
from comments import moderation
from comments.models import NoticeChoice
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def test_owner_of_the_byline_and_moderators_hear_of_it_at_once(post, ceo, moderator, writer):
    make_comment(post)
    outbox.send_due()
    assert {message.to[0] for message in mail.outbox} == {ceo.email, moderator.email}
    assert mail.outbox[0].subject == "1 comment waits for you"
    assert "insurance" in mail.outbox[0].body


def test_those_within_the_hour_come_together(post, moderator, ceo):
    with time_machine.travel(NOON, tick=False) as clock:
        make_comment(post, body="The first thought of all.")
        outbox.send_due()
        for number in range(3):
            make_comment(post, body=f"Thought number {number} about the floor.")
        outbox.send_due()
        assert len(mail.outbox) == 2
        clock.shift(timedelta(hours=1, seconds=1))
        outbox.send_due()
        outbox.send_due()
    assert len(mail.outbox) == 4
    assert {message.subject for message in mail.outbox[2:]} == {"4 comments wait for you"}


def test_nothing_is_sent_when_all_was_decided_meanwhile(post, ceo, moderator):
    comment = make_comment(post)
    moderation.approve(comment, by=moderator, seen=1)
    outbox.send_due()
    assert mail.outbox == []


def test_new_words_of_a_public_comment_and_an_appeal_need_somebody_too(post, moderator):
    edited = make_public(post, moderator, body="The first thought of all.")
    refused = moderation.reject(make_comment(post), by=moderator, seen=1)
    Outbox.objects.all().delete()
    moderation.edit(edited, "The second thought of all.")
    moderation.appeal(refused, "I only quoted the report.")
    outbox.send_due()
    assert {message.subject for message in mail.outbox} == {"2 comments wait for you"}


def test_daily_mail_waits_for_eight_in_the_morning(post, moderator):
    NoticeChoice.objects.create(user=moderator, mode="daily")
    with time_machine.travel(NOON, tick=False):
        make_comment(post)
        due = Outbox.objects.get(to=moderator.email).due_at
    assert due == NOON.replace(day=3, hour=8)


def test_who_decides_alone_is_reminded_on_friday_at_eight(post, ceo):
    Site.objects.update(time_zone="America/New_York")
    with time_machine.travel(NOON, tick=False):
        make_comment(post)
        make_comment(post, visibility="private", body="A word to you alone.")
        due = Outbox.objects.get(to=ceo.email).due_at
    assert due == datetime(2026, 11, 6, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-11-06T07:59", "2026-11-06T08:00"), ("2026-11-06T08:00", "2026-11-13T08:00")],
)
def test_on_friday_itself_it_is_today_only_before_eight(post, ceo, now, due):
    with time_machine.travel(datetime.fromisoformat(f"{now}+00:00"), tick=False):
        make_comment(post)
    assert Outbox.objects.get().due_at == datetime.fromisoformat(f"{due}+00:00")


def test_alone_or_not_a_choice_is_a_choice(post, ceo, moderator):
    NoticeChoice.objects.create(user=moderator, mode="weekly")
    with time_machine.travel(NOON, tick=False):
        make_comment(post)
        assert Outbox.objects.get(to=moderator.email).due_at == NOON.replace(day=6, hour=8)
        assert Outbox.objects.get(to=ceo.email).due_at == NOON
        Outbox.objects.all().delete()
        NoticeChoice.objects.create(user=ceo, mode="hourly")
        moderator.is_active = False
        moderator.save()
        make_comment(post, body="Another thought.")
        assert Outbox.objects.get(to=ceo.email).due_at == NOON


def test_page_of_the_choice_says_what_happens_without_one(client, moderator):
    client.force_login(moderator)
    page = client.get("/admin/comments/noticechoice/add/").content.decode()
    assert "who decides alone is reminded on Friday at eight" in page


def test_mail_about_one_comment_to_its_author_can_be_answered(post, ceo, moderator, settings):
    settings.REPLY_ADDRESS = "reply@blog.example.com"
    make_comment(post)
    outbox.send_due()
    for message in mail.outbox:
        is_hers = message.to == [ceo.email]
        assert bool(message.reply_to) == is_hers
        assert ("above this line" in message.body) == is_hers
        if is_hers:
            local, _, host = message.reply_to[0].partition("@")
            assert host == "blog.example.com"
            assert local.startswith("reply+")
            assert len(local) <= 64


def test_mail_about_two_comments_cannot_be_answered(post, ceo, moderator, settings):
    settings.REPLY_ADDRESS = "reply@blog.example.com"
    make_comment(post)
    make_comment(post, body="A second thought.")
    outbox.send_due()
    assert not any(message.reply_to for message in mail.outbox)


def test_off_means_off(post, moderator, ceo):
    for user in (moderator, ceo):
        NoticeChoice.objects.create(user=user, mode="off")
    make_comment(post)
    assert not Outbox.objects.exists()


def test_spam_calls_nobody(post, moderator):
    make_comment(
        post, name="casino bonus", url="https://casino.example", body="best casino bonus " * 8
    )
    comment = post.comments.get()
    assert comment.state == "spam"
    assert not Outbox.objects.exists()


def test_disabled_colleague_gets_no_mail(post, moderator, ceo):
    moderator.is_active = False
    moderator.save()
    make_comment(post)
    assert not Outbox.objects.filter(to=moderator.email).exists()


def test_owner_hears_only_of_her_own_posts(post, ceo, moderator, writer):
    from blog.models import Author
    from tests.cast import make_post

    Author.objects.create(name="Sam Ortiz", slug="sam-ortiz", user=writer)
    other = (
        make_post(writer, title="Another", slug="another")
        if writer.has_perm("blog.publish_post")
        else None
    )
    assert other is not None
    make_comment(post, body="To the CEO about the floor.")
    make_comment(other, body="To the writer about the other thing.")
    outbox.send_due()
    to_ceo = next(message.body for message in mail.outbox if message.to == [ceo.email])
    assert "To the CEO" in to_ceo
    assert "To the writer" not in to_ceo


@pytest.mark.parametrize("name", ["Eve\nBcc: all@example.com", "Eve\r\nSubject: x"])
def test_no_header_can_be_smuggled_in(post, moderator, send, name):
    send(name=name)
    outbox.send_due()
    for message in mail.outbox:
        assert set(message.message().keys()) >= {"Message-ID", "Subject"}
        assert "Bcc" not in message.message()
        assert message.subject == "1 comment waits for you"


def test_mail_shows_markup_of_a_reader_as_text(post, moderator):
    make_comment(post, body="<img src=x onerror=alert(1)> hello")
    outbox.send_due()
    assert mail.outbox[0].content_subtype == "plain"
    ((html, kind),) = mail.outbox[0].alternatives
    assert kind == "text/html"
    assert "&lt;img src=x onerror=alert(1)&gt; hello" in html
    assert "<img" not in html


@pytest.mark.django_db(transaction=True)
def test_comments_on_posts_of_different_people_arrive_at_once(
    post, ceo, moderator, writer, run_together
):
    from blog.models import Author
    from comments.arrival import Arrival, Origin, network_of
    from comments.moderation import Said, submit
    from tests.cast import make_post

    author = Author.objects.create(name="Aaron Ost", slug="aaron-ost", user=writer)
    other = make_post(writer, title="Another", slug="another", author=author)

    def say(number: int) -> str:
        said = Said(name=f"Reader {number}", body=f"Thought {number}, about the floor.")
        arrival = Arrival(network_of(f"192.0.{number}.1"), Origin.OWN, "fresh")
        return submit(post if number % 2 else other, said, arrival).outcome.value

    assert run_together(12, say, reraise=True) == ["stored"] * 12
    assert Outbox.objects.filter(sent_at=None).count() == 3
