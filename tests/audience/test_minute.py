"""The Monday minute: at most 200 words, every figure true and with the way to its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from audience.advice import suggestion
from audience.figures import Subject
from audience.letters import minute_letter
from audience.minute import MOST_WORDS, MondayMinute, minute_of
from audience.models import Minute
from audience.periods import Period, midnight
from audience.pieces import Piece, text_of
from blog.models import Outbox, Post, Site
from comments.models import Comment
from tests.audience.scene import MONDAY, WEEK, in_week, make_full_week, make_reads, say_at
from tests.cast import make_post
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db
PAGE = "/admin/audience/minute/"

READERS = """
    FROM comments_comment c JOIN blog_post p ON p.id = c.post_id
    WHERE p.state = 'published' AND c.visibility = 'public' AND c.kind = 'comment'
    AND c.author_id IS NULL AND c.badge = ''
"""
ASKS = """
    AND c.state = 'approved'
    AND (c.body LIKE '%%?' OR c.body LIKE '%%? %%' OR c.body LIKE '%%?' || chr(10) || '%%')
"""
ANSWERED = """
    EXISTS (SELECT 1 FROM comments_comment r WHERE r.parent_id = c.id AND r.state = 'approved'
            AND r.visibility = 'public' AND (r.author_id IS NOT NULL OR r.badge <> ''))
"""


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The Monday after."""
    with time_machine.travel(MONDAY, tick=False) as moving:
        yield moving


@pytest.fixture
def full(ceo: User, moderator: User) -> MondayMinute:
    """The minute about the fullest week."""
    make_full_week(ceo, moderator)
    return minute_of(WEEK, Site.current().zone)


@pytest.fixture
def browser(ceo: User) -> Client:
    """The chief executive's."""
    client = Client()
    client.force_login(ceo)
    return client


def sql(query: str, *values: Any) -> int:
    """Ask the database itself."""
    if connection.vendor == "sqlite":
        query = query.replace("chr(10)", "char(10)")
    values = tuple(_stored(value) for value in values)
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0] or 0)


def _stored(value: Any) -> Any:
    """Return a moment as this database keeps it."""
    is_moment = isinstance(value, datetime)
    return connection.ops.adapt_datetimefield_value(value) if is_moment else value


def counted(piece: Piece) -> int:
    """Return what plain SQL counts for the rows that a figure leads to."""
    address = urlsplit(piece.path)
    said = {name: values[0] for name, values in parse_qs(address.query).items()}
    if "tab" in said:
        return sql(
            "SELECT COUNT(*) FROM comments_comment WHERE state='pending' AND visibility='public'"
        )
    if said.get("only") == "waiting":
        since = MONDAY - timedelta(days=90)
        return sql(
            f"SELECT COUNT(*) {READERS} {ASKS} AND c.created_at >= %s AND NOT {ANSWERED}", since
        )
    first = date.fromisoformat(said["from"])
    days = first, first + timedelta(days=int(said["days"]))
    moments = [midnight(day, Site.current().zone) for day in days]
    inside = "AND c.created_at >= %s AND c.created_at < %s"
    if address.path.endswith("/questions/"):
        only = f"AND {ANSWERED}" if said.get("only") else ""
        return sql(f"SELECT COUNT(*) {READERS} {ASKS} {inside} {only}", *moments)
    if address.fragment == "comments":
        return sql(f"SELECT COUNT(*) {READERS} {inside} AND c.state = 'approved'", *moments)
    reads = "SELECT SUM(r.count) FROM audience_reads r JOIN blog_post p ON p.id = r.post_id"
    reads += " WHERE r.day >= %s AND r.day < %s"
    if "/post/" in address.path:
        return sql(f"{reads} AND p.slug = %s", *days, address.path.split("/")[-2])
    return sql(reads, *days)


def shown(client: Client, piece: Piece) -> int:
    """Return what the page says to which a figure leads."""
    answer = client.get(piece.path.partition("#")[0])
    assert answer.status_code == 200
    context = answer.context
    if "only" in context:
        listed = re.search(r'<ol class="asked">.*?</ol>', answer.content.decode(), re.DOTALL)
        assert (listed[0].count("<li>") if listed else 0) == context["count"]
        return int(context["count"])
    if "cl" in context:
        return int(context["cl"].result_count)
    return int(context["comments" if piece.path.endswith("#comments") else "reads"].total)


