"""Real requests from people who may not make them, and fields that nobody is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from blog import roles, workflow
from blog.models import Author, Outbox, Post, Site
from comments.models import Comment
from config import accounts
from ledger.models import Entry
from tests.cast import PASSWORD, make_draft, make_post, make_user
from tests.comments.conftest import OWN, make_comment, make_public
from tests.shared import rows
from tests.surface import SITE, body_of

pytestmark = pytest.mark.django_db

MISC = "attacks/misc_public.jsonl"
Request = Callable[[], tuple[str, dict[str, Any]]]


@pytest.fixture
def cast(ceo: User, writer: User, counsel: User, moderator: User, auditor: User) -> dict[str, User]:
    """Everybody who works here, by first name."""
    colleagues = (ceo, writer, counsel, moderator, auditor)
    return {user.username: user for user in colleagues} | {"pia": make_user("Pia Plain")}


@pytest.fixture
def post(ceo: User) -> Post:
    """A public post."""
    return make_post(ceo, title="Floor", slug="floor")


def signed_in(user: User) -> Client:
    """The browser of a colleague."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def tried(user: User, path: str, fields: dict[str, Any]) -> int:
    """Send a form as somebody; the record must not grow by it."""
    before = Entry.objects.count()
    status = signed_in(user).post(path, fields).status_code
    assert Entry.objects.count() == before
    return status


@pytest.mark.parametrize("who", ["sam", "ruth", "ada", "pia"])
@pytest.mark.parametrize("verb", ["approve", "reject", "mark_spam"])
def test_only_moderators_decide_about_a_comment(cast, post, who, verb):
    comment = make_comment(post)
    fields = {"verb": verb, f"seen-{comment.pk}": comment.revision}
    path = f"/admin/comments/comment/{comment.pk}"
    assert tried(cast[who], f"{path}/decide/", fields) == 403
    ticked = {"action": verb, "_selected_action": [comment.pk], f"seen-{comment.pk}": "1"}
    assert tried(cast[who], "/admin/comments/comment/", ticked) in {200, 302, 403}
    answer = {"text": "No.", f"seen-{comment.pk}": comment.revision}
    assert tried(cast[who], f"{path}/answer/", answer) in {302, 403, 422}
    comment.refresh_from_db()
    assert (comment.state, comment.revision) == ("pending", 1)


@pytest.mark.parametrize("who", ["ruth", "mo", "ada", "pia"])
def test_only_who_publishes_takes_a_post_from_its_readers(cast, post, who):
    for step in ("take-back", "retract"):
        status = tried(cast[who], f"/admin/blog/post/{post.pk}/{step}/", {"note": "Because."})
        assert status in {200, 403, 422}
    ticked = {"action": "take_back_all", "_selected_action": [post.pk]}
    assert tried(cast[who], "/admin/blog/post/", ticked) in {200, 302, 403}
    post.refresh_from_db()
    assert post.state == Post.State.PUBLISHED


@pytest.mark.parametrize("who", ["sam", "mo", "ada", "pia"])
def test_only_who_may_blanks_words(cast, post, who):
    path = f"/admin/blog/post/{post.pk}/earlier/1/blank/"
    assert tried(cast[who], path, {"note": "Because."}) == 403
    assert post.versions.get().title == "Floor"


@pytest.mark.parametrize("who", ["sam", "ruth", "mo", "ada", "pia"])
@pytest.mark.parametrize("then", ["sign", "sign_publish", "changes", "revoke"])
def test_only_the_person_named_signs(cast, ceo, who, then):
    draft = make_draft(ceo, title="Dam", slug="dam")
    review = workflow.submit(draft, by=ceo)
    fields = {"review": review.pk, "then": then, "note": "A note."}
    assert tried(cast[who], f"/admin/blog/post/{draft.pk}/sign/", fields) in {200, 403, 422}
    assert not review.approvals.exists()
    draft.refresh_from_db()
    assert draft.state == Post.State.DRAFT


@pytest.mark.parametrize("who", ["ruth", "mo", "ada", "pia"])
def test_only_writers_write(cast, post, who):
    fields = {"title": "Mine now", "body": "Mine.", "seen": "1", "slug": "mine", "_save": "1"}
    assert tried(cast[who], f"/admin/blog/post/{post.pk}/change/", fields) in {200, 403}
    assert tried(cast[who], "/admin/blog/post/add/", fields) == 403
    assert Post.objects.get().versions.get().title == "Floor"


@pytest.mark.parametrize("who", ["sam", "ruth", "mo", "ada", "pia"])
def test_only_the_owner_changes_the_site_and_the_people(cast, post, who):
    assert tried(cast[who], "/admin/blog/site/1/change/", {"name": "Mine"}) == 403
    invitation = {"name": "Eve", "email": "eve@example.org", "roles": [roles.CEO]}
    assert tried(cast[who], "/admin/auth/user/add/", invitation) == 403
    own = f"/admin/auth/user/{cast[who].pk}/change/"
    assert tried(cast[who], own, {"roles": [roles.CEO], "is_superuser": "on"}) == 403
    assert Site.current().name == "Letters from the shop floor"
    assert not User.objects.filter(is_superuser=True).exists()
    assert not Outbox.objects.filter(to__contains="eve").exists()
    assert not mail.outbox


