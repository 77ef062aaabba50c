"""Odd values at every list and row of the newsroom, and naughty strings at its doors and its desk.

tests/blog/test_admin_hostile.py does the same for the editor of posts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client, RequestFactory

from blog.admin.people import AuthorForm
from blog.admin.site import SiteForm
from blog.models import Author, Post, Site
from blog.refusal import Refused
from comments import moderation
from comments.models import Comment
from config.admin import InviteForm
from config.passwords import ResetForm
from config.signin import SignInForm
from ledger.models import Entry
from tests.cast import make_post, make_user
from tests.comments.conftest import make_comment
from tests.shared import naughty
from tests.surface import routes

pytestmark = pytest.mark.django_db


# Numbers no column holds, digits that are none, NUL, half a character, names of fields, quotes.
ODD = [
    *(
        "",
        "0",
        "-1",
        "9" * 19,
        "9" * 5000,
        "1e9",
        "٣",
        "\0",
        "a\0b",
        "\ufffd",
        "%",
        "'",
        "a" * 5000,
    ),
    *("None", "2001-99-99", "0000-00-00", "__class__"),
]
LOOKUPS = ("", "__exact", "__gte", "__lt", "__in", "__isnull", "__contains", "__year", "__regex")
# What every list of Django's admin reads from its address, and the tabs of the desk.
PARAMETERS = (
    "q",
    "p",
    "o",
    "e",
    "all",
    "tab",
    "_facets",
    "_popup",
    "_to_field",
    "_changelist_filters",
)


@pytest.fixture(scope="module")
def strings() -> list[str]:
    """The strings as a form brings them: without lone surrogates."""
    return [text.encode("utf-8", "replace").decode() for text in naughty()]


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post."""
    return make_post(ceo, title="Floor", slug="floor")


@pytest.fixture
def root(post: Post) -> Iterator[Client]:
    """The browser of an administrator, to whom a broken page is a status."""
    make_comment(post)
    client = Client(raise_request_exception=False)
    client.force_login(make_user("Root Root", is_superuser=True))
    logging.disable(logging.CRITICAL)
    yield client
    logging.disable(logging.NOTSET)


def status(root: Client, method: str, address: str, fields: dict[str, str] | None = None) -> int:
    """The answer to one request, after which everything is as it was."""
    with transaction.atomic():
        code: int = getattr(root, method)(address, fields or {}).status_code
        transaction.set_rollback(True)
    return code


def lists() -> list[str]:
    """The address of every list."""
    return [route.pattern for route in routes() if route.name.endswith("_changelist")]


def filters(address: str) -> list[str]:
    """The names of the columns that a list can be filtered by."""
    _, _, app, model, _ = address.split("/")
    (found,) = (
        a for m, a in admin.site._registry.items() if m._meta.label_lower == f"{app}.{model}"
    )
    return [name for name in found.list_filter if isinstance(name, str)] + ["id", "pk"]


@pytest.mark.parametrize("address", lists())
def test_list_answers_any_address_line(root, address):
    for value in ODD:
        for name in PARAMETERS:
            assert status(root, "get", address, {name: value}) in {200, 302, 400}, (name, value)


@pytest.mark.parametrize("address", lists())
def test_list_answers_any_filter(root, address):
    """Each value at each column, with two of the lookups in turn, so that each pair of any two is met."""
    for number, value in enumerate(ODD):
        for place, name in enumerate(filters(address)):
            for lookup in (LOOKUPS[(number + place) % len(LOOKUPS)], ""):
                query = {name + lookup: value}
                assert status(root, "get", address, query) in {200, 302, 400}, query


@pytest.mark.parametrize("address", lists())
def test_list_answers_any_action(root, address):
    before = Entry.objects.count()
    for value in ODD:
        for action in (value, "approve", "disable", "publish_all", "delete_selected"):
            fields = {
                "action": action,
                "_selected_action": value,
                "select_across": value,
                "index": "0",
            }
            assert status(root, "post", address, fields) < 500, (action, value)
    assert Entry.objects.count() == before


def test_row_that_cannot_be_is_not_found(root):
    staff = [route for route in routes() if route.is_staff and route.arguments]
    for value in ("9" * 19, "9" * 30, "9" * 5000, "-1", "x", "a\0b", "_5F", "__", "%", "٣"):
        for route in staff:
            for path in route.paths({name: [value] for name in route.arguments}):
                quoted = path.replace("%", "%25").replace("\0", "%00")
                assert status(root, "get", quoted) in {200, 302, 403, 404, 405}, quoted[:80]
                assert status(root, "post", quoted) < 500, quoted[:80]


@pytest.mark.parametrize("value", ODD)
def test_desk_answers_any_decision(root, value):
    comment = Comment.objects.get()
    path = f"/admin/comments/comment/{comment.pk}"
    names = ("verb", "query", "text", f"seen-{comment.pk}", f"reason-{comment.pk}")
    fields = dict.fromkeys(names, value)
    for kept in ({}, {"verb": "reject"}, {"verb": "reject", f"seen-{comment.pk}": "1"}):
        for step in ("decide", "answer"):
            assert status(root, "post", f"{path}/{step}/", fields | kept) < 500, kept


def test_desk_keeps_any_answer_and_any_reason(strings, post, moderator, capsys):
    comment = make_comment(post)
    said = {"answered": 0, "refused": 0}
    for string in strings:
        with transaction.atomic():
            try:
                reply = moderation.answer(comment, string, by=moderator, seen=1)
                assert "\0" not in reply.body
                said["answered"] += 1
            except Refused:
                said["refused"] += 1
            transaction.set_rollback(True)
    with capsys.disabled():
        print(f"\n{len(strings)} naughty strings as answers of the newsroom: {said}")
    assert said["answered"] > len(strings) / 2


def test_doors_take_any_name_and_any_address(strings, ceo, settings):
    settings.THROTTLE = False
    request = RequestFactory().post("/admin/login/")
    for string in strings:
        assert not SignInForm(request, {"username": string, "password": string}).is_valid()
        reset = ResetForm({"email": string})
        if reset.is_valid():
            reset.save(request=request)
        invitation = {"name": string, "email": string, "roles": [string]}
        assert not InviteForm(invitation).is_valid()


def test_site_and_bylines_keep_or_refuse_any_words(strings, ceo):
    site, author = Site.current(), Author.objects.get()
    kept = 0
    for string in strings:
        plain = {
            "name": string,
            "tagline": string,
            "time_zone": "UTC",
            "comment_mode": "moderated",
            "trust_after": 1,
            "decide_within": 24,
        }
        form = SiteForm(plain | {"footer_text": string, "legal_line": string}, instance=site)
        byline = AuthorForm(
            {"name": string, "slug": "dana", "role": string, "bio": string}, instance=author
        )
        with transaction.atomic():
            for asked in (form, byline):
                if asked.is_valid():
                    asked.save()
                    kept += 1
            transaction.set_rollback(True)
    assert kept > len(strings) / 2