def words_in(page: bytes) -> list[str]:
    """Return the words of the minute on its page."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    article = root.find(".//article")
    return " ".join(article.itertext()).split()


def test_fullest_week_has_at_most_200_words_on_its_page_and_in_its_mail(full, browser, ceo):
    page = browser.get(PAGE)
    said = words_in(page.content)
    assert 100 < len(said) <= MOST_WORDS
    row = Outbox(to=ceo.email, digest=f"audience.minute:{Minute.objects.create(week=WEEK).pk}")
    letter = minute_letter(row)
    assert letter is not None
    assert 100 < len(letter.text.split()) <= MOST_WORDS
    mail = html5lib.parse(letter.html, namespaceHTMLElements=False)
    assert len(" ".join(mail.find("body").itertext()).split()) <= MOST_WORDS


def test_every_figure_equals_a_count_in_sql_and_its_page_shows_it(full, browser):
    figures = [piece for piece in full.figures if not piece.path.endswith("#sources")]
    assert len(figures) == 9
    for piece in figures:
        assert piece.figure == counted(piece) == shown(browser, piece), piece
    assert len({piece.figure for piece in figures}) == 9


def test_figures_of_sources_equal_a_count_in_sql_and_stand_on_their_page(full, browser):
    (part,) = [part for part in full.parts if part.title == "Where from"]
    query = """SELECT SUM(count) FROM audience_reads WHERE day >= %s AND day < %s
               GROUP BY source ORDER BY 1 DESC LIMIT 1 OFFSET %s"""
    for place, (name, piece) in enumerate(part.lines):
        answer = browser.get(piece.path.partition("#")[0])
        shares = [share for share, _ in answer.context["sources"]]
        assert piece.figure == sql(query, WEEK, WEEK + timedelta(days=7), place)
        assert piece.figure == shares[place].count
        assert shares[place].name.startswith(name.text.rstrip(" …"))
        assert 'id="sources"' in answer.content.decode()
    assert len(part.lines) == 3


def test_what_readers_ask_is_the_question_and_no_more(full):
    (part,) = [part for part in full.parts if part.title == "What readers ask"]
    said = [text_of(line) for line in part.lines]
    assert said[0] == "13 comments, 8 questions, 3 answered."
    assert said[1] == "A B C…: “Whether you will ever tell the people who live right below the…”"
    assert not any("Ines" in line for line in said), "nobody has approved her words"


def test_no_address_and_no_host_of_one_day_is_in_a_mail(ceo, moderator):
    post = make_post(ceo, slug="floor")
    Post.objects.update(published_at=in_week(-3))
    lure = "Your session has ended. Sign in again at https://evil.example/login now ？"
    say_at(make_public(post, moderator, name="Eve", body=lure), in_week(1))
    make_reads(post, WEEK, 500, "locked.example")
    make_reads(post, WEEK, 20, "news.example")
    make_reads(post, WEEK + timedelta(days=1), 1, "news.example")
    said = [text_of(line) for line in minute_of(WEEK, Site.current().zone).lines]
    assert "Eve: “Sign in again at … now ？”" in said
    assert not any("evil" in line or "locked" in line for line in said)
    assert "news.example 21 reads" in said


def test_empty_week_says_so_warmly(browser, post_alone):
    page = browser.get(PAGE).content.decode()
    assert "A quiet week: nobody came by, and nobody wrote." in page
    assert "0 reads" not in page
    assert "Nothing presses. Thank somebody who wrote to you." in page


@pytest.fixture
def post_alone(ceo: User) -> Post:
    """A post that is ten days old, and nothing else."""
    post = make_post(ceo, title="Floor", slug="floor")
    Post.objects.update(published_at=MONDAY - timedelta(days=10))
    return post


@pytest.mark.parametrize("week", ["nonsense", "9999-99-99", "2050-01-01", "0001-01-01", "", "²"])
def test_week_that_is_none_or_not_over_is_the_last_one(browser, post_alone, week):
    answer = browser.get(PAGE, {"week": week})
    assert answer.status_code == 200
    assert answer.context["minute"].period == Period(WEEK)


def test_earlier_weeks_can_be_read(browser, post_alone):
    make_reads(post_alone, WEEK - timedelta(days=9), 3)
    page = browser.get(PAGE, {"week": "2030-04-28"}).content.decode()
    assert "The week from 22 April to 28 April 2030" in page
    assert "3 reads" in page
    assert "?week=2030-04-29" in page


def advised(zone_week: date = WEEK) -> str:
    return text_of(suggestion(Subject(Period(zone_week), Site.current().zone)))


def test_advice_is_the_first_rule_that_applies(ceo, moderator, clock):
    assert advised() == "Publish a first post: a few honest lines are enough."
    post = make_post(ceo, title="Floor", slug="floor")
    Post.objects.update(published_at=MONDAY - timedelta(days=10))
    assert advised().startswith("Nothing presses.")
    make_reads(post, WEEK, 4, "news.example")
    assert advised().startswith("Nothing presses.")
    other = make_post(ceo, title="Wall", slug="wall")
    for number, each in enumerate((post, other, make_post(ceo, title="Dam", slug="dam"))):
        make_reads(each, WEEK + timedelta(days=1), 6 + number, "news.example")
    assert advised() == "See what news.example says of you: it sends many readers."
    make_reads(other, WEEK, 60)
    assert advised() == "Tell how “Wall” went on: it drew most readers."
    for number in range(3):
        say_at(make_public(post, moderator, body=f"How high is {number}?"), in_week(6, 20))
    assert advised() == "3 questions came under “Floor”. A short post could answer them all."
    Post.objects.update(published_at=MONDAY - timedelta(days=25))
    assert advised() == "Write a few lines: your last post is 25 days old."
    for number in range(5):
        make_comment(other, body=f"I see, number {number}.")
    assert advised() == "Have a look at the 5 comments that wait for a decision."
    say_at(make_public(other, moderator, name="Ines", body="And now?"), in_week(3, 6))
    assert advised() == "Answer Ines: that question has waited longest, 4 days."


def test_words_of_strangers_are_only_words(browser, post_alone, moderator):
    make_reads(post_alone, WEEK, 3, "news.example")
    said = {"name": "<b>Mara</b>", "body": "<script>alert(1)</script> Why?"}
    say_at(make_public(post_alone, moderator, **said), in_week(2))
    page = browser.get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Why?" in page
    assert not Comment.objects.filter(body="").exists()


def test_minute_costs_a_bounded_number_of_queries(full, browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        browser.get(PAGE)
