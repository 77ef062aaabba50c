"""What `verify_ledger` finds when somebody went around the guards, as only a database owner can."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import workflow
from blog.models import Approval, Post, Rendering, Review, Site, Version, WayBack
from ledger import guards
from ledger.models import Entry
from ledger.record import Actor, record
from tests.cast import edited, make_draft, make_post

HOUR = timedelta(hours=1)


def verify() -> str:
    """Run the command; return what it printed, or the first problem it named."""
    output = StringIO()
    try:
        call_command("verify_ledger", stdout=output)
    except CommandError as problem:
        return str(problem)
    return output.getvalue()


def is_whole() -> bool:
    return "chain unbroken" in verify()


@pytest.fixture
def damage(db) -> Callable[[str], None]:
    """Change rows while no guard looks, as the owner of the database could."""

    def execute(statement: str) -> None:
        # PostgreSQL alters no table with foreign keys still to be checked.
        connection.check_constraints()
        guards.drop()
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.check_constraints()
        guards.install()

    return execute


@pytest.fixture
def lived(ceo, counsel, writer, moderator) -> Post:
    """A post that has seen every verb, with others beside it."""
    post = make_post(ceo)
    workflow.save_version(post, edited(post, body="Three metres."), by=writer)
    review = workflow.submit(post, by=writer)
    workflow.request_changes(review, by=ceo, note="Shorter.")
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    workflow.publish(post, by=writer)
    hidden = make_post(ceo, title="Taken back")
    workflow.unpublish(hidden, by=ceo)
    workflow.revoke(Approval.objects.latest("pk").review, by=ceo, note="Wrong.")
    workflow.retract(make_post(ceo, title="Retracted"), by=ceo, notice="Wrong figures.")
    soon = make_draft(ceo, title="Soon")
    workflow.approve(workflow.submit(soon, by=ceo), by=ceo)
    workflow.schedule(soon, by=ceo, at=timezone.now() + HOUR)
    return post


def test_site_in_use_is_whole(lived):
    assert is_whole()


def test_due_schedule_is_whole(lived):
    workflow.publish_due(now=timezone.now() + 2 * HOUR)
    assert is_whole()


@pytest.mark.parametrize("number", [1, 2])
def test_blanked_words_leave_the_record_whole(lived, ceo, number):
    workflow.redact(lived.versions.get(number=number), by=ceo, reason="A court.")
    assert is_whole()


def test_words_changed_behind_the_guards_are_found(lived, damage):
    version = lived.versions.get(number=1)
    damage(f"UPDATE blog_version SET body = 'Forged.' WHERE id = {version.pk}")
    assert verify().startswith(f"blog.version:{version.pk}: its words are not what")


def test_words_and_hash_changed_together_are_found(lived, damage):
    version = lived.versions.get(number=1)
    forged = edited(lived, body="Forged.").content_hash
    damage(
        f"UPDATE blog_version SET body = 'Forged.', content_hash = '{forged}'"
        f" WHERE id = {version.pk}"
    )
    assert verify().startswith("blog.approval:")


def test_html_changed_behind_the_guards_is_found(lived, damage):
    rendering = Rendering.objects.first()
    assert rendering
    damage(f"UPDATE blog_rendering SET html = '<p>Forged</p>' WHERE id = {rendering.pk}")
    assert verify().startswith(f"blog.rendering:{rendering.pk}: its HTML is not what")


def test_approval_made_by_hand_is_found(lived, ceo):
    approval = Approval.objects.earliest("pk")
    approval.pk, approval.record = None, uuid.uuid4()
    approval.save(force_insert=True)
    assert verify() == f"blog.approval:{approval.pk}: no entry of the record belongs to it."


@pytest.mark.parametrize(
    "change",
    ["decision = 'revoked'", "signature = 'role:Counsel'", '"by" = 99'],
)
def test_approval_changed_behind_the_guards_is_found(lived, damage, change):
    approval = Approval.objects.earliest("pk")
    damage(f"UPDATE blog_approval SET {change} WHERE id = {approval.pk}")
    assert "says something else" in verify()


def test_approval_that_is_gone_is_found(lived, damage):
    approval = Approval.objects.earliest("pk")
    entry = Entry.objects.get(key=approval.record)
    damage(f"DELETE FROM blog_approval WHERE id = {approval.pk}")
    assert verify() == f"entry {entry.sequence}: the approval it records is gone."


def test_entry_about_an_approval_that_never_was_is_found(lived, ceo):
    with transaction.atomic():
        record("approved", lived, by=Actor.of(ceo))
    assert "the approval it records is gone" in verify()


@pytest.fixture
def asked(lived, ceo, writer) -> Review:
    """A text that needs the CEO and counsel, and that the CEO has signed."""
    Site.objects.update(needs_counsel=True)
    post = make_draft(writer, author=ceo.author, title="Asked")
    workflow.approve(workflow.submit(post, by=writer), by=ceo)
    return post.versions.get().reviews.get()


def test_signature_that_was_dropped_from_a_review_is_found(asked, damage, ceo, writer):
    damage(f"UPDATE blog_review SET needs = '[\"user:{ceo.pk}\"]' WHERE id = {asked.pk}")
    workflow.publish(asked.version.post, by=writer)
    entry = Entry.objects.get(verb="submit", facts__review=asked.pk)
    assert verify() == f"blog.review:{asked.pk}: entry {entry.sequence} says something else."


def test_second_entry_about_a_review_does_not_excuse_it(asked, damage, ceo):
    damage(f"UPDATE blog_review SET needs = '[\"user:{ceo.pk}\"]' WHERE id = {asked.pk}")
    entry = Entry.objects.get(verb="submit", facts__review=asked.pk)
    with transaction.atomic():
        facts = entry.facts | {"needs": [f"user:{ceo.pk}"]}
        record("submit", entry.subject, by=Actor.of(ceo), facts=facts)
    assert verify() == f"blog.review:{asked.pk}: entry {entry.sequence} says something else."


@pytest.mark.parametrize("column", ["version_id", "rendering_id"])
def test_review_moved_to_other_words_is_found(lived, ceo, writer, damage, column):
    review = workflow.submit(make_draft(writer, author=ceo.author), by=writer)
    version = lived.versions.get(number=2)
    other = {"version_id": version.pk, "rendering_id": version.renderings.get().pk}
    damage(f"UPDATE blog_review SET {column} = {other[column]} WHERE id = {review.pk}")
    assert verify().startswith(f"blog.review:{review.pk}: ")


def test_review_made_by_hand_is_found(asked):
    made, asked.pk = asked, None
    made.save(force_insert=True)
    sentence = "no entry of the record says that it was asked for."
    assert verify() == f"blog.review:{made.pk}: {sentence}"


def test_review_that_is_gone_is_found(lived, damage, writer):
    review = workflow.submit(make_draft(writer, author=lived.versions.first().author), by=writer)
    entry = Entry.objects.get(verb="submit", facts__review=review.pk)
    damage(f"DELETE FROM blog_review WHERE id = {review.pk}")
    assert verify() == f"entry {entry.sequence}: the review it records is gone."


@pytest.mark.parametrize("facts", [{}, {"review": [1]}, {"review": "x"}, {"review": 10**30}])
def test_entry_about_a_review_that_never_was_is_found(lived, ceo, facts):
    with transaction.atomic():
        entry = record("submit", lived, by=Actor.of(ceo), facts=facts)
    assert verify() == f"entry {entry.sequence}: the review it records is gone."


def test_unsigned_post_that_an_entry_calls_published_is_found(asked, damage, ceo):
    post, version, rendering = asked.version.post, asked.version, asked.rendering
    damage(
        f"UPDATE blog_post SET state = 'published', live_version_id = {version.pk},"
        f" live_rendering_id = {rendering.pk}, published_at = created_at WHERE id = {post.pk}"
    )
    facts = {"content": version.content_hash, "html": rendering.html_hash}
    with transaction.atomic():
        record("publish", post, by=Actor.of(ceo), facts=facts)
    sentence = "it is public, but not every signature of its review is there."
    assert verify() == f"blog.post:{post.pk}: {sentence}"


def test_correction_between_reading_a_post_and_its_entries_is_no_problem(lived, ceo):
    workflow.save_version(lived, edited(lived, body="Four metres."), by=ceo)
    workflow.approve(workflow.submit(lived, by=ceo), by=ceo)
    waiting = [lived]

    def correct_before(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        if waiting and "ledger_entry" in sql and "unpublish" in (params or ()):
            workflow.publish(waiting.pop(), by=ceo)
        return execute(sql, params, *rest)

    with connection.execute_wrapper(correct_before):
        assert is_whole()
    assert not waiting


def test_checks_ask_as_many_questions_for_nine_posts_as_for_three(ceo):
    def questions() -> int:
        for number in range(3):
            make_post(ceo, title=f"Post {Post.objects.count()} {number}")
        with CaptureQueriesContext(connection) as captured:
            assert is_whole()
        return len(captured)

    questions()
    assert questions() == questions()


def test_version_made_by_hand_is_found(lived):
    version = lived.versions.get(number=1)
    version.pk, version.number = None, 9
    version.save(force_insert=True)
    assert verify() == f"blog.version:{version.pk}: no entry of the record says that it was saved."


def test_blanking_by_hand_is_found(lived, damage):
    version = Version.objects.get(title="Taken back")
    damage(f"UPDATE blog_version SET redacted_at = saved_at WHERE id = {version.pk}")
    assert verify() == f"blog.version:{version.pk}: its words are blanked, but no entry says so."


def test_post_made_public_again_by_hand_is_found(lived, damage, ceo):
    hidden = Post.objects.get(versions__title="Taken back")
    review = workflow.submit(hidden, by=ceo)
    workflow.approve(review, by=ceo)
    Post.objects.filter(pk=hidden.pk).update(
        state="published",
        live_version=review.version,
        live_rendering=review.rendering,
        published_at=timezone.now(),
    )
    assert verify() == (
        f"blog.post:{hidden.pk}: it is public, but no entry says that it was published."
    )


def test_post_put_back_to_older_words_by_hand_is_found(lived):
    old = lived.versions.get(number=1)
    Post.objects.filter(pk=lived.pk).update(live_version=old, live_rendering=old.renderings.get())
    assert "names other words than readers see" in verify()


def test_public_change_made_by_hand_is_found(lived):
    change = lived.changes.get()
    change.pk, change.record = None, uuid.uuid4()
    change.save(force_insert=True)
    assert verify() == f"blog.publicchange:{change.pk}: no entry of the record belongs to it."


@pytest.mark.parametrize(
    "forged", ["kind = 'typo'", "before_id = after_id", "after_id = before_id"], ids=str
)
def test_public_change_that_tells_something_else_is_found(lived, damage, forged):
    change = lived.changes.get()
    damage(f"UPDATE blog_publicchange SET {forged} WHERE id = {change.pk}")
    assert verify().endswith("says something else.")


def test_public_change_that_is_gone_is_found(lived, damage):
    change = lived.changes.get()
    WayBack.objects.all().delete()
    damage(f"DELETE FROM blog_publicchange WHERE id = {change.pk}")
    assert "the public change it records is gone." in verify()
