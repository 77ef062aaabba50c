"""What readers sent and may not be public is on no public page: held comments, notes, and who sent them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog.models import Author, Post
from comments import moderation
from comments.arrival import network_of
from comments.models import (
    AnswerDraft,
    Comment,
    Correspondent,
    Edit,
    Notice,
    Report,
)
from comments.moderation import Said, submit
from comments.private_links import private_path, token_for
from tests.cast import make_post
from tests.comments.conftest import arrival, make_public
from tests.surface import body_of, crawl, public_routes
from tests.transfer.files import run

pytestmark = pytest.mark.django_db

SECRET = "zqcanary"
NOW = timezone.now().replace(microsecond=0)
Hide = Callable[[Post, User], Comment]


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """Stop the clock, so that the same page twice is the same bytes."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def post(ceo: User, moderator: User) -> Post:
    """A public post with one public comment."""
    post = make_post(ceo, title="Floor", slug="floor", body="Raised.")
    make_public(post, moderator, name="Mara", body="Thank you for this.")
    return post


def secret(post: Post, **said: Any) -> Comment:
    """A comment of which nothing may get out."""
    words: dict[str, Any] = {
        "name": f"{SECRET} name",
        "email": f"{SECRET}@example.org",
        "url": f"https://{SECRET}.example",
        "body": f"{SECRET} body {Comment.objects.count()}",
    }
    return submit(post, Said(**words | said), arrival("198.51.100.7")).comment


def decided(verb: str, comment: Comment, by: User, **more: Any) -> Comment:
    """The comment after a decision of a moderator."""
    done: Comment = getattr(moderation, verb)(comment, by=by, seen=comment.revision, **more)
    return done


def pending(post: Post, by: User) -> Comment:
    return secret(post)


def answer_that_waits(post: Post, by: User) -> Comment:
    return secret(post, parent=Comment.objects.visible().get())


def rejected(post: Post, by: User) -> Comment:
    return decided("reject", secret(post), by, reason=f"{SECRET} reason")


def spam(post: Post, by: User) -> Comment:
    return decided("mark_spam", secret(post), by)


def removed(post: Post, by: User) -> Comment:
    return decided("remove", decided("approve", secret(post), by), by, reason=f"{SECRET} reason")


def restored(post: Post, by: User) -> Comment:
    return decided("restore", removed(post, by), by)


def private_note(post: Post, by: User) -> Comment:
    note = secret(post, visibility=Comment.Visibility.PRIVATE)
    # The filter may call such words spam, and there is no answer to spam.
    Comment.objects.filter(pk=note.pk).update(state=Comment.State.PENDING)
    note.refresh_from_db()
    return note


def answered_private_note(post: Post, by: User) -> Comment:
    note = private_note(post, by)
    return moderation.answer_privately(note, f"{SECRET} answer", by=by, seen=note.revision)


def edited(post: Post, by: User) -> Comment:
    return moderation.edit(secret(post), f"{SECRET} other words")


def withdrawn(post: Post, by: User) -> Comment:
    return moderation.withdraw(secret(post))


def withdrawn_when_it_was_public(post: Post, by: User) -> Comment:
    return moderation.withdraw(moderation.edit(decided("approve", secret(post), by), SECRET))


def appealed(post: Post, by: User) -> Comment:
    return moderation.appeal(rejected(post, by), f"{SECRET} appeal")


def consented(post: Post, by: User) -> Comment:
    return moderation.consent(answered_private_note(post, by))


def erased(post: Post, by: User) -> Comment:
    comment = decided("approve", secret(post), by)
    moderation.erase_person(comment.email, by=by)
    return comment


def edit_that_waits(post: Post, by: User) -> Comment:
    comment = Comment.objects.visible().get()
    words = {"before": comment.body, "body": f"{SECRET} edit", "body_html": f"<p>{SECRET}</p>"}
    Edit.objects.create(comment=comment, state="waiting", revision=9, sanitizer=1, **words)
    return comment


def report_with_a_note(post: Post, by: User) -> Comment:
    comment = Comment.objects.visible().get()
    Report.objects.create(comment=comment, reader="r", reason="other", note=f"{SECRET} note")
    return comment


