"""Editing: by the writer, for a while, and never past a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.refusal import Refused
from comments import moderation
from comments.models import Comment, Edit
from comments.moderation.editing import EDIT_WITHIN
from ledger.canonical import digest
from ledger.models import Entry
from tests.comments.conftest import THOUGHT, make_comment, make_public

pytestmark = pytest.mark.django_db

BETTER = "The part about the river made me look up our own insurance. It pays nothing."


def test_words_that_wait_are_replaced_at_once(post):
    comment = make_comment(post)
    edited = moderation.edit(comment, f"  {BETTER}\r\n")
    assert (edited.body, edited.body_html, edited.state) == (
        BETTER,
        f"<p>{BETTER}</p>\n",
        "pending",
    )
    made = Edit.objects.get()
    assert (made.state, made.before, made.body) == ("taken", THOUGHT, BETTER)
    assert (edited.revision, made.revision, edited.digest) == (2, 2, comment.digest)
    entry = Entry.objects.get(verb="edit")
    assert (entry.actor, entry.facts["text"]) == (None, digest(BETTER))


def test_public_words_stay_until_the_edit_is_accepted(post, moderator, client):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    assert (comment.state, comment.body) == ("approved", THOUGHT)
    page = client.get(post.get_absolute_url()).content.decode()
    assert THOUGHT in page
    assert BETTER not in page
    moderation.accept_edit(comment, by=moderator, seen=comment.revision)
    page = client.get(post.get_absolute_url()).content.decode()
    assert THOUGHT not in page
    assert BETTER in page
    assert Edit.objects.get().state == "taken"


def test_refused_edit_leaves_the_words_and_tells_the_writer_why(post, moderator):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    comment = moderation.refuse_edit(comment, by=moderator, seen=3, reason="It is less clear.")
    assert (comment.state, comment.body, comment.reason) == (
        "approved",
        THOUGHT,
        "It is less clear.",
    )
    assert Edit.objects.get().state == "refused"


def test_who_saw_the_old_words_gets_a_conflict_with_them(post, moderator):
    comment = make_comment(post)
    moderation.edit(comment, BETTER)
    with pytest.raises(moderation.Conflict) as caught:
        moderation.approve(comment, by=moderator, seen=1)
    assert (caught.value.seen_text, caught.value.comment.body) == (THOUGHT, BETTER)


def test_who_saw_an_older_edit_accepts_no_newer_one(post, moderator):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    moderation.edit(comment, "Something else altogether.")
    with pytest.raises(moderation.Conflict) as caught:
        moderation.accept_edit(comment, by=moderator, seen=comment.revision)
    assert caught.value.seen_text == BETTER
    assert list(Edit.objects.values_list("state", flat=True)) == ["replaced", "waiting"]


def test_same_words_again_change_nothing(post, moderator):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    again = moderation.edit(comment, BETTER, at=timezone.now() + timedelta(hours=1))
    assert again.revision == comment.revision
    assert Edit.objects.count() == 1


def test_going_back_to_the_public_words_leaves_nothing_to_decide(post, moderator):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    comment = moderation.edit(comment, THOUGHT)
    assert list(Edit.objects.values_list("state", flat=True)) == ["replaced", "taken"]
    with pytest.raises(Refused, match="No new wording"):
        moderation.accept_edit(comment, by=moderator, seen=comment.revision)


@pytest.mark.parametrize("verb", ["accept_edit", "refuse_edit"])
def test_decision_about_an_edit_can_be_undone(post, moderator, verb):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    before = [Comment.objects.values().get(), Edit.objects.values().get()]
    done = getattr(moderation, verb)(comment, by=moderator, seen=comment.revision)
    moderation.undo(done, by=moderator, seen=done.revision)
    assert [Comment.objects.values().get(), Edit.objects.values().get()] == before


@pytest.mark.parametrize("verb", ["mark_spam", "remove"])
def test_edit_is_refused_when_its_comment_leaves_the_public_and_back_with_undo(
    post, moderator, verb
):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    done = getattr(moderation, verb)(comment, by=moderator, seen=comment.revision)
    assert Edit.objects.get().state == "refused"
    moderation.undo(done, by=moderator, seen=done.revision)
    assert Edit.objects.get().state == "waiting"


@pytest.mark.parametrize("is_public", [True, False])
def test_edit_ends_after_a_quarter_of_an_hour(post, moderator, is_public):
    comment = make_public(post, moderator) if is_public else make_comment(post)
    moderation.edit(comment, BETTER, at=comment.created_at + EDIT_WITHIN - timedelta(seconds=1))
    with pytest.raises(Refused, match="15 minutes after sending"):
        moderation.edit(comment, "Once more.", at=comment.created_at + EDIT_WITHIN)


def test_edit_ends_with_an_answer(post, moderator):
    comment = make_public(post, moderator)
    moderation.answer(comment, "Passed on.", by=moderator, seen=comment.revision)
    with pytest.raises(Refused, match="answered"):
        moderation.edit(comment, BETTER)


def test_private_note_can_be_edited_until_it_is_answered(post, moderator):
    note = moderation.edit(make_comment(post, visibility="private"), BETTER)
    assert note.body == BETTER
    note = moderation.answer_privately(note, "Thank you.", by=moderator, seen=note.revision)
    with pytest.raises(Refused, match="answered"):
        moderation.edit(note, THOUGHT)


@pytest.mark.parametrize("state", ["rejected", "removed", "withdrawn"])
def test_closed_comment_keeps_its_words(post, state):
    comment = make_comment(post)
    Comment.objects.update(state=state)
    with pytest.raises(Refused, match="stay as they are"):
        moderation.edit(comment, BETTER)


def test_our_own_words_and_mentions_are_not_edited_from_outside(post, moderator):
    comment = make_public(post, moderator)
    own = moderation.answer(comment, "Passed on.", by=moderator, seen=comment.revision)
    Comment.objects.filter(pk=comment.pk).update(kind="mention")
    for one in (own, comment):
        with pytest.raises(Refused, match="stays as it is"):
            moderation.edit(one, BETTER)


@pytest.mark.parametrize(
    ("text", "sentence"), [(" \u200b\n", "Write your comment"), ("x" * 5001, "5,001 characters")]
)
def test_no_words_and_too_many_are_refused(post, text, sentence):
    with pytest.raises(Refused, match=sentence):
        moderation.edit(make_comment(post), text)
    assert not Edit.objects.exists()


def test_edit_can_turn_to_spam_and_what_the_filter_held_can_turn_back(post):
    comment = make_comment(post)
    advert = (
        "BUY CHEAP VIAGRA casino http://a.top http://b.top http://c.top http://d.top bonus " * 3
    )
    comment = moderation.edit(comment, advert)
    assert comment.state == "spam"
    assert moderation.edit(comment, BETTER).state == "pending"


def test_what_a_person_called_spam_stays_spam(post, moderator):
    comment = moderation.mark_spam(make_comment(post), by=moderator, seen=1)
    comment = moderation.edit(comment, BETTER)
    assert (comment.state, comment.body) == ("spam", BETTER)


def test_trap_filled_at_first_is_not_forgotten_by_an_edit(post):
    comment = make_comment(post)
    trap = {"check": "trap", "weight": 3.0, "reason": "It filled the trap.", "holds": True}
    Comment.objects.update(evidence=[trap])
    assert "trap" in {one["check"] for one in moderation.edit(comment, BETTER).evidence}


def test_only_moderators_decide_about_edits(post, moderator, writer):
    comment = moderation.edit(make_public(post, moderator), BETTER)
    for verb in (moderation.accept_edit, moderation.refuse_edit):
        with pytest.raises(Refused, match="may not decide"):
            verb(comment, by=writer, seen=comment.revision)
