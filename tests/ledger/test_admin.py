"""The record in the newsroom."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User

from ledger.admin import EntryAdmin
from ledger.models import Entry
from ledger.record import Actor, record


@pytest.fixture
def request_of_superuser(rf, db):
    """A request by somebody who may do anything else."""
    request = rf.get("/admin/ledger/entry/", {"q": "blog.post:12"})
    request.user = User.objects.create_superuser("root")
    return request


@pytest.fixture
def entry_admin():
    """The admin of the record."""
    return EntryAdmin(Entry, admin.site)


def test_the_list_shows_the_newest_first_and_finds_a_subject(entry_admin, request_of_superuser):
    wanted = [record(verb, "blog.post:12", by=Actor.system()) for verb in ("submit", "approve")]
    record("submit", "blog.post:13", by=Actor.system())
    listed = entry_admin.get_changelist_instance(request_of_superuser)
    assert list(listed.result_list) == wanted[::-1]


def test_a_superuser_reads_and_does_nothing_else(entry_admin, request_of_superuser):
    entry = record("submit", "blog.post:12", by=Actor.system())
    assert entry_admin.has_view_permission(request_of_superuser, entry)
    assert not entry_admin.has_add_permission(request_of_superuser)
    assert not entry_admin.has_change_permission(request_of_superuser, entry)
    assert not entry_admin.has_delete_permission(request_of_superuser, entry)
    assert entry_admin.get_actions(request_of_superuser) == {}