def draft_of_an_answer(post: Post, by: User) -> Comment:
    comment = Comment.objects.visible().get()
    words = {"author": Author.objects.get(), "text": f"{SECRET} draft"}
    AnswerDraft.objects.create(comment=comment, held_because=f"{SECRET} why", **words)
    return comment


def choice_about_mail(post: Post, by: User) -> Comment:
    comment = Comment.objects.visible().get()
    email = f"{SECRET}.mail@example.org"
    Comment.objects.filter(pk=comment.pk).update(email=email, confirmed_at=NOW, wants_answers=True)
    Correspondent.objects.create(email=email, mode="weekly")
    Notice.objects.create(email=email, post=post, comment=comment, what="approved")
    return comment


HIDDEN: list[Hide] = [
    pending,
    answer_that_waits,
    rejected,
    spam,
    removed,
    restored,
    private_note,
    answered_private_note,
    edited,
    withdrawn,
    withdrawn_when_it_was_public,
    appealed,
    consented,
    erased,
]

# What stands beside a comment that everybody can read, and is not for everybody.
BESIDE: list[Hide] = [
    edit_that_waits,
    report_with_a_note,
    draft_of_an_answer,
    choice_about_mail,
]


def seen(client: Client) -> dict[str, str]:
    """Return all that the public can get about the post and its thread, by address."""
    pks = [*Comment.objects.values_list("pk", flat=True)]
    values = {
        "slug": ["floor"],
        "comment_id": [str(pk) for pk in pks],
        "number": ["1"],
        "token": [f"{pk}-{'a' * 27}" for pk in pks],
        "name": ["x"],
        "digest": ["x"],
        "year": ["1999", str(timezone.localdate().year)],
    }
    start = {path for route in public_routes() for path in route.paths(values)}
    start |= {f"/posts/floor/?reply={pk}" for pk in pks} | {"/search/?q=Thank", "/search/?q=body"}
    return {
        address: f"{answer.status_code} {sorted(answer.headers.items())} {body_of(answer)}"
        for address, answer in crawl(client, start).items()
    }


def assert_nowhere(client: Client, *words: str) -> None:
    for address, text in seen(client).items():
        for word in words:
            assert word.lower() not in text.lower(), (word, address)


def test_crawl_finds_a_public_comment(client, post, moderator):
    decided("approve", secret(post), moderator)
    page = seen(client)["/posts/floor/"]
    for shown in (f"{SECRET} name", f"{SECRET} body", f"https://{SECRET}.example", "2 comments"):
        assert shown in page


@pytest.mark.parametrize("hide", [*HIDDEN, *BESIDE])
def test_hidden_comment_changes_no_byte_of_any_page(client, post, moderator, hide):
    before = seen(client)
    hide(post, moderator)
    after = seen(client)
    assert [address for address in before if after[address] != before[address]] == []
    assert [address for address in after if SECRET in after[address].lower()] == []


def test_static_copy_holds_nothing_hidden(post, moderator, tmp_path, monkeypatch):
    # The filter knows its own: the last of so many would be spam.
    monkeypatch.setattr("comments.moderation.submitting.verdict_state", lambda *_: "pending")
    for hide in (*BESIDE, *HIDDEN):
        hide(post, moderator)
    run("export_site", tmp_path / "site")
    copied = [path for path in (tmp_path / "site" / "public").rglob("*") if path.is_file()]
    assert any(b"Thank you for this." in path.read_bytes() for path in copied)
    found = [path for path in copied if SECRET.encode() in path.read_bytes().lower()]
    assert found == []
    assert [path for path in copied if SECRET in path.name.lower()] == []


@pytest.mark.one_database
@pytest.mark.parametrize("hide", HIDDEN)
def test_address_of_a_hidden_comment_answers_like_one_that_never_was(client, post, moderator, hide):
    comment = hide(post, moderator)
    for pattern in ("/comments/{}/", f"/comments/mine/{{}}-{'a' * 27}/", "/posts/floor/?reply={}"):
        hidden, nobody = (client.get(pattern.format(pk)) for pk in (comment.pk, 999_999))
        assert hidden.status_code == nobody.status_code
        assert body_of(hidden).replace(f"/{comment.pk}", "/999999") == body_of(nobody)


