"""The place of a picture that never came does not reach readers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction

from blog import workflow
from blog.models import Post
from blog.picture_marks import mark_problems, without_marks
from blog.refusal import Refused
from blog.words import words_of
from blog.workflow.writing import begin_post
from ledger.record import Actor, record_all
from tests.blog.test_admin_editor import ADD, typed
from tests.cast import edited, make_draft

pytestmark = pytest.mark.django_db
BODY = "The river rose.\n\n[picture 1 is coming: river.jpg]\n\nIt fell."


@pytest.mark.parametrize("then", ["save", "publish", "preview"])
def test_text_that_waits_for_a_picture_is_not_saved_and_nothing_is_lost(ceo, at_desk, then):
    desk = at_desk(ceo)
    answer = desk.post(ADD, typed(desk, ADD, title="A flood", body=BODY, then=then))
    page = answer.content.decode()
    assert "A picture is missing where the text says" in page
    assert f"{BODY}</textarea>" in page
    assert not Post.objects.exists()


def test_no_verb_saves_such_a_text(ceo):
    post = make_draft(ceo)
    with pytest.raises(Refused, match="A picture is missing"):
        workflow.save_version(post, edited(post, body=BODY), by=ceo)


def test_draft_of_earlier_days_that_waits_for_a_picture_is_not_published(ceo):
    words = replace(words_of(make_draft(ceo).versions.get()), body=BODY)
    by = Actor.of(ceo)
    with transaction.atomic():
        post, saved = begin_post(words, by=by, slug="waits", kind="post")
        record_all([saved], by=by)
    with pytest.raises(Refused, match="A picture is missing"):
        workflow.publish(post, by=ceo, seen=1)


def test_preview_shows_the_text_without_the_mark(ceo, at_desk):
    desk = at_desk(ceo)
    look = desk.post("/admin/blog/post/look/", typed(desk, ADD, title="A flood", body=BODY))
    assert look.status_code == 200
    assert "is coming" not in look.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "[picture one is coming]",
        "[picture 1](/x)",
        "A picture is coming",
        "[picture 1 is coming: a\nb]",
    ],
)
def test_other_words_are_no_marks(text):
    assert without_marks(text) == text
    assert list(mark_problems(text)) == []
