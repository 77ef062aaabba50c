"""The tabs of the desk: what lies in each, since when, and until when a team decides."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog import roles
from comments import moderation
from comments.desk.hours import due_at
from comments.desk.sampling import SAMPLE, sample_keys
from comments.desk.tabs import counts
from comments.models import AnswerDraft, Appeal, Comment, Edit, Report
from tests.cast import make_user
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/comment/"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def desk(moderator) -> Client:
    """A browser in which a moderator is signed in."""
    client = Client()
    client.force_login(moderator)
    return client


def shown(client: Client, tab: str) -> list[int]:
    """The comments of a tab, from top to bottom."""
    page = client.get(f"{DESK}?tab={tab}").content.decode()
    return [int(pk) for pk in re.findall(r'data-card="(\d+)"', page)]


def make_edit(comment: Comment, body: str = "Other words altogether.") -> Edit:
    """New words of a public comment that wait."""
    return Edit.objects.create(
        comment=comment,
        state=Edit.State.WAITING,
        revision=comment.revision,
        before=comment.body,
        body=body,
        body_html=body,
        sanitizer=1,
    )


def make_spam(post, moderator: User, count: int, *, days_ago: int = 2) -> list[Comment]:
    """Comments that the filter called spam some days ago."""
    spam = [make_comment(post, name=f"Sender {n}", body=f"Spam {n}") for n in range(count)]
    keys = [comment.pk for comment in spam]
    then = timezone.now() - timedelta(days=days_ago)
    Comment.objects.filter(pk__in=keys).update(state="spam", created_at=then)
    return spam


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-11-25 10:00", 24, "2026-11-26 10:00"),
        ("2026-11-27 15:00", 24, "2026-11-30 15:00"),
        ("2026-11-28 15:00", 24, "2026-12-01 00:00"),
        ("2026-11-29 23:59", 1, "2026-11-30 01:00"),
        ("2026-11-27 23:00", 1, "2026-11-30 00:00"),
        ("2026-11-25 10:00", 120, "2026-12-02 10:00"),
    ],
)
def test_business_hours_skip_the_weekend(since, hours, due):
    begun = datetime.fromisoformat(since).replace(tzinfo=BERLIN)
    until = due_at(begun.astimezone(UTC), hours, BERLIN)
    assert until == datetime.fromisoformat(due).replace(tzinfo=BERLIN)


@pytest.mark.parametrize("hours", [1, 24, 37])
def test_what_comes_later_is_due_no_earlier(hours):
    begun = datetime(2026, 11, 26, tzinfo=UTC)
    moments = [due_at(begun + timedelta(minutes=37 * n), hours, BERLIN) for n in range(200)]
    assert moments == sorted(moments)
    assert all(moment.weekday() < 5 for moment in moments)


def test_each_tab_holds_what_waits_there(post, desk, moderator):
    waiting = make_comment(post, body="To decide")
    edited = make_public(post, moderator, body="Was so")
    make_edit(edited)
    reported = make_public(post, moderator, body="Reported")
    Report.objects.create(comment=reported, reader="x", reason="abuse")
    settled = make_public(post, moderator, body="Settled")
    Report.objects.create(comment=settled, reader="x", reason="spam", settled_at=timezone.now())
    refused = make_comment(post, body="Refused")
    moderation.reject(refused, by=moderator, seen=1)
    Appeal.objects.create(comment=refused, text="Please look again.")
    assert shown(desk, "decide") == [waiting.pk]
    assert shown(desk, "edited") == [edited.pk]
    assert shown(desk, "reported") == [reported.pk]
    assert shown(desk, "appeals") == [refused.pk]
    found = counts(moderator)
    assert [found[tab] for tab in ("decide", "edited", "reported", "appeals")] == [1, 1, 1, 1]


def test_longest_waiting_edit_is_on_top(post, desk, moderator):
    old, young = make_public(post, moderator, body="Old"), make_public(post, moderator, body="New")
    make_edit(old)
    edit = make_edit(young)
    Edit.objects.filter(pk=edit.pk).update(made_at=timezone.now() - timedelta(hours=3))
    assert shown(desk, "edited") == [young.pk, old.pk]


@pytest.mark.parametrize("tab", ["edited", "reported", "appeals", "sample"])
def test_what_readers_report_is_not_for_every_colleague(post, writer, moderator, tab):
    comment = make_public(post, moderator)
    Report.objects.create(comment=comment, reader="x", reason="abuse", note="CANARY note")
    client = Client()
    client.force_login(writer)
    page = client.get(f"{DESK}?tab={tab}").content.decode()
    assert "CANARY" not in page
    assert f"tab={tab}" not in page.split("desk-tabs")[1].split("</nav>")[0]
    assert "CANARY" not in client.get(f"{DESK}{comment.pk}/change/").content.decode()


def test_drafts_have_a_tab_while_there_are_some(post, desk, ceo, moderator):
    comment = make_public(post, moderator)
    assert "To release" not in desk.get(DESK).content.decode()
    AnswerDraft.objects.create(comment=comment, author=ceo.author, text="For her.")
    assert "To release" in desk.get(DESK).content.decode()
    assert "Release under my name" not in desk.get(f"{DESK}?tab=release").content.decode()
    hers = Client()
    hers.force_login(ceo)
    assert "Release under my name" in hers.get(f"{DESK}?tab=release").content.decode()


def test_alone_nothing_is_due_and_a_team_sees_what_is_late(post, ceo):
    comment = make_comment(post)
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(days=9))
    client = Client()
    client.force_login(ceo)
    assert "card__due" not in client.get(DESK).content.decode()
    make_user("Mo Lindqvist", roles.MODERATOR)
    assert "Late: was due" in client.get(DESK).content.decode()


def test_sample_is_ten_and_the_same_all_day(post, moderator):
    make_spam(post, moderator, 30)
    with time_machine.travel("2026-11-28 09:00Z", tick=False):
        Comment.objects.update(created_at=timezone.now() - timedelta(days=2))
        morning = sample_keys(Comment.objects.all())
    with time_machine.travel("2026-11-28 21:00Z", tick=False):
        evening = sample_keys(Comment.objects.all())
    with time_machine.travel("2026-11-29 09:00Z", tick=False):
        next_day = sample_keys(Comment.objects.all())
    assert len(morning) == SAMPLE
    assert morning == evening
    assert set(next_day) != set(morning)


WHY = "Why these are here: ten a day of what was called spam, and one in twenty"


def test_sample_says_why_its_comments_are_there(desk, post, moderator):
    make_spam(post, moderator, 3)
    assert WHY in desk.get(f"{DESK}?tab=sample").content.decode()
    assert WHY not in desk.get(f"{DESK}?tab=spam").content.decode()


@pytest.mark.parametrize(
    ("tab", "is_praised"),
    [("decide", True), ("appeals", True), ("sample", False), ("spam", False), ("done", False)],
)
def test_empty_tab_praises_only_where_something_was_to_be_done(desk, tab, is_praised):
    page = desk.get(f"{DESK}?tab={tab}").content.decode()
    assert "Nothing here." in page
    assert ("Well done." in page) is is_praised


def test_sample_shrinks_with_each_look_and_grows_back_by_undo(post, moderator):
    make_spam(post, moderator, 30)
    drawn = sample_keys(Comment.objects.all())
    good, bad = (Comment.objects.get(pk=pk) for pk in drawn[:2])
    moderation.approve(good, by=moderator, seen=1)
    confirmed = moderation.mark_spam(bad, by=moderator, seen=1)
    assert sample_keys(Comment.objects.all()) == drawn[2:]
    moderation.undo(confirmed, by=moderator, seen=confirmed.revision)
    assert sample_keys(Comment.objects.all()) == drawn[1:]


def test_what_becomes_spam_today_waits_for_another_day(post, moderator):
    make_spam(post, moderator, 3, days_ago=0)
    assert sample_keys(Comment.objects.all()) == []


def test_appeal_about_a_removed_comment_is_on_the_desk_and_can_be_refused(desk, post, moderator):
    comment = make_public(post, moderator)
    moderation.remove(comment, by=moderator, seen=comment.revision, reason="Private details.")
    moderation.appeal(comment, "They were my own.")
    assert shown(desk, "appeals") == [comment.pk]
    page = desk.get("/admin/comments/comment/?tab=appeals").content.decode()
    assert "Publish after all" in page
    assert "Leave it unpublished" in page
    assert 'name="verb" value="mark_spam"' not in page


def test_a_tab_says_what_was_found_only_after_a_search(post, desk):
    make_comment(post, body="A word about the pump.")
    opened = desk.get(f"{DESK}?tab=decide").content.decode()
    assert "1 found" not in opened
    assert "Show all" not in opened
    for asked in ("tab=decide&q=pump", "tab=decide&kind__exact=comment"):
        page = desk.get(f"{DESK}?{asked}").content.decode()
        assert "1 found" in page
        assert "Show all" in page
