"""Nothing but one signature makes imported words public: every other path is tried."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import workflow
from blog.adoptable import adoption_list
from blog.models import Adoption, Author, Batch, Post, Rendering, Version
from blog.refusal import Refused
from ledger import guards
from ledger.models import Entry
from tests.cast import edited, make_draft, make_user
from tests.imports import LONG_AGO, adopt, begin, bring, brought, make_import
from tests.refusals import FINAL, UNSIGNED, execute, refused

OF_FILE = "An import says for ever which file it was"
ONLY_FIRST = "Only an import that goes on brings words in"


def verify() -> str:
    """Return what `verify_ledger` says: its praise, or the first problem."""
    output = StringIO()
    try:
        call_command("verify_ledger", stdout=output)
    except CommandError as problem:
        return str(problem)
    return output.getvalue()


@contextmanager
def unguarded() -> Iterator[None]:
    """Let rows be written that no guard would let in, as the owner of the database could."""
    # PostgreSQL alters no table with foreign keys still to be checked.
    connection.check_constraints()
    guards.drop()
    yield
    connection.check_constraints()
    guards.install()


def live(post: Post) -> dict[str, object]:
    """What a public row holds, for whoever tries to write it by hand."""
    version = post.versions.latest("number")
    return {
        "state": "published",
        "live_version": version,
        "live_rendering": version.renderings.latest("renderer"),
        "published_at": LONG_AGO,
    }


def adoption_of(batch: Batch, **said: Any) -> Adoption:
    """A signature as somebody would forge it."""
    forged = {"list_hash": adoption_list(batch).hash, "count": 1, "by": 1, "by_label": "x"}
    return Adoption(batch=batch, at=timezone.now(), **forged | said)


@pytest.fixture
def root(ceo, counsel) -> Client:
    """A superuser's browser, in a team; she has no signature to give."""
    browser = Client()
    browser.force_login(make_user("Root", is_superuser=True))
    return browser


@pytest.fixture
def batch(ceo, counsel) -> Batch:
    """An import of one post that waits for its signature."""
    return make_import("river")[0]


@pytest.fixture
def waiting(batch) -> Post:
    """The post of it."""
    return Post.objects.get(slug="river")


@pytest.fixture
def adopted(batch, waiting, ceo) -> Post:
    """The same post, after the signature."""
    adopt(batch, ceo)
    return Post.objects.get(pk=waiting.pk)


# Ways round the signature


