"""What is coming: every scheduled post, and a month by the days of the site."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from blog import workflow
from blog.coming import first_of, month_of
from blog.models import Site
from tests.cast import make_draft, make_post, make_user

NOW = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
ZONES = st.sampled_from(["UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"])


@pytest.fixture(autouse=True)
def clock():
    """A Tuesday in May."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def plan(ceo, title, at):
    post = make_draft(ceo, title=title, slug=title.lower())
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    return workflow.schedule(post, by=ceo, at=at)


def page_of(client, month=""):
    answer = client.get(reverse("admin:blog_post_coming"), {"month": month} if month else {})
    assert answer.status_code == 200
    return answer.content.decode()


def on_days(page):
    """The titles of each day that has some, by its number."""
    table = page.partition('<table class="coming">')[2].partition("</table>")[0]
    cells = re.findall(r"<td(.*?)</td>", table, flags=re.S)
    named = {}
    for cell in cells:
        titles = re.findall(r"coming__post.*?<a [^>]*>(.*?)</a>", cell, flags=re.S)
        number = re.search(r"</span>(\d+)", cell)
        assert number is not None
        if titles:
            named.setdefault(int(number[1]), []).extend(titles)
    return named


def test_month_of_the_next_post_is_shown_as_well(ceo, at_desk):
    browser = at_desk(ceo)
    assert page_of(browser).count('class="coming"') == 1
    plan(ceo, "July", NOW + timedelta(days=60))
    page = page_of(browser)
    assert re.findall(r'id="month-[^"]*">([^<]*)<', page) == ["May 2030", "July 2030"]
    assert page_of(browser, "2030-05").count('class="coming"') == 1
    plan(ceo, "May", NOW + timedelta(days=2))
    assert page_of(browser).count('class="coming"') == 1


def test_scheduled_posts_are_listed_soonest_first(ceo, at_desk):
    plan(ceo, "Later", NOW + timedelta(days=40))
    plan(ceo, "Sooner", NOW + timedelta(days=2))
    page = page_of(at_desk(ceo))
    listed = page.partition('class="coming-list"')[2].partition("</ol>")[0]
    assert re.findall(r">(Sooner|Later)<", listed) == ["Sooner", "Later"]
    assert on_days(page) == {16: ["Sooner"]}
    assert on_days(page_of(at_desk(ceo), "2030-06")) == {23: ["Later"]}


def test_day_is_that_of_the_site(ceo, at_desk):
    plan(ceo, "Night", datetime(2030, 5, 20, 22, 30, tzinfo=UTC))
    assert on_days(page_of(at_desk(ceo))) == {20: ["Night"]}
    Site.objects.update(time_zone="Europe/Berlin")
    page = page_of(at_desk(ceo))
    assert on_days(page) == {21: ["Night"]}
    assert "00:30" in page


def test_month_shows_what_was_public_and_no_draft(ceo, at_desk):
    make_post(ceo, title="Public", slug="public")
    make_draft(ceo, title="Draft", slug="draft")
    workflow.unpublish(plan(ceo, "Back", NOW + timedelta(days=3)), by=ceo)
    gone = make_post(ceo, title="Gone", slug="gone")
    workflow.retract(gone, by=ceo, notice="It was wrong.")
    assert on_days(page_of(at_desk(ceo))) == {14: ["Public", "Gone"]}


def test_at_its_moment_a_post_leaves_the_list_and_stays_on_its_day(ceo, at_desk, clock):
    plan(ceo, "Soon", NOW + timedelta(hours=1))
    assert "scheduled</span>" in page_of(at_desk(ceo))
    clock.shift(timedelta(hours=1))
    page = page_of(at_desk(ceo))
    assert "Nothing is scheduled" in page
    assert on_days(page) == {14: ["Soon"]}
    assert "scheduled</span>" not in page


@pytest.mark.parametrize(
    "odd", ["x", "2030-13", "2030-00", "0000-01", "9999-12", "2030-5", "\0", "٢٠٣٠-٠٥", "9" * 5000]
)
def test_a_month_that_is_none_is_this_month(ceo, at_desk, odd):
    assert "May 2030" in page_of(at_desk(ceo), odd)


def test_ways_lead_to_the_months_beside(ceo, at_desk):
    page = page_of(at_desk(ceo), "2030-01")
    assert "January 2030" in page
    assert 'href="?month=2029-12"' in page
    assert 'href="?month=2030-02"' in page
    assert "Nothing is public or scheduled on these days." in page


def test_many_posts_cost_no_more_queries_than_few(ceo, at_desk, django_assert_num_queries):
    client = at_desk(ceo)
    plan(ceo, "Post", NOW + timedelta(hours=1))
    with CaptureQueriesContext(connection) as few:
        page_of(client)
    for number in range(12):
        plan(ceo, f"Post-{number}", NOW + timedelta(hours=number + 1))
    with django_assert_num_queries(len(few)):
        page_of(client)


def test_who_may_not_see_posts_may_not_see_it(at_desk, db):
    client = at_desk(make_user("Pia Plain"))
    assert client.get(reverse("admin:blog_post_coming")).status_code == 403


@pytest.mark.django_db
@given(year=st.integers(1990, 2199), month=st.integers(1, 12), zone=ZONES)
def test_any_month_is_whole_weeks_with_each_day_once(year, month, zone):
    where = ZoneInfo(zone)
    first = first_of(f"{year}-{month:02}", where)
    made = month_of(first, where)
    days = [day for week in made.weeks for day in week]
    inside = [day.date for day in days if day.is_inside]
    assert first == inside[0] == date(year, month, 1)
    assert inside == [first + timedelta(days=number) for number in range(len(inside))]
    assert (inside[-1] + timedelta(days=1)).day == 1
    assert all(len(week) == 7 and week[0].date.weekday() == 0 for week in made.weeks)
    assert f"{inside[-1] + timedelta(days=1):%Y-%m}" == made.after
    assert f"{first - timedelta(days=1):%Y-%m}" == made.before
    assert sum(day.is_today for day in days) == (
        timezone.localdate(timezone=where) in [d.date for d in days]
    )
