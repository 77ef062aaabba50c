"""Quiet periods: nothing new goes public in them, by any door and without any timer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from blog import outbox, roles, workflow
from blog.models import Outbox, Post, QuietPeriod, Site
from blog.refusal import Refused
from ledger.models import Entry
from tests.cast import edited, make_draft, make_post, make_user
from tests.imports import adopt, make_import

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    """A Thursday in January, which moves when a test moves it."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def plan(by: User, start: timedelta, end: timedelta, reason: str = "Results") -> QuietPeriod:
    return workflow.plan_quiet(starts_at=NOW + start, ends_at=NOW + end, reason=reason, by=by)


def signed(ceo: User, title: str = "Ahead") -> Post:
    post = make_draft(ceo, title=title, slug=title.lower())
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    return post


def status(post: Post) -> int:
    return Client().get(post.get_absolute_url()).status_code


def test_nothing_new_is_published_or_scheduled_into_it(ceo):
    plan(ceo, timedelta(0), 2 * DAY, "Results of the year")
    post = signed(ceo)
    said = r"until 12 January 2030, 12:00 \(Results of the year\)"
    with pytest.raises(Refused, match=said):
        workflow.publish(post, by=ceo)
    with pytest.raises(Refused, match=said):
        workflow.schedule(post, by=ceo, at=NOW + DAY)
    assert workflow.schedule(post, by=ceo, at=NOW + 2 * DAY).state == "scheduled"


def test_date_of_yesterday_is_no_way_around_it(ceo):
    plan(ceo, timedelta(0), DAY)
    with pytest.raises(Refused, match="quiet period lasts"):
        workflow.publish(signed(ceo), by=ceo, at=NOW - 5 * DAY)


def test_import_is_not_adopted_in_it(ceo):
    batch, _ = make_import("river")
    plan(ceo, timedelta(0), DAY)
    with pytest.raises(Refused, match="quiet period lasts"):
        adopt(batch, ceo)
    assert not Post.objects.published().exists()


def test_what_is_public_stays_and_can_be_corrected_and_retracted(ceo):
    post = make_post(ceo, body="It rose.")
    plan(ceo, timedelta(0), DAY)
    assert status(post) == 200
    workflow.save_version(post, edited(post, body="It fell."), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    assert "It fell." in Client().get(post.get_absolute_url()).content.decode()
    assert workflow.retract(post, by=ceo, notice="Wrong.").state == "retracted"


def test_schedule_that_falls_into_it_never_goes_out_by_itself(ceo, clock):
    post = workflow.schedule(signed(ceo), by=ceo, at=NOW + DAY)
    plan(ceo, 12 * HOUR, 3 * DAY)
    for moment in (NOW + DAY, NOW + 2 * DAY, NOW + 9 * DAY):
        clock.move_to(moment)
        assert status(post) == 404
        assert not Post.objects.get(pk=post.pk).is_published
        assert not Post.objects.published().exists()


def test_worker_pauses_it_once_and_a_person_sends_it_out_afterwards(ceo, clock):
    post = workflow.schedule(signed(ceo), by=ceo, at=NOW + DAY)
    plan(ceo, 12 * HOUR, 3 * DAY)
    clock.move_to(NOW + DAY)
    assert workflow.publish_due() == 1
    assert workflow.publish_due() == 0
    post.refresh_from_db()
    assert post.state == "paused"
    assert Entry.objects.filter(verb="pause").count() == 1
    assert not Entry.objects.filter(verb="publish").exists()
    with pytest.raises(Refused, match="quiet"):
        workflow.publish(post, by=ceo)
    clock.move_to(NOW + 3 * DAY)
    assert status(post) == 404
    workflow.publish(post, by=ceo)
    assert status(post) == 200
    call_command("verify_ledger", verbosity=0)


def test_who_worked_on_it_hears_once_that_it_did_not_go_out(ceo, clock, mailoutbox):
    post = workflow.schedule(signed(ceo), by=ceo, at=NOW + DAY)
    plan(ceo, 12 * HOUR, 3 * DAY, "Results & more")
    Outbox.objects.all().delete()
    clock.move_to(NOW + DAY)
    workflow.publish_due()
    outbox.send_due(limit=10)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["dana@example.com"], "“Ahead” did not go out")
    assert "until 13 January 2030, 12:00 (Results & more)" in mail.body
    assert f"/admin/blog/post/{post.pk}/change/" in mail.body