def test_way_1_the_editor(waiting, root, client):
    address = reverse("admin:blog_post_change", args=[waiting.pk])
    words = {"title": "River", "body": waiting.versions.get().body, "then": "publish", "seen": "1"}
    hand = {"state": "published", "live_version": "1", "batch": "1", "adoption": "1"}
    page = root.post(address, words | hand)
    assert "Nobody has signed this text yet." in page.content.decode()
    assert client.get(waiting.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("action", ["publish_all", "take_back_all"])
def test_way_2_the_actions_of_the_list(waiting, root, client, action):
    said = {
        "action": action,
        "_selected_action": [waiting.pk],
        "confirmed": "yes",
        f"seen-{waiting.pk}": "1",
    }
    root.post("/admin/blog/post/", said, follow=True)
    assert client.get(waiting.get_absolute_url()).status_code == 404


def test_way_3_the_verbs_of_posts(waiting, ceo, writer):
    for by in (ceo, writer):
        with pytest.raises(Refused, match="Nobody has signed"):
            workflow.publish(waiting, by=by, seen=1)
        with pytest.raises(Refused, match="Nobody has signed"):
            workflow.publish(waiting, by=by, seen=1, at=LONG_AGO)
        with pytest.raises(Refused, match="Only a post that readers can see"):
            workflow.retract(waiting, by=by, notice="x")
    with pytest.raises(ValueError, match="not unsigned fields"):
        workflow.change_post(waiting, {"state": "published"}, by=ceo)


@pytest.mark.parametrize("state", ["scheduled", "published"])
def test_way_4_an_update_of_the_queryset(waiting, state):
    with refused(UNSIGNED):
        Post.objects.filter(pk=waiting.pk).update(**live(waiting) | {"state": state})


def test_way_5_a_save_in_the_shell(waiting):
    for name, value in live(waiting).items():
        setattr(waiting, name, value)
    with refused(UNSIGNED):
        waiting.save()
    with refused(UNSIGNED):
        waiting.save(update_fields=["state", "live_version", "live_rendering"])
    with refused(UNSIGNED):
        Post.objects.bulk_update([waiting], ["state", "live_version", "live_rendering"])


def test_way_6_raw_sql(waiting):
    version = waiting.versions.get()
    with refused(UNSIGNED):
        execute(
            "UPDATE blog_post SET state = 'published', live_version_id = %s,"
            " live_rendering_id = %s WHERE id = %s",
            version.pk,
            version.renderings.get().pk,
            waiting.pk,
        )


def test_way_7_an_adoption_by_hand(batch, waiting):
    adoption = adoption_of(batch)
    adoption.save()
    Post.objects.filter(pk=waiting.pk).update(**live(waiting))
    assert verify() == f"blog.adoption:{adoption.pk}: no entry of the record belongs to it."


def test_way_7_post_made_public_under_an_adoption_by_hand(batch, waiting):
    adoption_of(batch).save()
    Post.objects.filter(pk=waiting.pk).update(**live(waiting))
    with unguarded():
        execute("DELETE FROM blog_adoption")
    sentence = "it is public, but no entry says that it was published."
    assert verify() == f"blog.post:{waiting.pk}: {sentence}"


def test_way_8_an_adoption_of_what_is_not_whole(ceo):
    unfinished = begin()
    bring(unfinished, brought("river"))
    empty = workflow.finish_batch(begin(), {})
    for batch in (unfinished, empty):
        with refused("Only an import that is finished, and that brought posts"):
            adoption_of(batch).save()
        with refused("Only an import that is finished"):
            execute(
                "INSERT INTO blog_adoption"
                ' (batch_id, list_hash, count, at, "by", by_label, record)'
                " VALUES (%s, '', 0, %s, 1, 'x', %s)",
                batch.pk,
                timezone.now(),
                uuid.uuid4() if connection.vendor == "postgresql" else uuid.uuid4().hex,
            )


def test_way_9_own_words_slipped_into_an_import(batch, waiting, ceo):
    """The words of somebody here are none that were public elsewhere."""
    words = {name: value for name, value in vars(waiting.versions.get()).items() if name[0] != "_"}
    draft = make_draft(ceo, title="Mine")
    empty = Post.objects.create(slug="empty")
    begun = begin()
    for post, number, into in (
        (waiting, 2, batch),
        (draft, 2, begun),
        (empty, 2, begun),
        (empty, 1, batch),
    ):
        changes = {"id": None, "post_id": post.pk, "number": number, "batch_id": into.pk}
        with refused(ONLY_FIRST):
            Version(**words | changes).save(force_insert=True)
    with refused(FINAL):
        draft.versions.update(batch=begun)
    with refused(FINAL):
        execute("UPDATE blog_version SET batch_id = NULL WHERE id = %s", waiting.versions.get().pk)
    workflow.save_version(waiting, edited(waiting, body="Three metres."), by=ceo)
    assert waiting.versions.latest("number").batch is None


def test_way_10_an_import_opened_again(batch, waiting, ceo):
    for statement in (
        "UPDATE blog_batch SET finished_at = NULL",
        "UPDATE blog_batch SET file_hash = 'forged'",
        "UPDATE blog_batch SET source = 'forged'",
        "UPDATE blog_batch SET file_name = 'forged'",
        "UPDATE blog_batch SET begun_by_label = 'forged'",
        "UPDATE blog_batch SET begun_by = 7",
    ):
        with refused(OF_FILE):
            execute(statement)
    with refused("An import that brought posts stays"):
        execute("DELETE FROM blog_batch")
    Batch.objects.update(summary={"Posts": 1})
    adopt(batch, ceo)
    with refused(OF_FILE):
        Batch.objects.update(summary={"Posts": 2})
    begin().delete()


def test_import_with_blanked_words_may_forget_them_and_is_final_else(adopted, ceo):
    workflow.redact(adopted.versions.get(), by=ceo, reason="A court.")
    Batch.objects.update(summary={})
    for statement in ("finished_at = begun_at", "finished_at = NULL", "file_hash = 'forged'"):
        with refused(OF_FILE):
            execute(f"UPDATE blog_batch SET {statement}")


def test_way_11_a_signature_that_is_changed_or_removed(adopted):
    for change in ("count = 2", "list_hash = 'forged'", '"by" = 7', "by_label = 'forged'"):
        with refused(FINAL):
            execute(f"UPDATE blog_adoption SET {change}")
    with refused(FINAL):
        execute("DELETE FROM blog_adoption")
    with refused(FINAL):
        Adoption.objects.get().save()


def test_way_12_a_row_that_replaces_another(adopted, database):
    if database == "postgresql":
        connection.check_constraints()
        with refused(FINAL):
            execute("TRUNCATE blog_adoption")
        with refused("stays|final"):
            execute("TRUNCATE blog_batch CASCADE")
        return
    for table in ("blog_adoption", "blog_batch"):
        with refused("cannot be|brought posts stays"):
            execute(f"REPLACE INTO {table} SELECT * FROM {table}")


def test_way_13_other_words_under_an_adopted_post(adopted, writer):
    version = workflow.save_version(adopted, edited(adopted, body="Unsigned."), by=writer)
    rendering = version.renderings.get()
    for changes in (
        {"live_version": version},
        {"live_rendering": rendering},
        {"live_version": version, "live_rendering": rendering},
    ):
        with refused(UNSIGNED):
            Post.objects.filter(pk=adopted.pk).update(**changes)


def test_way_14_other_html_under_an_adopted_post(adopted):
    version = adopted.versions.get()
    for renderer in (0, 99):
        other = Rendering.objects.create(
            version=version, renderer=renderer, html="<p>Forged</p>", html_hash="x"
        )
        with refused(UNSIGNED):
            Post.objects.filter(pk=adopted.pk).update(live_rendering=other)


def test_way_15_adopted_words_under_another_address(adopted, ceo):
    shown = live(adopted)
    with refused(UNSIGNED):
        Post.objects.filter(pk=make_draft(ceo, title="Other").pk).update(**shown)
    with refused(UNSIGNED):
        Post.objects.create(slug="another", **shown)


def test_way_16_a_post_that_moved_on_before_the_signature(ceo, writer):
    batch, (_, moved) = make_import("river", "floor")
    workflow.save_version(moved, edited(moved, body="Three metres."), by=writer)
    adopt(batch, ceo)
    version = moved.versions.get(number=1)
    by_hand = {"live_version": version, "live_rendering": version.renderings.get()}
    with refused("Only the newest text of a post goes out"):
        Post.objects.filter(pk=moved.pk).update(**live(moved) | by_hand)


def test_way_17_a_post_taken_back_and_put_back_by_hand(adopted, ceo):
    workflow.unpublish(adopted, by=ceo)
    Post.objects.filter(pk=adopted.pk).update(**live(adopted))
    sentence = "it is public, but no entry says that it was published."
    assert verify() == f"blog.post:{adopted.pk}: {sentence}"


def test_way_18_a_retracted_post_put_back_by_hand(ceo):
    batch = begin()
    (post,) = bring(batch, brought("river", retraction_notice="Wrong."))
    adopt(workflow.finish_batch(batch, {}), ceo)
    Post.objects.filter(pk=post.pk).update(state="published")
    sentence = "it is public, but no entry says that it was published."
    assert verify() == f"blog.post:{post.pk}: {sentence}"


def test_way_19_the_pages_of_the_newsroom(batch, waiting, root):
    for name in ("batch", "adoption"):
        for path in ("add/", f"{batch.pk}/change/", f"{batch.pk}/delete/"):
            before = Entry.objects.count()
            fields = {"batch": batch.pk, "finished_at_0": "", "post": "yes", "by": 1}
            fields |= {"looked": "on", "seen": adoption_list(batch).hash}
            answer = root.post(f"/admin/blog/{name}/{path}", fields)
            assert answer.status_code in {200, 403, 404, 405}
            assert Entry.objects.count() == before
    assert Batch.objects.get().finished_at
    assert not Adoption.objects.exists()


def test_adopted_post_may_be_moved_by_hand_as_a_signed_one(adopted):
    assert Post.objects.filter(pk=adopted.pk).update(slug="moved") == 1


# The same rule in Python and in SQL

CASES = list(
    itertools.product(
        ["none", "begun", "finished", "adopted"],
        [1, 2],
        ["kept", "blanked"],
        ["first", "second"],
        ["own", "other"],
    )
)


def test_adopted_means_the_same_to_python_and_to_the_database(ceo):
    """Sixty-four histories, most of which the other guards would not let come about."""
    with unguarded():
        histories = [_history(number, *case) for number, case in enumerate(CASES)]
    answers = {}
    for case, (post, rendering) in zip(CASES, histories, strict=True):
        is_own = rendering.version.post_id == post.pk
        says = is_own and Rendering.objects.adopted().filter(pk=rendering.pk).exists()
        answers[case] = (says, _is_accepted(post, rendering))
    assert {case: a for case, a in answers.items() if a[0] is not a[1]} == {}
    assert [case for case, a in answers.items() if a[0]] == [("adopted", 1, "kept", "first", "own")]


def _history(
    key: int, batch_is: str, number: int, words_are: str, html_is: str, post_is: str
) -> tuple[Post, Rendering]:
    """Return a post, and HTML that somebody would show there."""
    post = Post.objects.create(slug=f"post-{key}")
    version = _version(post, number, words_are == "blanked", _batch(key, batch_is))
    made = [
        Rendering.objects.create(version=version, renderer=renderer, html="x", html_hash="x")
        for renderer in (2, 1)
    ]
    if post_is == "other":
        post = Post.objects.create(slug=f"other-{key}")
    return post, made[html_is == "second"]


def _batch(key: int, state: str) -> Batch | None:
    if state == "none":
        return None
    finished = None if state == "begun" else timezone.now()
    batch = Batch.objects.create(
        source="x", file_name=str(key), file_hash="x", begun_by_label="x", finished_at=finished
    )
    if state == "adopted":
        adoption_of(batch).save()
    return batch


def _version(post: Post, number: int, is_blanked: bool, batch: Batch | None) -> Version:
    return Version.objects.create(
        post=post,
        number=number,
        title="x",
        body="x",
        author=Author.objects.get(),
        byline="x",
        content_hash="x",
        saved_at=timezone.now(),
        saved_by_label="x",
        redacted_at=timezone.now() if is_blanked else None,
        batch=batch,
    )


def _is_accepted(post: Post, rendering: Rendering) -> bool:
    try:
        with transaction.atomic():
            Post.objects.filter(pk=post.pk).update(
                state="published",
                live_version=rendering.version_id,
                live_rendering=rendering,
                published_at=LONG_AGO,
            )
    except IntegrityError:
        return False
    return True
