"""What was signed, as auditors read it; nobody changes it here."""

from __future__ import annotations

import pytest
from django.apps import apps

from tests.cast import make_post, make_user
from tests.imports import adopt, make_import

SEALED = ("version", "rendering", "review", "approval", "adoption")


def signed_row(ceo, name: str) -> int:
    """The key of one row of that name, behind a signed post, or a signed import."""
    if name == "adoption":
        adopt(make_import("river")[0], ceo)
    else:
        make_post(ceo)
    row: int = apps.get_model("blog", name).objects.get().pk
    return row


@pytest.mark.parametrize("name", SEALED)
def test_auditor_reads_and_is_told_how_to_prove_it(ceo, auditor, at_desk, name):
    row = signed_row(ceo, name)
    browser = at_desk(auditor)
    page = browser.get(f"/admin/blog/{name}/").content.decode()
    assert "manage.py verify_ledger" in page
    assert browser.get(f"/admin/blog/{name}/{row}/change/").status_code == 200
    assert f'href="/admin/blog/{name}/"' in browser.get("/admin/").content.decode()


@pytest.mark.parametrize("name", SEALED)
def test_superuser_changes_nothing(ceo, at_desk, name):
    row = signed_row(ceo, name)
    browser = at_desk(make_user("Root", is_superuser=True))
    assert browser.get(f"/admin/blog/{name}/add/").status_code == 403
    assert browser.post(f"/admin/blog/{name}/{row}/change/", {"title": "x"}).status_code == 403
    assert browser.post(f"/admin/blog/{name}/{row}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", SEALED)
def test_menus_of_others_do_not_name_them(ceo, at_desk, name):
    assert f'href="/admin/blog/{name}/"' not in at_desk(ceo).get("/admin/").content.decode()


@pytest.mark.parametrize("name", SEALED)
def test_moderator_reads_none_of_it(ceo, moderator, at_desk, name):
    make_post(ceo)
    assert at_desk(moderator).get(f"/admin/blog/{name}/").status_code == 403