def test_who_may_not_see_it_any_more_hears_nothing(ceo, writer, clock, mailoutbox):
    post = make_draft(writer, author=ceo.author, title="Merger")
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    workflow.schedule(post, by=ceo, at=NOW + DAY)
    plan(ceo, 12 * HOUR, 3 * DAY)
    Outbox.objects.all().delete()
    clock.move_to(NOW + DAY)
    workflow.publish_due()
    writer.groups.clear()
    outbox.send_due(limit=10)
    assert [mail.to for mail in mailoutbox] == [["dana@example.com"]]


def test_nobody_hears_of_it_once_somebody_saw_to_it(ceo, clock, mailoutbox):
    post = workflow.schedule(signed(ceo), by=ceo, at=NOW + DAY)
    plan(ceo, 12 * HOUR, 3 * DAY)
    Outbox.objects.all().delete()
    clock.move_to(NOW + DAY)
    workflow.publish_due()
    workflow.unpublish(post, by=ceo)
    outbox.send_due(limit=10)
    assert mailoutbox == []


def test_paused_post_can_be_taken_back(ceo, clock):
    post = workflow.schedule(signed(ceo), by=ceo, at=NOW + DAY)
    plan(ceo, 12 * HOUR, 3 * DAY)
    clock.move_to(NOW + DAY)
    workflow.publish_due()
    assert workflow.unpublish(post, by=ceo).state == "draft"


def test_called_off_before_it_begins_leaves_the_schedule_alone(ceo, clock):
    post = workflow.schedule(signed(ceo), by=ceo, at=NOW + DAY)
    period = plan(ceo, 12 * HOUR, 3 * DAY)
    workflow.end_quiet(period, by=ceo)
    workflow.end_quiet(period, by=ceo)
    assert not QuietPeriod.objects.exists()
    clock.move_to(NOW + DAY)
    assert status(post) == 200
    said = Entry.objects.filter(subject=f"blog.quietperiod:{period.pk}").order_by("sequence")
    assert [entry.verb for entry in said] == ["plan_quiet_period", "call_off_quiet_period"]


def test_ended_early_it_keeps_what_it_stopped_and_frees_what_comes(ceo, clock):
    stopped = workflow.schedule(signed(ceo, "Stopped"), by=ceo, at=NOW + 2 * HOUR)
    coming = workflow.schedule(signed(ceo, "Coming"), by=ceo, at=NOW + 2 * DAY)
    period = plan(ceo, HOUR, 3 * DAY)
    clock.move_to(NOW + DAY)
    workflow.end_quiet(period, by=ceo)
    assert status(stopped) == 404
    clock.move_to(NOW + 2 * DAY)
    assert (status(stopped), status(coming)) == (404, 200)


def test_edges_belong_to_it_at_the_beginning_and_not_at_the_end(ceo, clock):
    first = workflow.schedule(signed(ceo, "First"), by=ceo, at=NOW + DAY)
    last = workflow.schedule(signed(ceo, "Last"), by=ceo, at=NOW + 2 * DAY)
    plan(ceo, DAY, 2 * DAY)
    clock.move_to(NOW + 2 * DAY)
    assert (status(first), status(last)) == (404, 200)


@pytest.mark.parametrize(
    ("start", "end", "reason", "sentence"),
    [
        (2, 1, "Results", "after the beginning"),
        (1, 1, "Results", "after the beginning"),
        (-2, -1, "Results", "lies ahead"),
        (1, 2, " \n ", "why it is quiet"),
        (1, 2, "x" * 201, "at most 200 characters"),
    ],
)
def test_refused_with_a_sentence(ceo, start, end, reason, sentence):
    with pytest.raises(Refused, match=sentence):
        plan(ceo, start * HOUR, end * HOUR, reason)
    assert not QuietPeriod.objects.exists()


def test_begins_now_at_the_earliest(ceo):
    assert plan(ceo, -DAY, DAY).starts_at == NOW
    period = workflow.plan_quiet(starts_at=None, ends_at=NOW + DAY, reason="Results", by=ceo)
    assert period.starts_at == NOW


def test_chief_executive_and_counsel_plan_it_and_nobody_else(ceo, writer, counsel, auditor):
    period = plan(counsel, DAY, 2 * DAY)
    for person in (writer, auditor, make_user("Mo Reed", roles.MODERATOR)):
        with pytest.raises(Refused, match="may not plan quiet periods"):
            plan(person, DAY, 2 * DAY)
        with pytest.raises(Refused, match="may not plan quiet periods"):
            workflow.end_quiet(period, by=person)
    workflow.end_quiet(period, by=ceo)


