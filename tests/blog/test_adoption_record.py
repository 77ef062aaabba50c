"""What `verify_ledger` finds when an adoption and the record tell different stories."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import workflow
from blog.models import Adoption, Post
from ledger import guards
from ledger.models import Entry
from ledger.record import Actor, record
from tests.imports import LONG_AGO, adopt, begin, bring, brought, make_import


def verify() -> str:
    """Run the command; return what it printed, or the first problem it named."""
    output = StringIO()
    try:
        call_command("verify_ledger", stdout=output)
    except CommandError as problem:
        return str(problem)
    return output.getvalue()


@pytest.fixture
def damage(db) -> Callable[[str], None]:
    """Change rows while no guard looks, as the owner of the database could."""

    def execute(statement: str) -> None:
        connection.check_constraints()
        guards.drop()
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.check_constraints()
        guards.install()

    return execute


@pytest.fixture
def adoption(ceo, counsel) -> Adoption:
    """An adopted import of three posts, one of them retracted, one that had moved on, and a draft."""
    batch = begin()
    *_, moved = bring(
        batch,
        brought("river"),
        brought("wrong", retraction_notice="Wrong."),
        brought("floor"),
        brought("hidden", is_public=False),
        brought("moved"),
    )
    workflow.approve(workflow.submit(moved, by=ceo), by=ceo)
    workflow.publish(moved, by=ceo)
    return adopt(workflow.finish_batch(batch, {}), ceo)


def entry_of(adoption: Adoption) -> Entry:
    return Entry.objects.get(key=adoption.record)


def test_adoption_leaves_the_record_whole(adoption):
    assert "chain unbroken" in verify()


def test_second_adoption_right_after_the_first_is_whole(adoption, ceo):
    adopt(make_import("other", "another")[0], ceo)
    assert "chain unbroken" in verify()


@pytest.mark.parametrize(
    "change", ["count = 4", "list_hash = 'forged'", '"by" = 99'], ids=["count", "list", "by"]
)
def test_adoption_changed_behind_the_guards_is_found(adoption, damage, change):
    damage(f"UPDATE blog_adoption SET {change}")
    number = entry_of(adoption).sequence
    assert verify() == f"blog.adoption:{adoption.pk}: entry {number} says something else."


def test_import_that_claims_to_be_another_file_is_found(adoption, damage):
    damage("UPDATE blog_batch SET file_hash = 'forged'")
    assert "says something else" in verify()


def test_adoption_moved_to_another_import_is_found(adoption, damage):
    other, _ = make_import("other", file_hash="e" * 64)
    damage(f"UPDATE blog_adoption SET batch_id = {other.pk}")
    assert verify().startswith(f"blog.adoption:{adoption.pk}: ")


def test_adoption_that_is_gone_is_found(adoption, damage, ceo):
    number = entry_of(adoption).sequence
    damage("DELETE FROM blog_adoption")
    assert verify() == f"entry {number}: the adoption it records is gone."


def test_adoption_made_by_hand_is_found(ceo):
    batch, _ = make_import("river")
    forged = Adoption.objects.create(
        batch=batch, list_hash="x", count=1, at=timezone.now(), by=ceo.pk, by_label="x"
    )
    assert verify() == f"blog.adoption:{forged.pk}: no entry of the record belongs to it."


def test_entry_that_calls_one_post_more_adopted_is_found(ceo):
    """The database takes the words of any post of an adopted import; the record counts them."""
    batch, (_, moved) = make_import("river", "floor")
    workflow.publish(moved, by=ceo, seen=1)
    workflow.unpublish(moved, by=ceo)
    adoption = adopt(batch, ceo)
    last = Entry.objects.filter(verb="adopt").latest("sequence")
    _forge(moved, last)
    sentence = "its posts are not those that were signed."
    assert verify() == f"entry {entry_of(adoption).sequence}: {sentence}"


def _forge(post: Post, pattern: Entry) -> Entry:
    """Put a post of an adopted import up by hand, with an entry that calls it adopted."""
    version = post.versions.get()
    rendering = version.renderings.get()
    facts = {"content": version.content_hash, "html": rendering.html_hash}
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(
            state="published",
            live_version=version,
            live_rendering=rendering,
            published_at=LONG_AGO,
        )
        return record("adopt", post, by=Actor.system(), facts=pattern.facts | facts)


def test_late_entry_that_calls_a_post_adopted_is_found(adoption, ceo):
    moved = Post.objects.get(slug="moved")
    workflow.unpublish(moved, by=ceo)
    for number in range(9):
        workflow.change_post(moved, {"slug": f"moved-{number}"}, by=ceo)
    forged = _forge(moved, Entry.objects.filter(verb="adopt").latest("sequence"))
    sentence = "no signature over an import stands before it."
    assert verify() == f"entry {forged.sequence}: {sentence}"


def test_entry_without_any_adoption_is_found(ceo):
    _, (post,) = make_import("river")
    with transaction.atomic():
        entry = record("adopt", post, by=Actor.of(ceo), facts={"batch": 1})
    sentence = "no signature over an import stands before it."
    assert verify() == f"entry {entry.sequence}: {sentence}"


@pytest.mark.parametrize("facts", [{}, {"count": "x"}, {"count": None}, {"count": [1]}])
def test_entry_about_an_adoption_that_never_was_is_found(ceo, facts):
    batch, _ = make_import("river")
    with transaction.atomic():
        entry = record("adopt_batch", batch, by=Actor.of(ceo), facts=facts, key=uuid.uuid4())
    assert verify() == f"entry {entry.sequence}: the adoption it records is gone."


@pytest.mark.parametrize("subject", ["x", "blog.post:", "blog.post:x", f"blog.post:{10**30}"])
def test_entry_that_names_no_post_breaks_nothing(ceo, subject):
    batch, _ = make_import("river")
    adopt(batch, ceo)
    with transaction.atomic():
        entry = record("adopt", subject, by=Actor.of(ceo), facts={"batch": batch.pk})
    assert verify() == f"entry {entry.sequence}: it names other words than were imported."


def test_other_html_put_in_place_of_the_first_is_found(adoption, damage):
    version = Post.objects.get(slug="floor").versions.get()
    damage(
        "UPDATE blog_rendering SET html = 'x', html_hash ="
        " '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'"
        f" WHERE version_id = {version.pk}"
    )
    assert "names other words than were imported" in verify()


def test_words_moved_out_of_their_import_are_found(adoption, damage):
    version = Post.objects.get(slug="wrong").versions.get()
    damage(f"UPDATE blog_version SET batch_id = NULL WHERE id = {version.pk}")
    assert "names other words than were imported" in verify()


@pytest.fixture
def questions(ceo) -> Callable[[int], int]:
    """Verify the record after adopting so many posts more, and return how many queries it cost."""

    def ask(count: int) -> int:
        batch, _ = make_import(*(f"{count}-{number}" for number in range(count)))
        adopt(batch, ceo)
        with CaptureQueriesContext(connection) as captured:
            assert "chain unbroken" in verify()
        return len(captured)

    return ask


def test_checks_ask_per_import_and_not_per_post(questions):
    first, second = questions(3), questions(30)
    assert second - first == questions(31) - second
    assert second - first < 5
