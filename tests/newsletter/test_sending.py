"""Which posts are mailed, to whom, when, with what words; and what is not."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import html5lib
import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from blog import outbox, workflow
from blog.models import Outbox, Post, Site
from blog.models.version import Authorship
from comments.models import Correspondent
from newsletter import owning, retention, sending
from newsletter.links import choices_address
from newsletter.models import Delivery, Edition, Newsletter, Subscriber
from tests.cast import edited, make_draft, make_post
from tests.imports import adopt, make_import
from tests.newsletter.readers import (
    FOREIGN,
    LINK,
    MARA,
    ONE_CLICK,
    delivered,
    make_reader,
    make_readers,
    path_in,
    reached,
)

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=2, seconds=1)
BRIEF = ("The floor is higher now.", "It cost 40 million.")


def signed(draft, ceo):
    workflow.approve(workflow.submit(draft, by=ceo), by=ceo)
    return draft


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_post_reaches_a_reader_with_the_points_first_and_a_way_out(newsletter, ceo, clock):
    reader = make_reader()
    post = make_post(
        ceo,
        title="Why we raised\u2028the floor",
        slug="floor",
        standfirst="Two metres of water.",
        brief=BRIEF,
        authorship=Authorship.WITH,
        authorship_detail="Sam Ortiz",
        disclosure="I own shares of the pump.",
        legend="Figures of May.",
    )
    clock.shift(SOON)
    (sent,) = reached()
    assert sent.subject == "Why we raised the floor"
    for text in (sent.body, sent.alternatives[0][0]):
        parts = ["Two metres of water.", *BRIEF, "Dana Whitfield, drafted with Sam Ortiz"]
        parts += ["http://testserver/posts/floor/", "I own shares of the pump.", "Figures of May."]
        places = [text.index(part) for part in parts]
        assert places == sorted(places)
        assert "river rose" not in text
    headers = sent.message()
    assert headers["From"] == "Letters from the shop floor <letters@example.com>"
    assert headers["List-Id"] == "<newsletter.testserver>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = headers["List-Unsubscribe"].strip("<>")
    assert way_out == choices_address(reader)
    assert way_out in sent.body
    assert Client().post(way_out.removeprefix("http://testserver"), ONE_CLICK, **FOREIGN)
    assert not Subscriber.objects.exists()
    assert post.get_absolute_url() == path_in(sent, "/posts/")


def test_mail_tracks_nothing_and_its_html_is_valid(newsletter, ceo, clock):
    make_reader()
    make_post(ceo, slug="floor", title="Floors & <b>walls</b>", brief=("Less < more.",))
    clock.shift(SOON)
    (sent,) = reached()
    html = sent.alternatives[0][0]
    html5lib.HTMLParser(strict=True).parse(html)
    assert not re.search(r"<(img|link|script|style|iframe|object|b)\b|url\(|src=", html)
    in_html = set(re.findall(r'href="([^"]+)"', html))
    assert in_html == set(LINK.findall(sent.body))
    assert all("?" not in link and "utm" not in link for link in in_html)


def test_nothing_is_sent_in_the_first_two_minutes(newsletter, ceo, clock):
    make_reader()
    make_post(ceo, slug="floor")
    clock.shift(timedelta(minutes=1, seconds=59))
    assert delivered() == []
    assert not Edition.objects.exists()
    clock.shift(timedelta(seconds=2))
    assert len(delivered()) == 1


def test_each_address_gets_it_once_however_long_the_worker_runs(newsletter, ceo, clock):
    make_readers(3)
    make_post(ceo, slug="floor")
    for _ in range(5):
        clock.shift(SOON)
        delivered()
    assert sorted(message.to[0] for message in mail.outbox) == [
        f"reader{number}@example.org" for number in range(3)
    ]
    assert states() == ["sent"] * 3
    assert not Outbox.objects.exists()


def test_many_addresses_go_out_some_at_a_time(newsletter, ceo, clock, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 3)
    make_readers(8)
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    for round_ in range(4):
        sending.send_some()
        sending.send_some()
        assert Outbox.objects.count() <= 3
        outbox.send_due()
        assert len(mail.outbox) == min(8, 3 * (round_ + 1))
    sending.send_some()
    assert Edition.objects.get().finished_at is not None
    assert len(mail.outbox) == 8


def test_only_who_confirmed_and_wants_each_post_gets_it(newsletter, ceo, clock):
    make_reader()
    make_reader("weekly@example.org", "weekly")
    make_reader("waits@example.org", confirmed_at=None)
    make_reader("paused@example.org", paused_at=timezone.now())
    make_reader("muted@example.org")
    Correspondent.objects.create(email="muted@example.org", muted_at=timezone.now())
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    sending.send_some()
    make_reader("late@example.org", confirmed_at=timezone.now() + timedelta(seconds=1))
    assert [message.to for message in delivered()] == [[MARA]]


def test_scheduled_post_is_mailed_by_the_clock_and_once(newsletter, ceo, clock):
    make_reader()
    draft = signed(make_draft(ceo, slug="floor"), ceo)
    workflow.publish(draft, by=ceo, at=timezone.now() + timedelta(hours=2))
    clock.shift(timedelta(hours=1, minutes=59))
    assert reached() == []
    clock.shift(timedelta(minutes=3, seconds=1))
    assert len(reached()) == 1
    workflow.publish_due()
    clock.shift(timedelta(hours=1))
    assert len(reached()) == 1


@pytest.mark.parametrize("end", ["undo", "unpublish", "retract", "redact"])
@pytest.mark.parametrize("moment", ["before", "begun"])
def test_what_is_taken_away_is_not_mailed(newsletter, ceo, clock, end, moment):
    make_reader()
    post = make_post(ceo, slug="floor")
    if moment == "begun" and end != "undo":
        clock.shift(SOON)
        sending.send_some()
        assert Outbox.objects.count() == 1
    match end:
        case "undo":
            workflow.undo_publication(post, by=ceo)
        case "unpublish":
            workflow.unpublish(post, by=ceo)
        case "retract":
            workflow.retract(post, by=ceo, notice="We were wrong.")
        case "redact":
            workflow.redact(post.live_version, by=ceo, reason="A court asked us to.")
    for _ in range(3):
        clock.shift(SOON)
        assert delivered() == []
    assert set(states()) <= {"dropped"}
    assert not Outbox.objects.exists()


def test_post_that_was_undone_is_mailed_when_it_comes_out(newsletter, ceo, clock):
    make_reader()
    post = make_post(ceo, slug="floor")
    workflow.undo_publication(post, by=ceo)
    clock.shift(timedelta(days=20))
    assert delivered() == []
    workflow.publish(post, by=ceo)
    clock.shift(SOON)
    assert len(delivered()) == 1


def test_post_due_in_a_quiet_period_is_not_mailed(newsletter, ceo, clock):
    make_reader()
    draft = signed(make_draft(ceo, slug="floor"), ceo)
    workflow.publish(draft, by=ceo, at=timezone.now() + timedelta(hours=2))
    workflow.plan_quiet(
        starts_at=None, ends_at=timezone.now() + timedelta(days=1), reason="Results", by=ceo
    )
    clock.shift(timedelta(hours=3))
    assert reached() == []
    workflow.publish_due()
    clock.shift(timedelta(days=2))
    assert reached() == []


def test_correction_sends_nothing(newsletter, ceo, clock):
    make_reader()
    post = make_post(ceo, slug="floor")
    clock.shift(SOON)
    assert len(delivered()) == 1
    workflow.save_version(post, edited(post, body="It rained."), by=ceo)
    workflow.publish(signed(post, ceo), by=ceo)
    clock.shift(SOON)
    assert len(delivered()) == 1


def test_words_are_those_that_readers_see_when_it_is_sent(newsletter, ceo, clock):
    make_reader()
    post = make_post(ceo, slug="floor", title="The first title")
    clock.shift(SOON)
    sending.send_some()
    workflow.save_version(post, edited(post, title="The better title"), by=ceo)
    workflow.publish(signed(post, ceo), by=ceo)
    workflow.save_version(post, edited(post, title="zqcanary"), by=ceo)
    (sent,) = delivered()
    assert sent.subject == "The better title"
    assert "zqcanary" not in str(sent.message())


def test_nothing_of_drafts_and_schedules_is_mailed(newsletter, ceo, clock):
    make_reader()
    make_reader("ines@example.org", "weekly")
    words = {name: f"zqcanary {name}" for name in ("title", "standfirst", "body", "disclosure")}
    make_draft(ceo, slug="draft", **words)
    signed(make_draft(ceo, slug="signed", **words), ceo)
    ahead = signed(make_draft(ceo, slug="ahead", **words), ceo)
    workflow.publish(ahead, by=ceo, at=timezone.now() + timedelta(days=100))
    make_post(ceo, slug="public", title="Public")
    for _ in range(9):
        clock.shift(timedelta(days=1))
        delivered()
    assert len(mail.outbox) == 2
    assert not [message for message in mail.outbox if "zqcanary" in str(message.message())]


def test_page_is_not_mailed(newsletter, ceo, clock):
    make_reader()
    make_post(ceo, slug="about", kind=Post.Kind.PAGE)
    clock.shift(SOON)
    assert delivered() == []


def test_imported_posts_are_not_mailed(newsletter, ceo, clock):
    make_reader()
    batch, *_ = make_import("adopted")
    adopt(batch, ceo)
    Post.objects.filter(versions__batch=batch).update(published_at=timezone.now())
    clock.shift(SOON)
    assert Post.objects.published().exists()
    assert delivered() == []


def test_demonstration_mails_no_post(newsletter, ceo, clock):
    make_reader()
    Site.objects.update(demo={})
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    assert delivered() == []
    assert not Edition.objects.exists()


def test_what_was_public_before_is_not_mailed_even_when_it_comes_out_again(ceo, clock):
    make_reader()
    post = make_post(ceo, slug="floor")
    clock.shift(60)
    owning.switch_on(by=ceo)
    clock.shift(SOON)
    assert delivered() == []
    workflow.unpublish(post, by=ceo)
    workflow.publish(post, by=ceo)
    clock.shift(SOON)
    assert delivered() == []


def test_off_sends_nothing_and_drops_what_waited(newsletter, ceo, clock):
    make_reader()
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    sending.send_some()
    owning.switch_off(by=ceo)
    assert delivered() == []
    assert states() == ["dropped"]
    owning.switch_on(by=ceo)
    clock.shift(SOON)
    assert delivered() == []


def test_pause_holds_everything_and_resuming_sends_what_is_fresh(newsletter, ceo, clock):
    make_readers(2)
    make_post(ceo, slug="old", title="Old")
    clock.shift(SOON)
    sending.send_some()
    owning.pause(by=ceo)
    make_post(ceo, slug="middle", title="Middle")
    clock.shift(timedelta(days=6))
    assert delivered() == []
    make_post(ceo, slug="new", title="New")
    clock.shift(timedelta(days=2))
    assert delivered() == []
    owning.resume(by=ceo)
    clock.shift(timedelta(minutes=6))
    assert {message.subject for message in delivered()} == {"New"}
    assert states() == ["dropped"] * 2 + ["sent"] * 2


def test_owner_leaves_a_post_out_and_puts_it_back(newsletter, ceo, clock):
    make_reader()
    draft = signed(make_draft(ceo, slug="floor", title="Floor"), ceo)
    owning.skip(draft, by=ceo)
    owning.skip(draft, by=ceo)
    post = workflow.publish(draft, by=ceo)
    clock.shift(SOON)
    assert delivered() == []
    owning.include(post, by=ceo)
    assert [message.subject for message in delivered()] == ["Floor"]


def test_who_leaves_or_changes_meanwhile_gets_nothing(newsletter, ceo, clock):
    stays, leaves, changes = make_readers(3)
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    sending.send_some()
    Client().post(choices_address(leaves).removeprefix("http://testserver"), ONE_CLICK)
    Subscriber.objects.filter(pk=changes.pk).update(kind="weekly")
    assert [message.to for message in delivered()] == [[stays.email]]
    assert states() == ["dropped", "dropped", "sent"]


# The weekly mail. The clock stands on a Tuesday; the next Monday is the 11th.


def at(day, hour, minute=0):
    return datetime(2030, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def weekly(newsletter, ceo):
    Site.objects.update(time_zone="Europe/Berlin")
    return make_reader("ines@example.org", "weekly")


def publish_on(clock, ceo, moment, title):
    clock.move_to(moment)
    post = make_post(ceo, title=title, slug=title.lower())
    clock.shift(SOON)
    delivered()
    return post


def test_week_is_told_on_monday_at_seven_where_the_site_is(weekly, ceo, clock):
    publish_on(clock, ceo, at(6, 9), "Floors")
    publish_on(clock, ceo, at(8, 9), "Walls")
    clock.move_to(at(11, 7, 1))
    assert delivered() == []
    clock.move_to(at(11, 7, 3))
    (sent,) = reached(weekly.email)
    assert sent.subject == "Walls, and 1 more"
    for text in (sent.body, sent.alternatives[0][0]):
        assert 0 < text.index("/posts/floors/") < text.index("/posts/walls/")
    for _ in range(3):
        clock.shift(timedelta(hours=30))
        assert len(delivered()) == 1


def test_each_post_is_in_one_week_and_an_empty_week_sends_nothing(weekly, ceo, clock):
    publish_on(clock, ceo, at(6, 9), "Floors")
    clock.move_to(at(11, 8))
    assert len(delivered()) == 1
    clock.move_to(at(18, 8))
    assert len(delivered()) == 1
    publish_on(clock, ceo, at(20, 9), "Walls")
    clock.move_to(at(25, 8))
    assert [message.subject for message in delivered()] == ["Floors", "Walls"]


def test_week_leaves_out_what_is_gone_or_was_left_out(weekly, ceo, clock):
    gone = publish_on(clock, ceo, at(6, 9), "Gone")
    publish_on(clock, ceo, at(7, 9), "Stays")
    clock.move_to(at(8, 9))
    left_out = make_draft(ceo, title="Out", slug="out")
    owning.skip(left_out, by=ceo)
    workflow.publish(signed(left_out, ceo), by=ceo)
    clock.move_to(at(11, 7, 3))
    sending.send_some()
    workflow.retract(gone, by=ceo, notice="We were wrong.")
    (sent,) = reached(weekly.email)
    assert sent.subject == "Stays"
    assert "gone" not in sent.body.lower()


def test_owner_chooses_day_and_hour(weekly, ceo, clock):
    owning.set_week(4, 18, by=ceo)
    publish_on(clock, ceo, at(6, 9), "Floors")
    clock.move_to(at(8, 17, 59))
    assert delivered() == []
    clock.move_to(at(8, 18, 3))
    assert len(delivered()) == 1


def test_week_that_was_missed_by_a_day_waits_for_the_next(weekly, ceo, clock):
    publish_on(clock, ceo, at(6, 9), "Floors")
    clock.move_to(at(12, 8))
    assert delivered() == []
    clock.move_to(at(18, 8))
    assert len(delivered()) == 1


@pytest.mark.parametrize("month", [3, 10])
def test_hour_is_that_of_the_wall_on_both_sides_of_summer_time(month):
    zone = ZoneInfo("Europe/Berlin")
    newsletter = Newsletter(weekday=0, hour=7)
    for day in range(20, 31):
        before = datetime(2030, month, day, 12, tzinfo=zone)
        found = sending.last_hour(newsletter, zone, before)
        assert (found.weekday(), found.hour) == (0, 7)
        assert timedelta(0) <= before - found < timedelta(days=7, hours=1)


def test_hour_of_today_counts_once_it_has_come():
    zone, newsletter = ZoneInfo("UTC"), Newsletter(weekday=0, hour=7)
    monday = datetime(2030, 11, 11, 7, tzinfo=zone)
    assert sending.last_hour(newsletter, zone, monday) == monday
    before = sending.last_hour(newsletter, zone, monday - timedelta(seconds=1))
    assert before == monday - timedelta(days=7)


# What is kept, and for how long


def test_which_mail_went_to_whom_is_kept_for_thirty_days_and_then_counted(newsletter, ceo, clock):
    make_readers(2)
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    delivered()
    clock.shift(timedelta(days=29))
    retention.forget()
    assert Delivery.objects.count() == 2
    clock.shift(timedelta(days=2))
    retention.forget()
    assert not Delivery.objects.exists()
    edition = Edition.objects.get()
    assert (edition.past_sent, edition.past_failed) == (2, 0)
    clock.shift(SOON)
    assert len(delivered()) == 2


def test_delivery_that_a_killed_worker_lost_is_called_failed(newsletter, ceo, clock):
    make_reader()
    make_post(ceo, slug="floor")
    clock.shift(SOON)
    sending.send_some()
    Outbox.objects.update(attempts=outbox.MAX_ATTEMPTS)
    clock.shift(timedelta(days=1))
    retention.forget()
    assert states() == ["waiting"]
    clock.shift(timedelta(days=2))
    retention.forget()
    assert states() == ["failed"]
