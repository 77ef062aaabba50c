"""Undo after publishing: for a minute, for whoever published, back to exactly what was there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from blog import roles, workflow
from blog.history import changes_of, corrections
from blog.models import Post, PublicChange, WayBack
from blog.refusal import Refused
from blog.workflow.undoing import public_state
from ledger.models import Entry
from tests.cast import edited, make_draft, make_post, make_user
from tests.refusals import execute
from tests.refusals import refused as database_refuses

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 10, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DROP = {
    "sqlite": "DROP TRIGGER guard_blog_post_signed_update",
    "postgresql": "DROP TRIGGER guard_blog_post_signed ON blog_post",
}


@pytest.fixture(autouse=True)
def clock():
    """A clock that moves when a test moves it."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def status(post: Post) -> int:
    return Client().get(post.get_absolute_url()).status_code


def corrected(post: Post, by: User, body: str = "It fell.", **said: str) -> Post:
    workflow.save_version(post, edited(post, body=body, **said), by=by)
    workflow.approve(workflow.submit(post, by=by), by=by)
    return workflow.publish(post, by=by)


def test_first_publication_is_a_draft_again_and_leaves_no_public_trace(ceo):
    post = make_post(ceo)
    assert status(post) == 200
    post = workflow.undo_publication(post, by=ceo)
    assert (post.state, post.live_version, post.published_at) == ("draft", None, None)
    assert status(post) == 404
    assert not PublicChange.objects.exists()
    assert Entry.objects.latest("sequence").verb == "undo_publish"
    workflow.publish(post, by=ceo)
    assert status(post) == 200
    call_command("verify_ledger", verbosity=0)


def test_correction_gives_the_earlier_words_their_place_back(ceo, client):
    post = make_post(ceo, body="It rose.")
    was = public_state(post)
    corrected(post, ceo)
    assert "It fell." in client.get(post.get_absolute_url()).content.decode()
    post = workflow.undo_publication(post, by=ceo)
    assert public_state(post) == was
    page = client.get(post.get_absolute_url()).content.decode()
    assert "It rose." in page
    assert "orrection of" not in page
    assert "It fell." not in page
    assert (list(changes_of(post)), list(corrections()), post.corrections) == ([], [], [])
    assert [row.kind for row in post.changes.all()] == ["correction", "undone"]
    assert "It fell." not in client.get(f"{post.get_absolute_url()}history/").content.decode()
    call_command("verify_ledger", verbosity=0)


def test_words_that_were_undone_can_be_published_after_all(ceo, client):
    post = corrected(make_post(ceo, body="It rose."), ceo)
    post = workflow.undo_publication(post, by=ceo)
    post = workflow.publish(post, by=ceo)
    assert "It fell." in client.get(post.get_absolute_url()).content.decode()
    assert [change.kind for change in changes_of(post)] == ["correction"]
    call_command("verify_ledger", verbosity=0)


def test_undo_is_for_a_slip_and_no_way_to_change_words_unseen(ceo, clock):
    post = corrected(make_post(ceo, body="It rose."), ceo)
    workflow.undo_publication(post, by=ceo)
    workflow.publish(post, by=ceo)
    clock.move_to(NOW + 30 * SECOND)
    with pytest.raises(Refused, match="once today already"):
        workflow.undo_publication(post, by=ceo)
    assert [change.kind for change in changes_of(post)] == ["correction"]
    clock.move_to(NOW + timedelta(days=2))
    corrected(post, ceo, "It rose again.")
    assert workflow.undo_publication(post, by=ceo).state == "published"


def test_schedule_whose_moment_has_passed_does_not_come_back(ceo, clock):
    post = make_draft(ceo, body="It rose.")
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.schedule(post, by=ceo, at=NOW + 30 * SECOND)
    workflow.save_version(post, edited(post, body="It fell."), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo)
    clock.move_to(NOW + 40 * SECOND)
    with pytest.raises(Refused, match="moment it was scheduled for has passed"):
        workflow.undo_publication(post, by=ceo)
    assert "It fell." in Client().get(post.get_absolute_url()).content.decode()