def send(client: Client, **data: str):
    return client.post(reverse("admin:blog_post_quiet"), data)


def page_of(client: Client) -> str:
    return client.get(reverse("admin:blog_post_quiet")).content.decode()


def test_page_plans_one_and_names_what_it_stops(ceo, counsel, at_desk):
    Site.objects.update(time_zone="Europe/Berlin")
    workflow.schedule(signed(ceo), by=ceo, at=NOW + DAY)
    desk = at_desk(counsel)
    span = {"starts_at": "2030-01-11T09:00", "ends_at": "2030-01-20T09:00"}
    answer = send(desk, do="plan", reason="Results", **span)
    assert answer.status_code == 302
    page = page_of(desk)
    assert "1 scheduled post falls into it" in page
    assert "Ahead" in page
    period = QuietPeriod.objects.get()
    assert period.starts_at == datetime(2030, 1, 11, 8, 0, tzinfo=UTC)
    send(desk, do="end", period=str(period.pk))
    assert "It is called off." in page_of(desk)
    send(desk, do="end", period=str(period.pk))
    assert "It is over already." in page_of(desk)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose the day and the time it ends."),
        ({"ends_at": "soon"}, "Write the moment like"),
        ({"ends_at": "9999-01-01T00:00"}, "Choose a year up to"),
        ({"ends_at": "2029-01-01T00:00"}, "Choose an end that lies ahead"),
    ],
)
def test_page_keeps_what_was_refused(ceo, at_desk, data, sentence):
    answer = send(at_desk(ceo), do="plan", reason="Our results", **data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "Our results" in page
    assert not QuietPeriod.objects.exists()


@pytest.mark.parametrize("data", [{"do": "end", "period": "9" * 30}, {"do": "no"}, {}])
def test_page_refuses_what_it_did_not_send(ceo, at_desk, data):
    answer = send(at_desk(ceo), **data)
    assert answer.status_code in {200, 302}
    assert not QuietPeriod.objects.exists()


def test_writer_reads_the_page_and_cannot_plan(writer, ceo, at_desk):
    plan(ceo, DAY, 2 * DAY)
    desk = at_desk(writer)
    page = page_of(desk)
    assert "Results" in page
    assert 'value="plan"' not in page
    assert 'value="end"' not in page
    send(desk, do="plan", reason="Mine", ends_at="2030-02-01T00:00")
    send(desk, do="end", period=str(QuietPeriod.objects.get().pk))
    assert QuietPeriod.objects.get().reason == "Results"


def test_calendar_shows_it_and_what_it_stopped(ceo, writer, at_desk, clock):
    workflow.schedule(signed(ceo), by=ceo, at=NOW + DAY)
    plan(ceo, 12 * HOUR, 3 * DAY, "Before the results")
    coming = reverse("admin:blog_post_coming")
    page = at_desk(writer).get(coming).content.decode()
    assert page.count("Before the results") == 3
    assert "Will not go out: it is quiet then." in page
    clock.move_to(NOW + DAY)
    workflow.publish_due()
    page = at_desk(writer).get(coming).content.decode()
    assert 'id="stopped-title"' in page
    assert 'coming__note">stopped<' in page
    listed = at_desk(writer).get(reverse("admin:blog_post_changelist"), {"state": "paused"})
    assert "Stopped by a quiet period" in listed.content.decode()


def test_who_works_alone_meets_no_word_of_it(ceo, at_desk):
    coming = reverse("admin:blog_post_coming")
    assert "uiet" not in at_desk(ceo).get(coming).content.decode()
    period = plan(ceo, DAY, 2 * DAY)
    assert "Quiet periods (1)" in at_desk(ceo).get(coming).content.decode()
    workflow.end_quiet(period, by=ceo)
    assert "uiet" not in at_desk(ceo).get(coming).content.decode()


def test_editor_saves_the_words_and_says_until_when(ceo, at_desk):
    plan(ceo, timedelta(0), DAY, "Results of the year")
    data = {"kind": "post", "title": "New", "body": "Words.", "then": "publish"}
    answer = at_desk(ceo).post(reverse("admin:blog_post_add"), data)
    page = answer.content.decode()
    assert "Your text is saved. A quiet period lasts until 11 January 2030" in page
    assert Post.objects.get().state == "draft"
