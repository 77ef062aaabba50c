"""A row put in by a prepared statement is the row that Django would have saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from blog.models import Author, Outbox
from ledger.inserting import insert

pytestmark = pytest.mark.django_db

LINKS = [{"label": "Ünser “%s” work", "url": "https://example.org/?a=%25"}]


def author(slug: str, **more: Any) -> Author:
    """A byline that is not saved yet."""
    return Author(**{"name": "Dana Whitfield", "slug": slug, "profile_links": LINKS, **more})


def test_row_is_what_save_makes(django_assert_num_queries: Any) -> None:
    saved, inserted = author("saved"), author("inserted")
    saved.save()
    with django_assert_num_queries(1):
        insert(inserted)
    found = Author.objects.get(slug="inserted")
    assert found == inserted
    left_out = ["id", "slug"]
    assert model_to_dict(found, exclude=left_out) == model_to_dict(
        Author.objects.get(slug="saved"), exclude=left_out
    )


def test_moments_and_defaults_come_back_as_they_were() -> None:
    row = Outbox(to="mara@example.org", digest="d", due_at=timezone.now())
    insert(row)
    found = Outbox.objects.get()
    assert (found.due_at, found.key, found.headers) == (row.due_at, row.key, row.headers)


def test_inserted_row_is_changed_by_the_next_save() -> None:
    row = author("dana")
    insert(row)
    row.name = "Dana W."
    row.save()
    assert Author.objects.get().name == "Dana W."


def test_given_key_is_kept() -> None:
    insert(author("dana", pk=4711))
    assert Author.objects.get().pk == 4711


def test_same_row_twice_is_refused() -> None:
    insert(author("dana"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(author("dana"))
    assert Author.objects.count() == 1