def test_schedule_that_readers_see_by_the_clock_is_out(ceo, clock):
    post = make_draft(ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.schedule(post, by=ceo, at=NOW + 5 * SECOND)
    clock.move_to(NOW + 6 * SECOND)
    with pytest.raises(Refused, match="too late"):
        workflow.undo_publication(post, by=ceo)
    assert status(post) == 200


def test_nothing_is_undone_without_the_guards(ceo):
    post = corrected(make_post(ceo, body="A secret."), ceo)
    workflow.redact(post.versions.get(number=1), by=ceo, reason="A secret.")
    execute(DROP[connection.vendor])
    with pytest.raises(Refused, match="lost its guards"):
        workflow.undo_publication(post, by=ceo)


def test_page_undoes_the_publication_that_it_showed_and_no_later_one(ceo, at_desk, clock):
    post = make_post(ceo, body="It rose.")
    undo = reverse("admin:blog_post_undo", args=[post.pk])
    page = at_desk(ceo).get(reverse("admin:blog_post_change", args=[post.pk])).content.decode()
    clock.move_to(NOW + SECOND)
    corrected(post, ceo)
    seen = re.search(r'name="seen" value="([^"]*T[^"]*)"', page)
    assert seen is not None
    said = at_desk(ceo).post(undo, {"seen": seen[1]}, follow=True).content.decode()
    assert "too late to undo" in said
    assert "It fell." in Client().get(post.get_absolute_url()).content.decode()


def test_schedule_comes_back_as_it_was(ceo):
    post = make_draft(ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    at = NOW + timedelta(days=3, microseconds=7)
    workflow.schedule(post, by=ceo, at=at)
    workflow.publish(post, by=ceo)
    assert status(post) == 200
    post = workflow.undo_publication(post, by=ceo)
    assert (post.state, post.published_at) == ("scheduled", at)
    assert status(post) == 404
    call_command("verify_ledger", verbosity=0)


def test_minute_is_a_minute_and_a_moment(ceo, clock):
    post, other = make_post(ceo), make_post(ceo, slug="other")
    clock.move_to(NOW + 64 * SECOND)
    assert workflow.undo_publication(post, by=ceo).state == "draft"
    clock.move_to(NOW + 65 * SECOND)
    with pytest.raises(Refused, match="too late"):
        workflow.undo_publication(other, by=ceo)
    assert status(other) == 200
    assert workflow.forget_ways_back() == 0
    clock.move_to(NOW + 66 * SECOND)
    assert workflow.forget_ways_back() == 1


def test_second_click_and_a_colleague_undo_nothing(ceo, writer):
    post = make_post(ceo)
    with pytest.raises(Refused, match="too late"):
        workflow.undo_publication(post, by=writer)
    workflow.undo_publication(post, by=ceo)
    with pytest.raises(Refused, match="too late"):
        workflow.undo_publication(post, by=ceo)
    with pytest.raises(Refused, match="may not undo"):
        workflow.undo_publication(post, by=make_user("Mo Reed", roles.MODERATOR))


@pytest.mark.parametrize("verb", ["retract", "unpublish", "correct"])
def test_what_changed_since_is_not_undone(ceo, writer, verb):
    post = make_post(ceo)
    if verb == "retract":
        workflow.retract(post, by=ceo, notice="Wrong.")
    elif verb == "unpublish":
        workflow.unpublish(post, by=ceo)
    else:
        workflow.save_version(post, edited(post, body="Other."), by=writer)
        workflow.approve(workflow.submit(post, by=writer), by=ceo)
        workflow.publish(post, by=writer)
    state = public_state(Post.objects.get(pk=post.pk))
    with pytest.raises(Refused, match="too late"):
        workflow.undo_publication(post, by=ceo)
    assert public_state(Post.objects.get(pk=post.pk)) == state


def test_earlier_words_that_were_blanked_do_not_come_back(ceo):
    post = corrected(make_post(ceo, body="A secret."), ceo)
    first = post.versions.get(number=1)
    workflow.redact(first, by=ceo, reason="A secret.")
    with pytest.raises(Refused, match="not signed any more"):
        workflow.undo_publication(post, by=ceo)
    assert "It fell." in Client().get(post.get_absolute_url()).content.decode()


def test_database_refuses_an_undoing_of_something_else(ceo):
    post = corrected(make_post(ceo, body="It rose."), ceo)
    row, other = post.changes.get(), make_post(ceo, slug="other")
    columns = "post_id, kind, before_id, after_id, notice, undoes_id, at, record"
    forged = (
        f"INSERT INTO blog_publicchange ({columns}) SELECT {{}}, 'undone', {{}}, {{}}, '', {row.pk},"
        f" at, '{'0' * 31}1' FROM blog_publicchange WHERE id = {row.pk}"
    )
    with database_refuses("A public change goes from words of its post"):
        execute(forged.format(post.pk, row.before_id, row.after_id))
    with database_refuses("A public change goes from words of its post"):
        execute(forged.format(other.pk, row.after_id, row.before_id))


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_undo_once(ceo):
    post = corrected(make_post(ceo, body="It rose."), ceo)
    said: list[str] = []
    barrier = Barrier(2)

    def press() -> None:
        barrier.wait()
        try:
            said.append(workflow.undo_publication(post, by=ceo).state)
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["published", "refused"]
    assert Entry.objects.filter(verb="undo_publish").count() == 1


def test_page_offers_it_to_who_published_for_a_minute(ceo, writer, at_desk, clock):
    post = make_post(ceo)
    change = reverse("admin:blog_post_change", args=[post.pk])
    undo = reverse("admin:blog_post_undo", args=[post.pk])
    assert undo in at_desk(ceo).get(change).content.decode()
    assert undo in at_desk(ceo).get(reverse("admin:blog_post_changelist")).content.decode()
    assert undo not in at_desk(writer).get(change).content.decode()
    assert at_desk(ceo).get(undo).status_code == 302
    assert status(post) == 200
    seen = WayBack.objects.get().mark
    page = at_desk(ceo).post(undo, {"seen": seen}, follow=True).content.decode()
    assert "Undone. Signed, ready to publish." in page
    assert status(post) == 404
    assert "too late to undo" in at_desk(ceo).post(undo, follow=True).content.decode()
    make_post(ceo, slug="other")
    clock.move_to(NOW + 61 * SECOND)
    listed = at_desk(ceo).get(reverse("admin:blog_post_changelist")).content.decode()
    assert "/undo/" not in listed


def test_command_leaves_no_way_back(ceo):
    post = make_draft(ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    workflow.publish(post, by=ceo, channel="command")
    assert not WayBack.objects.exists()


def test_way_back_goes_with_the_post_it_belongs_to_and_is_one(ceo):
    post = corrected(make_post(ceo, body="It rose."), ceo)
    assert WayBack.objects.filter(post=post).count() == 1
