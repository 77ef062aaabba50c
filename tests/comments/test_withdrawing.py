"""Withdrawing, and coming back for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from blog.refusal import Refused
from comments import moderation
from comments.models import Comment, Edit
from ledger.models import Entry
from tests.comments.conftest import THOUGHT, make_comment, make_public

pytestmark = pytest.mark.django_db


def test_withdrawn_comment_is_gone_and_its_answers_stay(post, moderator, client):
    comment = make_public(post, moderator)
    make_public(post, moderator, parent=comment, name="Ines", body="I think so too.")
    moderation.withdraw(comment)
    page = client.get(post.get_absolute_url()).content.decode()
    assert THOUGHT not in page
    assert "I think so too." in page
    entry = Entry.objects.get(verb="withdraw")
    assert (entry.actor, entry.facts["from"], entry.facts["to"]) == (None, "approved", "withdrawn")


@pytest.mark.parametrize("state", ["pending", "approved", "rejected", "spam"])
def test_who_comes_back_stands_where_she_stood(post, state):
    comment = make_comment(post)
    # A person decided: what only trust made public is looked at again where that is not enough.
    Comment.objects.update(state=state, decided_by=1)
    gone = moderation.withdraw(comment)
    assert (gone.state, gone.withdrawn_from, gone.revision) == ("withdrawn", state, 2)
    back = moderation.come_back(gone)
    assert (back.state, back.withdrawn_from, back.withdrawn_at) == (state, "", None)
    assert back.revision == 3


def test_second_click_changes_nothing(post):
    comment = make_comment(post)
    assert moderation.come_back(comment).revision == 1
    moderation.withdraw(comment)
    assert moderation.withdraw(comment).revision == 2
    moderation.come_back(comment)
    assert moderation.come_back(comment).revision == 3


def test_after_a_day_nobody_comes_back(post):
    comment = moderation.withdraw(make_comment(post))
    tomorrow = timezone.now() + timedelta(hours=24)
    with time_machine.travel(tomorrow), pytest.raises(Refused, match="24 hours"):
        moderation.come_back(comment)
    assert Comment.objects.get().state == "withdrawn"


def test_edit_that_waits_goes_with_the_comment(post, moderator):
    comment = moderation.edit(make_public(post, moderator), "Other words.")
    moderation.withdraw(comment)
    assert Edit.objects.get().state == "replaced"
    assert moderation.come_back(comment).body == THOUGHT


def test_nobody_decides_about_what_is_withdrawn(post, moderator):
    comment = moderation.withdraw(make_comment(post))
    with pytest.raises(moderation.Conflict):
        moderation.approve(comment, by=moderator, seen=1)
    for verb in ("approve", "reject", "mark_spam", "remove", "restore"):
        with pytest.raises(Refused):
            getattr(moderation, verb)(comment, by=moderator, seen=2)


def test_decision_before_a_withdrawal_cannot_be_undone(post, moderator):
    comment = make_public(post, moderator)
    moderation.withdraw(comment)
    with pytest.raises(moderation.Conflict):
        moderation.undo(comment, by=moderator, seen=comment.revision)


def test_removed_comment_and_answered_note_are_not_taken_back(post, moderator):
    comment = make_public(post, moderator)
    moderation.remove(comment, by=moderator, seen=comment.revision)
    note = make_comment(post, visibility="private")
    moderation.answer_privately(note, "Thank you.", by=moderator, seen=1)
    for one in (comment, note):
        with pytest.raises(Refused, match="closed already"):
            moderation.withdraw(one)


def test_private_note_that_waits_can_be_taken_back(post):
    note = moderation.withdraw(make_comment(post, visibility="private"))
    assert not Comment.objects.private_notes().exists()
    assert moderation.come_back(note).is_private
    assert Comment.objects.private_notes().exists()


@pytest.mark.parametrize("mode", ["hold", "close"])
def test_nothing_comes_back_into_public_while_the_crisis_switch_is_on(post, moderator, mode):
    comment = moderation.withdraw(make_public(post, moderator))
    until = timezone.now() + timedelta(hours=1)
    moderation.start_crisis(mode=mode, statement="", until=until, by=moderator)
    back = moderation.come_back(comment)
    assert (back.state, back.withdrawn_from) == ("pending", "")
    assert not Comment.objects.visible().exists()
