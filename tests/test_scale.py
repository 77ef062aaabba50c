"""A page of a large site makes as many queries as a page of a small one."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import archive
from blog.models import Post

pytestmark = pytest.mark.django_db

FEW, MANY = 60, 600


def queries(client: Client, path: str) -> int:
    """How many queries a page makes, which must answer."""
    with CaptureQueriesContext(connection) as made:
        assert client.get(path).status_code == 200, path
    return len(made)


def grow(posts: int) -> None:
    """Make a site of so many posts beside what is there."""
    call_command("generate", posts=posts, comments=posts * 2, seed=posts, stdout=io.StringIO())


def paths() -> dict[str, str]:
    """One address of each kind; of the posts the one with most comments, of the years the fullest."""
    public = Post.objects.published().posts()
    topic = public.filter(topics__isnull=False).newest_first()[0].topics.all()[0]
    author = public.newest_first()[0].live_version.author  # type: ignore[union-attr]
    year = max(archive.counts_by_year().items(), key=lambda pair: pair[1])[0]
    talked_about = max(public, key=lambda post: post.comments.visible().count())
    return {
        "index": "/",
        "second page": "/page/2/",
        "topic": topic.get_absolute_url(),
        "archive": "/archive/",
        "year": f"/archive/{year}/",
        "author": author.get_absolute_url(),
        "search": "/search/?q=the",
        "post": talked_about.get_absolute_url(),
        "feed": "/feed.atom",
        "map": "/sitemap.xml",
    }


def test_pages_make_as_many_queries_with_ten_times_the_posts(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(archive, "MOST_AT_ONCE", 100)
    grow(FEW)
    few = {name: queries(client, path) for name, path in paths().items()}
    grow(MANY)
    assert {name: queries(client, path) for name, path in paths().items()} == few
    assert max(few.values()) <= 12
    assert Post.objects.published().count() == FEW + MANY


def lines(answer: Any) -> int:
    """How many posts a page of the archive names."""
    return int(answer.content.decode().count('class="archive__post"'))


def test_large_archive_shows_its_newest_years_and_leads_to_the_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    grow(FEW)
    counts = archive.counts_by_year()
    assert sum(counts.values()) == Post.objects.published().posts().count()
    monkeypatch.setattr(archive, "MOST_AT_ONCE", 12)
    answer = client.get("/archive/")
    shown = [group["year"] for group in answer.context["years"]]
    assert shown == list(counts)[: len(shown)]
    assert lines(answer) == sum(counts[year] for year in shown) <= 12
    assert list(answer.context["apart"]) == list(counts)[len(shown) :] != []
    for year in answer.context["apart"]:
        assert f'<li id="y{year}"><a href="/archive/{year}/">' in answer.content.decode()
        assert lines(client.get(f"/archive/{year}/")) == counts[year]


def test_newest_year_is_shown_whole_however_much_it_holds():
    assert archive.years_at_once({2026: 900, 2025: 1}) == [2026]
    assert archive.years_at_once({2026: 300, 2025: 200, 2024: 1, 2020: 0}) == [2026, 2025]
    assert archive.years_at_once({}) == []


@pytest.mark.parametrize("year", ["1999", "2999", "0000", "9999", "20261", "abcd", "٢٠٢٦"])
def test_year_without_posts_is_not_there(client, ceo, year):
    assert client.get(f"/archive/{year}/").status_code == 404


def test_pages_of_a_list_hold_every_post_once_and_in_order(client: Client):
    grow(FEW)
    listed: list[int] = []
    path = "/page/1/"
    while path:
        answer = client.get(path)
        lead = answer.context["lead"]
        listed += [post.pk for post in ([lead] if lead else []) + answer.context["posts"]]
        path = answer.context["older_url"]
    everything = Post.objects.published().posts().newest_first()
    assert listed == list(everything.values_list("pk", flat=True))
