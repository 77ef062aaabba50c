"""What is changed in the newsroom is in the record, which is written last and is the only log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import roles
from blog.admin import recorded
from blog.models import Author, Series, Topic
from config import accounts
from ledger.models import Entry
from ledger.record import record
from tests.config.conftest import make_user

SITE = "/admin/blog/site/1/change/"
SITE_FORM = {
    "name": "Renamed",
    "time_zone": "Europe/Berlin",
    "comment_mode": "moderated",
    "trust_after": 1,
    "decide_within": 24,
}
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def root(ceo: User) -> User:
    """The administrator of a site that has a chief executive."""
    return User.objects.get(username="root")


@pytest.fixture
def newsroom(root: User) -> Client:
    """The administrator's browser."""
    client = Client()
    client.force_login(root)
    return client


def forms(sam: User) -> dict[str, tuple[str, dict[str, Any]]]:
    """By the verb in the record: an address of the newsroom and what to post to it."""
    subjects = {"name": "Floods", "slug": "floods"}
    topic, series = (model.objects.create(name="Old", slug="old") for model in (Topic, Series))
    byline = Author.objects.create(name="Vera Vice", slug="vera-vice")
    account = {
        "first_name": "Samuel",
        "email": sam.email,
        "roles": [roles.CEO],
        "seen": accounts.fingerprint(sam),
    }
    return {
        "change_site": (SITE, SITE_FORM),
        "change_topic": (f"/admin/blog/topic/{topic.pk}/change/", subjects),
        "change_series": ("/admin/blog/series/add/", subjects),
        "change_author": (
            f"/admin/blog/author/{byline.pk}/change/",
            {"name": "Vera V.", "slug": "vera-v", "user": sam.pk},
        ),
        "change_account": (f"/admin/auth/user/{sam.pk}/change/", account),
        "delete_series": (f"/admin/blog/series/{series.pk}/delete/", {"post": "yes"}),
        "delete_topic": (
            "/admin/blog/topic/",
            {"action": "delete_selected", "_selected_action": [topic.pk], "post": "yes"},
        ),
    }


@pytest.mark.parametrize(
    "verb",
    [
        *("change_site", "change_topic", "change_series", "change_author", "change_account"),
        *("delete_series", "delete_topic"),
    ],
)
def test_record_is_written_last_and_is_the_only_log(newsroom: Client, verb: str) -> None:
    path, data = forms(make_user("sam", roles.WRITER))[verb]

    with CaptureQueriesContext(connection) as queries:
        assert newsroom.post(path, data).status_code == 302

    written = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
    assert 'INSERT INTO "ledger_entry"' in written[-1]
    assert Entry.objects.latest("sequence").verb == verb
    assert not LogEntry.objects.exists()


def test_history_of_a_row_is_what_the_record_says(newsroom: Client) -> None:
    assert "The record says nothing about it yet." in page(newsroom, "/admin/blog/site/1/history/")
    newsroom.post(SITE, SITE_FORM | {"tagline": "Words"})
    history = page(newsroom, "/admin/blog/site/1/history/")
    assert "<td>change_site</td>" in history
    assert "name, tagline, time_zone" in history
    assert "<td>Root</td>" in history


def test_history_of_an_account_names_what_changed(newsroom: Client) -> None:
    sam = make_user("sam", roles.WRITER)
    path, data = forms(sam)["change_account"]
    newsroom.post(path, data)
    assert "<td>name, roles</td>" in page(newsroom, f"/admin/auth/user/{sam.pk}/history/")


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["change_site", "change_author"])
def test_form_and_account_changed_at_once_do_not_wait_for_each_other(
    newsroom: Client, root: User, run_together: Any, verb: str
) -> None:
    """The form holds the record and has not committed; the account is locked and wants the record."""
    path, data = forms(root)[verb]
    other, sam = make_user("other", is_superuser=True), make_user("sam", roles.WRITER)
    form_is_recorded, account_is_locked = threading.Event(), threading.Event()

    def record_form(*args: Any, **facts: Any) -> Entry:
        entry = record(*args, **facts)
        form_is_recorded.set()
        # SQLite lets nobody in meanwhile, so this must end by itself.
        account_is_locked.wait(1)
        return entry

    def record_account(*args: Any, **facts: Any) -> Entry:
        account_is_locked.set()
        return record(*args, **facts)

    def save() -> None:
        assert newsroom.post(path, data).status_code == 302

    def disable() -> None:
        assert form_is_recorded.wait(10)
        accounts.disable(sam, by=other)

    acts: list[Callable[[], None]] = [save, disable]
    with (
        mock.patch.object(recorded, "record", record_form),
        mock.patch.object(accounts, "record", record_account),
    ):
        run_together(2, lambda number: acts[number](), reraise=True)
    assert Entry.objects.filter(verb__in=[verb, "disable_account"]).count() == 2
