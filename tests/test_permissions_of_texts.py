"""Who may look at unpublished words: every view of a text × every role × every method.

`tests/test_permissions.py` opens each address with GET. Here are the views that answer only to a POST, or
only for a post in some state, or show other words by a number; and not a word may get out by any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog import workflow
from blog.models import Post, Unsaved
from tests.cast import edited, make_draft, make_post
from tests.surface import body_of
from tests.test_permissions import MAY_OPEN, ROLES, people, staff_routes

__all__ = ["people"]
pytestmark = pytest.mark.django_db

SECRET = "zqcanary"
EVERYBODY = ["-", "o", "s", *ROLES]
READS = "cwkar"
WRITES = "cwr"
TYPED = {"title": "Typed", "body": "zqtyped", "seen": "1", "draft_key": ""}


@dataclass(frozen=True)
class View:
    """A view of a text: the address behind that of the list, who may use it, and how.

    Attributes:
        may: whom it answers, by the letters of `ROLES`; all others are refused.
        which: the post that it is tried on.
        said: what is posted; without it the view is opened with GET.
        shows: a word on its page, which nobody else may see.
    """

    name: str
    path: str
    may: str
    which: str = "draft"
    said: Mapping[str, str] | None = None
    shows: str = SECRET


VIEWS = [
    View("preview", "{}/preview/", READS),
    View("preview", "{}/preview/2/", READS, which="live"),
    View("preview", "{}/preview/", READS, which="scheduled"),
    View("earlier", "{}/earlier/", READS),
    View("earlier", "{}/earlier/?old=1&new=2", READS, which="live"),
    View("history", "{}/history/", READS, which="live"),
    View("sign", "{}/sign/", READS, which="live"),
    View("change", "{}/change/", READS),
    View("changelist", "?q=title", READS),
    View("coming", "coming/", READS),
    View("notes", "{}/notes/", READS, which="live"),
    View("share", "{}/share/", READS, which="live", shows="LinkedIn"),
    View("take_back", "{}/take-back/", READS, which="scheduled"),
    View("retract", "{}/retract/", READS, which="live", shows="Floor"),
    # Opened with GET, it leads back to the post and undoes nothing.
    View("undo", "{}/undo/", READS),
    View("quiet", "quiet/", READS, shows="it is quiet"),
    View("blank", "{}/earlier/2/blank/", "ckr", which="live"),
    View("look", "{}/look/", WRITES, said=TYPED, shows="zqtyped"),
    View("look", "look/", WRITES, said=TYPED, shows="zqtyped"),
    View("keep", "{}/keep/", WRITES, said=TYPED, shows="kept"),
    View("keep", "keep/", WRITES, said=TYPED | {"draft_key": "0" * 32}, shows="kept"),
    View("add", "add/", WRITES, shows="Save draft"),
]
# Nobody deletes a post, whoever asks; the answer is a sentence on the page of the post. And the page on
# writing by mail shows an address, no text.
NO_VIEWS = {"delete", "by_mail"}


@pytest.fixture
def texts(ceo: User, people: dict[str, Client]) -> dict[str, Post]:
    """A draft, a schedule, and a public post with a newer text under review and a note; all secret."""
    said = {"title": f"{SECRET} title", "body": f"{SECRET} body"}
    live = make_post(ceo, title="Floor", slug="floor")
    workflow.save_version(live, edited(live, **said), by=ceo)
    workflow.submit(live, by=ceo)
    workflow.add_note(live, f"{SECRET} note", by=ceo)
    scheduled = make_draft(ceo, slug="dam", **said)
    workflow.approve(workflow.submit(scheduled, by=ceo), by=ceo)
    workflow.schedule(scheduled, by=ceo, at=timezone.now() + timedelta(hours=1))
    return {"draft": make_draft(ceo, slug="roof", **said), "scheduled": scheduled, "live": live}


def ask(client: Client, view: View, pk: int, method: str = "") -> Any:
    """Use a view, and follow where it leads inside of the newsroom."""
    address = f"/admin/blog/post/{view.path.format(pk)}"
    chosen = method or ("get" if view.said is None else "post")
    return getattr(client, chosen)(address, view.said, follow=True)


def is_let_in(answer: Any) -> bool:
    """Whether it is a page of the newsroom, and not the way in."""
    path = urlsplit(answer.redirect_chain[-1][0]).path if answer.redirect_chain else ""
    return answer.status_code == 200 and path != "/admin/login/"


def test_every_view_of_a_post_is_in_this_table():
    names = {route.name for route in staff_routes() if route.name.startswith("admin:blog_post_")}
    assert names == {f"admin:blog_post_{name}" for name in {view.name for view in VIEWS} | NO_VIEWS}


def test_table_says_the_same_as_the_table_of_all_pages():
    opened = {name: letters for letters, names in MAY_OPEN.items() for name in names.split()}
    for view in VIEWS:
        known = opened.get(f"admin:blog_post_{view.name}")
        assert known is None or sorted(known) == sorted(view.may), view


@pytest.mark.parametrize("letter", EVERYBODY)
def test_view_of_a_text_answers_whom_it_should_and_shows_nobody_else_a_word(people, texts, letter):
    for view in VIEWS:
        answer = ask(people[letter], view, texts[view.which].pk)
        assert is_let_in(answer) == (letter in view.may), view
        if letter in view.may:
            assert view.shows in body_of(answer), view
        else:
            assert SECRET not in body_of(answer), view


@pytest.mark.parametrize("method", ["get", "head", "post", "options", "put", "delete"])
@pytest.mark.parametrize("letter", ["-", "o", "s", "m"])
def test_who_sees_no_posts_cannot_tell_one_from_none(people, texts, letter, method):
    for view in VIEWS:
        if "{}" in view.path:
            hidden, nobody = (
                ask(people[letter], view, pk, method) for pk in (texts[view.which].pk, 999_999)
            )
            said = [body_of(answer).replace("999999", "N") for answer in (hidden, nobody)]
            said[0] = said[0].replace(f"post/{texts[view.which].pk}/", "post/N/")
            assert hidden.status_code == nobody.status_code, view
            assert SECRET not in said[0], view
            assert len(hidden.redirect_chain) == len(nobody.redirect_chain), view


@pytest.mark.parametrize("letter", ["-", "o", "s", "m", "k", "a"])
def test_who_may_not_write_keeps_no_word(people, texts, letter):
    for view in VIEWS:
        if view.name == "keep":
            ask(people[letter], view, texts[view.which].pk)
    assert not Unsaved.objects.exists()


@pytest.mark.parametrize("letter", list(READS))
def test_number_of_a_text_of_another_post_is_no_number_of_this_one(people, texts, letter):
    address = f"/admin/blog/post/{texts['draft'].pk}"
    assert people[letter].get(f"{address}/preview/2/").status_code == 404
    compared = people[letter].get(f"{address}/earlier/?old=1&new=2").content.decode()
    assert "title" in compared
    assert "<ins" not in compared
    assert people[letter].get(f"{address}/earlier/2/blank/").status_code in {403, 404}


@pytest.mark.parametrize("letter", ["c", "w", "k"])
def test_words_that_one_keeps_are_not_shown_to_another(people, texts, letter):
    keep = View(
        "keep", "{}/keep/", WRITES, said={"title": "Typed", "body": "zqunsaved", "seen": "1"}
    )
    assert is_let_in(ask(people["r"], keep, texts["draft"].pk))
    for view in VIEWS:
        if view.said is None:
            for post in texts.values():
                answer = ask(people[letter], view, post.pk)
                assert "zqunsaved" not in body_of(answer), view
