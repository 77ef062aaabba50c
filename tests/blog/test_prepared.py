"""Prepared queries: the rows of the queryset they were made of, whatever the values."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from blog.models import Author, Post
from blog.prepared import Prepared
from tests.cast import make_post

pytestmark = pytest.mark.django_db

by_slug: Prepared[Post] = Prepared(
    lambda slug, now: (
        Post.objects.published(now)
        .filter(slug=slug)
        .select_related("live_version__author__user", "series", "live_rendering")
        .defer("live_version__body")
    ),
    slug=str,
    now=datetime,
)


def test_row_is_that_of_the_queryset_with_what_is_read_along(ceo, django_assert_num_queries):
    made = make_post(ceo, slug="floor")
    with django_assert_num_queries(1):
        found = by_slug.first(slug="floor", now=timezone.now())
        assert found is not None and found.live_version is not None
        assert found.live_version.author.user == ceo
        assert found.live_version.brief == []
        assert found.series is None
    assert found == made
    assert found.published_at == made.published_at
    assert found.live_version.get_deferred_fields() == {"body"}


def test_each_question_has_its_own_values(ceo):
    for slug in ("floor", "river"):
        make_post(ceo, slug=slug)
    now = timezone.now()
    assert [by_slug(slug=slug, now=now)[0].slug for slug in ("river", "floor")] == [
        "river",
        "floor",
    ]
    assert by_slug(slug="floor", now=now - timedelta(days=1)) == []
    assert by_slug.first(slug="' OR 1=1 --%s", now=now) is None


def test_tuples_and_annotations_come_as_they_are(ceo):
    make_post(ceo, slug="floor")
    names: Prepared[tuple[str, int]] = Prepared(
        lambda least: Author.objects.filter(pk__gte=least).values_list("name", "pk"), least=int
    )
    author = Author.objects.get()
    assert names(least=author.pk) == [("Dana Whitfield", author.pk)]
    assert names(least=author.pk + 1) == []


def test_value_that_reaches_no_query_is_refused():
    forgetful: Prepared[Author] = Prepared(lambda name: Author.objects.all(), name=str)
    with pytest.raises(ValueError, match="No place for name"):
        forgetful(name="Dana")