def test_chief_executive_makes_no_administrator_of_herself(cast, ceo):
    fields = {"first_name": "Dana", "last_name": "W", "email": ceo.email, "roles": [roles.CEO]}
    fields["seen"] = accounts.fingerprint(ceo)
    more = {"is_superuser": "on", "is_staff": "on", "password": "x", "user_permissions": "1"}
    signed_in(ceo).post(f"/admin/auth/user/{ceo.pk}/change/", fields | more)
    ceo.refresh_from_db()
    assert ceo.last_name == "W"
    assert not ceo.is_superuser
    assert ceo.check_password(PASSWORD)


# What "Only to the author" promises


def note_to(post: Post) -> Comment:
    """A note that is meant for the author of a post alone."""
    return make_comment(post, body="zqcanary private.words", visibility=Comment.Visibility.PRIVATE)


@pytest.mark.parametrize("who", ["sam", "ruth", "ada", "pia"])
def test_private_note_is_not_shown_to_colleagues_who_do_not_answer(cast, post, who):
    note = note_to(post)
    client = signed_in(cast[who])
    path = f"/admin/comments/comment/{note.pk}"
    pages = [f"{path}/change/", f"{path}/history/", f"{path}/answer/", "/admin/"]
    pages += [
        f"/admin/comments/comment/?{q}" for q in ("tab=private", "q=private.words", "tab=done")
    ]
    for page in pages:
        assert "zqcanary" not in body_of(client.get(page, follow=True)), page


@pytest.mark.parametrize("who", ["dana", "mo"])
def test_private_note_is_shown_to_its_author_and_to_moderators(cast, post, who):
    note = note_to(post)
    client = signed_in(cast[who])
    assert "zqcanary" in body_of(client.get("/admin/comments/comment/?tab=private"))
    assert "zqcanary" in body_of(client.get(f"/admin/comments/comment/{note.pk}/change/"))


def test_private_note_is_shown_to_a_byline_that_does_not_moderate(cast, ceo, writer):
    byline = Author.objects.create(name="Sam Ortiz", slug="sam-ortiz", user=writer)
    post = make_draft(ceo, title="Dam", slug="dam", author=byline)
    workflow.approve(workflow.submit(post, by=ceo), by=writer)
    note = note_to(workflow.publish(post, by=ceo))
    client = signed_in(writer)
    assert "zqcanary" in body_of(client.get("/admin/comments/comment/?tab=private"))
    fields = {"text": "Thank you.", f"seen-{note.pk}": note.revision}
    client.post(f"/admin/comments/comment/{note.pk}/answer/", fields)
    note.refresh_from_db()
    assert note.answered_by == "Sam Ortiz"


# Fields that nobody is asked for (T30)


def test_reader_sets_no_field_that_is_not_hers(post, moderator):
    first = make_public(post, moderator, name="Ines", body="The first one.")
    stolen = {
        "id": first.pk, "pk": first.pk, "post": 999, "state": "approved", "is_visible": "1",
        "revision": 9, "score": -9, "evidence": "[]", "author": 1, "badge": "Chief executive",
        "network": "x", "digest": "x", "created_at": "2001-01-01", "body_html": "<script>", "path": "x",
        "answer": "x", "answered_at": "2001-01-01", "decided_at": "2001-01-01", "is_staff": "1",
    }  # fmt: skip
    sent = {"name": "Mara", "body": "The second one."} | stolen
    assert Client().post("/posts/floor/comments/", sent, **OWN).status_code == 303
    comment = Comment.objects.exclude(pk=first.pk).get()
    assert (comment.state, comment.revision, comment.badge) == ("pending", 1, "")
    assert (comment.author, comment.post, comment.answer) == (None, post, "")
    assert comment.body_html == "<p>The second one.</p>\n"
    assert comment.created_at.year > 2001
    assert not {comment.network, comment.digest, comment.path} & {"x"}


def test_moderator_approves_nothing_by_changing_a_field(cast, post, moderator):
    comment = make_comment(post)
    fields = {"state": "approved", "body": "Mine.", "_save": "1"}
    signed_in(moderator).post(f"/admin/comments/comment/{comment.pk}/change/", fields)
    comment.refresh_from_db()
    assert (comment.state, comment.revision) == ("pending", 1)


# Where signing in leads (T21)


def test_signing_in_leads_to_this_site_whatever_the_address_asks(ceo, settings, capsys):
    settings.THROTTLE = False
    targets = [row["payload"] for row in rows(MISC) if row["kind"] == "redirect"]
    targets += [
        "//evil.example",
        "https://evil.example",
        "http://[",
        "javascript:alert(1)",
        "\\\\evil",
    ]
    for target in targets:
        client = Client(raise_request_exception=False)
        fields = {"username": ceo.username, "password": PASSWORD, "next": target}
        response = client.post("/admin/login/", fields)
        assert response.status_code == 302, target
        assert _is_here(response["Location"]), (target, response["Location"])
    with capsys.disabled():
        print(f"\n{len(targets)} places to lead a colleague to after signing in")


def _is_here(location: str) -> bool:
    """Whether a browser stays on this site; it takes a backslash for a slash and drops tabs."""
    seen = location.replace("\\", "/").translate({9: None, 10: None, 13: None}).strip()
    return urlsplit(urljoin(SITE, seen)).netloc == urlsplit(SITE).netloc


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_deciding_leads_back_to_the_desk_only(moderator, post, place):
    comment = make_comment(post)
    fields = {
        "verb": "approve",
        f"seen-{comment.pk}": comment.revision,
        "next": place,
        "query": place,
    }
    response = signed_in(moderator).post(f"/admin/comments/comment/{comment.pk}/decide/", fields)
    assert response["Location"].startswith("/admin/comments/comment/")