@pytest.mark.parametrize("verb", ["reject", "mark_spam", "remove", "restore"])
def test_comment_that_was_public_and_answered_leaves_no_name(client, post, moderator, verb):
    comment = decided("approve", secret(post), moderator)
    first = "remove" if verb in {"reject", "restore"} else verb
    make_public(post, moderator, parent=comment, name="Ines", body="I think so too.")
    comment = decided(first, comment, moderator)
    if verb in {"reject", "restore"}:
        comment = decided("restore", comment, moderator)
    if verb == "reject":
        decided("reject", comment, moderator)
    assert_nowhere(client, SECRET)
    assert "This comment was removed." in seen(client)["/posts/floor/"]


def test_withdrawn_comment_that_was_answered_leaves_no_name(client, post, moderator):
    comment = decided("approve", secret(post), moderator)
    make_public(post, moderator, parent=comment, name="Ines", body="I think so too.")
    moderation.withdraw(comment)
    assert_nowhere(client, SECRET)
    assert "I think so too." in seen(client)["/posts/floor/"]


def test_new_words_of_a_public_comment_change_no_byte_until_they_are_accepted(
    client, post, moderator
):
    before = seen(client)
    comment = moderation.edit(Comment.objects.visible().get(), f"{SECRET} other words")
    assert seen(client) == before
    comment = decided("refuse_edit", comment, moderator, reason=f"{SECRET} reason")
    assert seen(client) == before
    comment = moderation.edit(comment, f"{SECRET} third words")
    decided("accept_edit", comment, moderator)
    assert f"{SECRET} third words" in seen(client)["/posts/floor/"]


@pytest.mark.parametrize("depth", range(6))
def test_comment_taken_out_of_a_deep_thread_leaves_no_name(client, post, moderator, depth):
    parent = Comment.objects.visible().get()
    for level in range(8):
        words: dict[str, Any] = {"name": f"Reader {level}", "body": f"Level {level} says this."}
        if level == depth:
            words = {"name": f"{SECRET} name", "body": f"{SECRET} body"}
        parent = make_public(post, moderator, parent=parent, **words)
    decided("remove", Comment.objects.get(name__contains=SECRET), moderator)
    assert_nowhere(client, SECRET)


def test_who_sent_a_public_comment_is_nowhere(client, post, moderator):
    comment = secret(post, email="someone.private@example.org", body="Call us at http://a.example")
    comment = decided("approve", comment, moderator)
    assert comment.evidence
    kept = [comment.email, "someone.private", comment.network, comment.digest or "", "198.51.100"]
    kept += [network_of("198.51.100.7"), token_for(comment), *_sentences(comment.evidence)]
    assert all(kept)
    assert_nowhere(client, *kept)


def _sentences(evidence: list[dict[str, Any]]) -> list[str]:
    return [str(finding["reason"]) for finding in evidence]


def test_private_page_opens_for_its_own_address_only(client, post, moderator):
    comment, other = pending(post, moderator), Comment.objects.visible().get()
    path = private_path(comment)
    assert f"{SECRET} body" in body_of(client.get(path))
    number, _, mac = token_for(comment).partition("-")
    flipped = ("b" if mac[0] == "a" else "a") + mac[1:]
    for token in (
        f"{number}-{flipped}",
        f"{other.pk}-{mac}",
        f"0{number}-{mac}",
        number,
        f"{number}-",
    ):
        assert client.get(f"/comments/mine/{token}/").status_code == 404


def test_private_page_shows_no_evidence_no_address_and_no_network(client, post, moderator):
    comment = private_note(post, moderator)
    page = body_of(client.get(private_path(comment)))
    hidden = [comment.network, comment.email, comment.digest or "", *_sentences(comment.evidence)]
    for word in hidden:
        assert word not in page


def test_reason_is_for_the_writer_alone(client, post, moderator):
    comment = rejected(post, moderator)
    assert f"{SECRET} reason" in body_of(client.get(private_path(comment)))
    assert_nowhere(client, SECRET)


def test_visible_comment_of_a_post_ahead_of_now_is_hidden(client, ceo, moderator, post):
    ahead = NOW + timedelta(hours=1)
    comment = decided("approve", secret(post), moderator)
    Post.objects.filter(pk=post.pk).update(published_at=ahead)
    assert client.get(f"/comments/{comment.pk}/").status_code == 404
    assert_nowhere(client, SECRET)
