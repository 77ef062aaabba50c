"""Changing what readers see: typo, correction, retraction, and the rows that tell of them for ever."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from blog import markup, workflow
from blog.models import Post, PublicChange, Rendering
from blog.refusal import Refused
from ledger.models import Entry
from tests.cast import edited, make_draft, make_post
from tests.imports import adopt, make_import
from tests.refusals import FINAL, execute
from tests.refusals import refused as database_refuses

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
BODY = "The river rose two metres."


def change(post: Post, by: User, **said: Any) -> Post:
    """Save other words and publish them, signed."""
    workflow.save_version(post, edited(post, **said), by=by)
    workflow.approve(workflow.submit(post, by=by), by=by)
    return workflow.publish(post, by=by)


def rows(post: Post) -> list[tuple[str, int, int | None]]:
    """What was kept of each change: its kind, and the numbers of the words before and after."""
    return [
        (row.kind, row.before.version.number, row.after.version.number if row.after else None)
        for row in post.changes.all()
    ]


def test_correction_is_kept_with_the_words_before_and_after(ceo):
    post = change(make_post(ceo, body=BODY), ceo, body="It fell.", correction="It fell.")
    assert rows(post) == [("correction", 1, 2)]
    row = post.changes.get()
    assert (row.at, row.reason) == (post.updated_at, "It fell.")
    entry = Entry.objects.get(key=row.record)
    assert (entry.verb, entry.facts["change"]) == ("correct", "correction")
    assert entry.facts["before"] == row.before.html_hash


def test_typo_needs_no_sentence_gets_no_notice_and_moves_no_date(ceo, client):
    post = make_post(ceo, body="The rivr rose.")
    changed = change(post, ceo, body="The river rose.", correction="")
    assert rows(changed) == [("typo", 1, 2)]
    assert (changed.updated_at, changed.corrections) == (None, [])
    page = client.get(post.get_absolute_url()).content.decode()
    assert "The river rose." in page
    assert "orrection of" not in page


def test_sentence_makes_a_correction_of_what_could_be_a_typo(ceo):
    post = make_post(ceo, body="The rivr rose.")
    changed = change(post, ceo, body="The river rose.", correction="A letter was missing.")
    assert rows(changed) == [("correction", 1, 2)]


@pytest.mark.parametrize("verb", ["submit", "publish"])
def test_more_than_a_typo_without_a_sentence_is_refused_and_says_which_word(ceo, verb):
    post = make_post(ceo, body=BODY)
    workflow.save_version(
        post, edited(post, body=BODY.replace("two", "ten"), correction=""), by=ceo
    )
    asked = {"submit": lambda: workflow.submit(post, by=ceo)}
    asked["publish"] = lambda: workflow.publish(post, by=ceo, seen=2)
    with pytest.raises(Refused, match="This changes a number"):
        asked[verb]()
    post = Post.objects.get()
    assert (post.live_version.number, rows(post)) == (1, [])


def test_sentence_on_an_earlier_correction_is_none_on_the_next(ceo):
    post = change(make_post(ceo, body=BODY), ceo, body="It fell.", correction="It fell.")
    workflow.save_version(post, edited(post, body="It rose 2 m.", correction="It fell."), by=ceo)
    with pytest.raises(Refused, match="say under “What changed"):
        workflow.submit(post, by=ceo)


def test_correction_stays_on_the_page_after_a_typo(ceo, client):
    post = change(make_post(ceo, body="It rose."), ceo, body="It fel.", correction="It fell.")
    change(post, ceo, body="It fell.", correction="")
    page = client.get(post.get_absolute_url()).content.decode()
    assert page.count("It fell.") >= 2
    assert "Correction of" in page


def test_same_words_in_new_html_are_no_change_to_readers(ceo, monkeypatch):
    post = make_post(ceo)
    monkeypatch.setattr("blog.markup.VERSION", 99)
    real = markup.render
    new = lambda *said: replace(real(*said), html="<p>Set anew.</p>")  # noqa: E731
    monkeypatch.setattr("blog.markup.render", new)
    assert workflow.propose_rendering(post)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    shown = workflow.publish(post, by=ceo)
    assert shown.live_rendering.html == "<p>Set anew.</p>"
    assert (rows(post), shown.updated_at) == ([], None)


def test_words_that_the_clock_alone_made_public_are_what_was_before(ceo):
    post = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=False):
        change(post, ceo, body="Three metres.", correction="It was three.")
        assert rows(post) == [("correction", 1, 2)]


def test_words_that_were_replaced_before_their_moment_were_never_public(ceo):
    post = workflow.schedule(make_draft(ceo), by=ceo, seen=1, at=timezone.now() + HOUR)
    workflow.save_version(post, edited(post, body="Three metres."), by=ceo)
    workflow.publish(post, by=ceo, seen=2)
    assert rows(post) == []


def test_adopted_words_are_what_was_before(ceo):
    batch, (post,) = make_import("river")
    adopt(batch, ceo)
    change(Post.objects.get(pk=post.pk), ceo, body="Three.", correction="It was three.")
    assert rows(post) == [("correction", 1, 2)]


@pytest.mark.parametrize("is_public", [True, False])
def test_taking_back_is_kept_where_readers_saw_it(ceo, is_public):
    at = None if is_public else timezone.now() + HOUR
    post = workflow.publish(make_draft(ceo), by=ceo, seen=1, at=at)
    workflow.unpublish(post, by=ceo)
    assert rows(post) == ([("taken_back", 1, None)] if is_public else [])


def test_retraction_is_kept_with_its_notice(ceo):
    post = workflow.retract(make_post(ceo), by=ceo, notice="It was wrong.")
    row = post.changes.get()
    assert (row.kind, row.reason, row.at) == ("retraction", "It was wrong.", post.updated_at)


def test_blanking_what_readers_see_is_a_retraction(ceo):
    post = make_post(ceo)
    workflow.redact(post.live_version, by=ceo, reason="A court.")
    assert rows(post) == [("retraction", 1, None)]
    assert post.changes.get().reason == "A court."


def test_blanking_what_readers_do_not_see_is_none(ceo):
    post = change(make_post(ceo, body=BODY), ceo, body="It fell.")
    workflow.redact(post.versions.get(number=1), by=ceo, reason="A court.")
    assert rows(post) == [("correction", 1, 2)]


# What the database refuses


@pytest.fixture
def corrected(ceo) -> Post:
    """A post that was corrected once."""
    return change(make_post(ceo, body=BODY), ceo, body="It fell.", correction="It fell.")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE blog_publicchange SET kind = 'typo'",
        "UPDATE blog_publicchange SET after_id = before_id",
        "UPDATE blog_publicchange SET notice = 'x'",
        "DELETE FROM blog_publicchange",
    ],
)
def test_what_readers_are_told_is_final(corrected, statement):
    with database_refuses(FINAL):
        execute(statement)


def by_hand(post: Post, before: Rendering, after: Rendering | None, kind: str) -> None:
    PublicChange.objects.create(
        post=post, kind=kind, before=before, after=after, at=timezone.now(), record=uuid.uuid4()
    )


def test_row_by_hand_names_words_of_its_post_and_those_that_readers_see(corrected, ceo):
    first, live = (version.renderings.get() for version in corrected.versions.order_by("number"))
    foreign = make_post(ceo, title="Another").live_rendering
    draft = workflow.save_version(corrected, edited(corrected, body="No."), by=ceo).renderings.get()
    for before, after, kind in [
        (foreign, live, "typo"),
        (first, draft, "typo"),
        (live, first, "correction"),
        (live, None, "retraction"),
        (live, None, "taken_back"),
    ]:
        with database_refuses("goes from words of its post to those that readers see now"):
            by_hand(corrected, before, after, kind)


@pytest.mark.parametrize(("kind", "is_there"), [("typo", False), ("retraction", True)])
def test_kind_says_whether_there_are_words_after(corrected, kind, is_there):
    live = corrected.live_rendering
    with database_refuses("withdrawn_words_have_none_after|goes from words of its post"):
        by_hand(corrected, live, live if is_there else None, kind)


def test_two_corrections_at_once_make_one_row(ceo, run_together, transactional_db):
    post = make_post(ceo, body=BODY)
    workflow.save_version(post, edited(post, body="It fell.", correction="It fell."), by=ceo)
    workflow.approve(workflow.submit(post, by=ceo), by=ceo)
    results = run_together(4, lambda n: workflow.publish(post, by=ceo))
    assert len([result for result in results if isinstance(result, Post)]) == 1
    assert rows(post) == [("correction", 1, 2)]
