"""The page with the numbers: what it shows, for which days, and that it shows nothing that is not public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from audience.charts import chart
from audience.periods import Period
from blog import workflow
from blog.models import Post
from tests.audience.scene import MONDAY, WEEK, make_full_week, make_reads
from tests.cast import make_draft, make_post

pytestmark = pytest.mark.django_db
PAGE = "/admin/audience/reads/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The Monday after."""
    with time_machine.travel(MONDAY, tick=False) as moving:
        yield moving


@pytest.fixture
def browser(moderator: User) -> Client:
    """A moderator's, who sees no posts in the newsroom."""
    client = Client()
    client.force_login(moderator)
    return client


def test_page_draws_a_week(browser, ceo, moderator):
    make_full_week(ceo, moderator)
    answer = browser.get(PAGE, {"days": "7", "from": WEEK.isoformat()})
    page = answer.content.decode()
    assert answer.context["reads"].total == 15 * 1000 * 5 + 5 * 10 + 25 * 7 + 900
    assert re.search(r"<dt>Reads</dt><dd>76,125 <small>before: 360</small>", page)
    assert page.count('<svg class="chart__bars"') == 3
    assert page.count('class="chart__legend"') == 1
    assert "news.example" in page
    assert "Texts that are not public now" in page
    assert "Gone" not in page
    assert "6 May 2030 to 12 May 2030" in page
    assert "style=" not in page


@pytest.mark.parametrize(("days", "bars"), [(7, 7), (30, 30), (365, 53)])
def test_days_up_to_today_are_drawn(browser, post, days, bars):
    make_reads(post, MONDAY.date(), 3)
    make_reads(post, MONDAY.date() - timedelta(days=days - 1), 4)
    make_reads(post, MONDAY.date() - timedelta(days=days), 100)
    answer = browser.get(PAGE, {"days": days})
    assert len(answer.context["reads"].bars) == bars
    assert answer.context["reads"].total == 7
    assert answer.context["reads_before"] == 100


@pytest.mark.parametrize(
    "said",
    [
        {"days": "0"},
        {"days": "-7"},
        {"days": "9" * 30},
        {"days": "7\0"},
        {"from": "0001-01-01"},
        {"from": "9999-12-31"},
        {"from": "\0"},
        {"from": "2030-02-30"},
    ],
)
@pytest.mark.parametrize("path", ["", "questions/", "post/floor/"])
def test_days_that_are_none_are_the_last_thirty(browser, post, path, said):
    answer = browser.get(f"{PAGE}{path}", said)
    assert answer.status_code == 200
    assert answer.context["period"] == Period(date(2030, 4, 14), 30)


def test_numbers_of_one_post_are_its_own(browser, ceo, post):
    other = make_post(ceo, title="Wall", slug="wall")
    make_reads(post, WEEK, 3, "news.example")
    make_reads(other, WEEK, 40)
    answer = browser.get(f"{PAGE}post/floor/")
    assert answer.context["reads"].total == 3
    page = answer.content.decode()
    assert "Why we raised the floor" in page
    assert "Wall" not in page


@pytest.mark.parametrize("slug", ["dam", "gone", "nothing", "x" * 300])
def test_text_that_is_not_public_has_no_numbers_page(browser, ceo, slug):
    make_draft(ceo, title="zqsecret", slug="dam")
    gone = make_post(ceo, title="zqsecret", slug="gone")
    make_reads(gone, WEEK, 3)
    workflow.retract(gone, by=ceo, notice="We were wrong.")
    assert browser.get(f"{PAGE}post/{slug}/").status_code == 404
    assert "zqsecret" not in browser.get(PAGE).content.decode()


def test_empty_page_says_so(browser, ceo):
    page = browser.get(PAGE).content.decode()
    assert "Nobody was counted in these days." in page
    assert "Nobody asked in these days." in page


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_numbers_are_not_changed_by_hand(browser, post, method):
    make_reads(post, WEEK, 3)
    assert getattr(browser, method)(PAGE).status_code in {200, 405}
    assert browser.get(f"{PAGE}add/").status_code == 404


def test_many_posts_cost_no_more_queries(browser, ceo, django_assert_max_num_queries):
    for number in range(8):
        make_reads(make_post(ceo, title=f"T{number}", slug=f"p{number}"), WEEK, number + 1)
    with django_assert_max_num_queries(22):
        browser.get(PAGE)


def test_many_sources_are_summed_in_a_last_line(browser, post):
    for number in range(60):
        make_reads(post, WEEK, 100 - number, f"{number}.example.org")
    shares = [share for share, _ in browser.get(PAGE).context["sources"]]
    assert (len(shares), shares[-1].name) == (51, "All others")
    assert sum(share.count for share in shares) == sum(100 - n for n in range(60))


def test_bars_are_whole_and_never_vanish():
    drawn = chart(Period(WEEK), {WEEK: 1000, WEEK + timedelta(days=2): 1})
    assert [bar.height for bar in drawn.bars] == [100, 0, 1, 0, 0, 0, 0]
    assert [bar.y for bar in drawn.bars[:3]] == [0, 100, 99]
    assert chart(Period(WEEK), {}).top == 0


def test_weeks_of_a_year_hold_every_day_once():
    period = Period(date(2029, 5, 14), 365)
    drawn = chart(period, dict.fromkeys(period, 2), dict.fromkeys(period, 1))
    assert (drawn.total, drawn.part_total) == (730, 365)
    assert [bar.value for bar in drawn.bars] == [2, *[14] * 52]
    assert drawn.bars[-1].last == period.last
    assert drawn.is_by_week
    assert not chart(Period(WEEK, 30), {}).is_by_week


def test_post_model_is_untouched_by_numbers(browser, post):
    before = Post.objects.values().get()
    browser.get(f"{PAGE}post/floor/")
    assert Post.objects.values().get() == before
