"""What the site knows when a comment arrives is read of the right comments, and by few queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post
from comments import taught
from comments.echoes import ECHO_DAYS
from comments.facts import history_of
from comments.models import Comment
from comments.moderation import mark_spam
from comments.spam import Company, Counts
from tests.comments.conftest import make_comment

pytestmark = pytest.mark.django_db


def earlier(post: Post, name: str, url: str, **said: Any) -> Comment:
    """A comment that came before, under its own words."""
    return make_comment(post, name=name, url=url, body=f"Said by {name} of {url}.", **said)


def test_company_is_counted(post: Post) -> None:
    for name, url in [
        ("Ann", "https://radios.example/best"),
        ("Ann", "https://radios.example"),
        ("Bo", "https://www.radios.example?ref=1"),
        ("Mara Quist", "https://stamps.example"),
        ("Mara Quist", "https://coins.example"),
        ("Cy", "https://other.example"),
    ]:
        earlier(post, name, url)
    mine = earlier(post, "Mara Quist", "http://RADIOS.example:8080/")
    # What the filter alone calls spam would not count, and so much alike it may.
    Comment.objects.update(state="pending")
    assert history_of(mine).company == Company(names_of_host=2, links_of_name=2, names_of_network=3)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.co.uk/",
        "https://example.coffee/x",
        "https://other.example//example.co/",
        "https://not-example.co/",
    ],
)
def test_host_that_only_looks_alike_is_another(post: Post, moderator: User, url: str) -> None:
    mark_spam(earlier(post, "Ann", url), by=moderator, seen=1)
    found = history_of(make_comment(post, name="Olu", url="https://example.co/"))
    assert (found.host, found.company.names_of_host) == (Counts(), 0)


@pytest.mark.parametrize("end", ["", "/", "/x", ":8080/", "?a=b", "#top"])
@pytest.mark.parametrize("begin", ["https://", "http://www.", "HTTP://WWW."])
def test_host_is_the_same_however_its_address_goes_on(
    post: Post, moderator: User, begin: str, end: str
) -> None:
    mark_spam(earlier(post, "Ann", f"{begin}Example.co{end}"), by=moderator, seen=1)
    found = history_of(make_comment(post, name="Olu", url="https://www.example.co/y"))
    assert (found.host, found.company.names_of_host) == (Counts(spam=1), 1)


def test_what_is_long_ago_is_no_company(post: Post) -> None:
    earlier(post, "Ann", "https://radios.example")
    old = timezone.now() - timedelta(days=ECHO_DAYS, minutes=1)
    Comment.objects.update(created_at=old)
    mine = make_comment(post, name="Olu", url="https://radios.example")
    assert history_of(mine).company == Company()


def test_all_is_known_after_eight_queries(post: Post, django_assert_num_queries: Any) -> None:
    earlier(post, "Ann", "https://radios.example")
    mine = make_comment(post, name="Olu", url="https://radios.example", email="olu@example.org")
    taught.weights()
    with django_assert_num_queries(8):
        history_of(mine)


def test_who_differs_is_counted_among_the_recent_alone(post: Post) -> None:
    mine = make_comment(post, name="Olu", url="https://radios.example")
    with CaptureQueriesContext(connection) as asked:
        history_of(mine)
    (counted,) = [one["sql"] for one in asked if "DISTINCT" in one["sql"]]
    assert '"created_at" >=' in counted.partition("WHERE")[2].rpartition("WHERE")[2]


@pytest.mark.parametrize("kind", ["name", "network"])
def test_what_was_decided_about_a_name_or_network_is_found_by_an_index(
    post: Post, moderator: User, kind: str
) -> None:
    said = make_comment(post, name="Olu")
    mark_spam(said, by=moderator, seen=1)
    probe = Comment(post=post, body="What next?", name="Olu", network=said.network)
    with CaptureQueriesContext(connection) as asked:
        found = history_of(probe)
    assert getattr(found, kind) == Counts(spam=1)
    (counted,) = [
        one["sql"]
        for one in asked
        if f'"{kind}" AS "{kind}"' in one["sql"] and "FILTER" in one["sql"]
    ]
    # With so few rows, PostgreSQL takes one of the two indexes to be as good as the other.
    which = f"{kind}s" if connection.vendor == "sqlite" else ""
    assert f"comment_decided_{which}" in plan_of(counted)


def test_what_was_decided_elsewhere_is_not_counted(post: Post, moderator: User) -> None:
    mark_spam(make_comment(post, name="Ann"), by=moderator, seen=1)
    found = history_of(Comment(post=post, body="What next?", name="Olu", network=""))
    assert (found.name, found.network) == (Counts(), Counts())


def plan_of(sql: str) -> str:
    """How the database means to answer; PostgreSQL with few rows as if it had many."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{how} {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())
