"""Appealing once, to somebody else where there is one."""

from __future__ import annotations

import pytest

from blog import roles
from blog.refusal import Refused
from comments import moderation
from comments.models import Appeal, Comment
from ledger.models import Entry
from tests.cast import make_user
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db

WHY = "I only quoted what the report says."


@pytest.fixture
def colleague(db):
    """Another moderator."""
    return make_user("Noor Haddad", roles.MODERATOR)


@pytest.fixture
def appealed(post, moderator):
    """A rejected comment whose writer asked for a second look."""
    comment = moderation.reject(make_comment(post), by=moderator, seen=1, reason="Too sharp.")
    return moderation.appeal(comment, WHY)


def test_granted_appeal_publishes_the_comment(appealed, colleague):
    done = moderation.grant_appeal(appealed, by=colleague, seen=appealed.revision)
    assert (done.state, done.reason, done.decided_by) == ("approved", "", colleague.pk)
    made = Appeal.objects.get()
    assert (made.state, made.decided_by) == ("granted", colleague.pk)
    assert [*Entry.objects.values_list("verb", flat=True)][-2:] == ["appeal", "grant_appeal"]


def test_removed_comment_can_be_published_after_all(post, moderator, colleague):
    comment = make_public(post, moderator)
    comment = moderation.remove(comment, by=moderator, seen=comment.revision)
    comment = moderation.appeal(comment, WHY)
    done = moderation.grant_appeal(comment, by=colleague, seen=comment.revision)
    assert done.is_visible


def test_refused_appeal_leaves_the_comment_and_may_give_a_new_reason(appealed, colleague):
    done = moderation.refuse_appeal(
        appealed, by=colleague, seen=appealed.revision, reason="It names a neighbour."
    )
    assert (done.state, done.reason) == ("rejected", "It names a neighbour.")
    assert Appeal.objects.get().state == "refused"


def test_refused_appeal_without_a_reason_keeps_the_first(appealed, colleague):
    done = moderation.refuse_appeal(appealed, by=colleague, seen=appealed.revision)
    assert done.reason == "Too sharp."


@pytest.mark.parametrize("verb", ["grant_appeal", "refuse_appeal", "approve", "restore"])
def test_decision_about_an_appeal_can_be_undone(appealed, colleague, verb):
    before = [Comment.objects.values().get(), Appeal.objects.values().get()]
    done = getattr(moderation, verb)(appealed, by=colleague, seen=appealed.revision)
    assert Appeal.objects.get().state != "waiting"
    moderation.undo(done, by=colleague, seen=done.revision)
    assert [Comment.objects.values().get(), Appeal.objects.values().get()] == before


@pytest.mark.parametrize("verb", ["grant_appeal", "refuse_appeal", "mark_spam"])
def test_nobody_judges_her_own_decision_while_another_could(appealed, moderator, colleague, verb):
    with pytest.raises(Refused, match="Somebody else decides"):
        getattr(moderation, verb)(appealed, by=moderator, seen=appealed.revision)
    assert Appeal.objects.get().state == "waiting"


def test_who_is_alone_decides_herself(appealed, moderator, ceo):
    ceo.groups.clear()
    ceo.is_superuser = ceo.is_active = False
    ceo.save()
    done = moderation.grant_appeal(appealed, by=moderator, seen=appealed.revision)
    assert done.is_visible


def test_called_spam_after_an_appeal_is_a_refusal(appealed, colleague):
    moderation.mark_spam(appealed, by=colleague, seen=appealed.revision)
    assert Appeal.objects.get().state == "refused"


def test_appeal_is_taken_once_and_the_second_click_is_harmless(appealed, colleague):
    assert moderation.appeal(appealed, WHY).revision == appealed.revision
    moderation.refuse_appeal(appealed, by=colleague, seen=appealed.revision)
    with pytest.raises(Refused, match="one for each comment"):
        moderation.appeal(appealed, "Please, again.")


@pytest.mark.parametrize("state", ["pending", "approved", "spam", "withdrawn"])
def test_only_a_refused_comment_is_appealed(post, state):
    comment = make_comment(post)
    Comment.objects.update(state=state)
    with pytest.raises(Refused, match="no decision against it"):
        moderation.appeal(comment, WHY)


def test_closed_note_is_not_appealed(post, moderator):
    note = moderation.reject(make_comment(post, visibility="private"), by=moderator, seen=1)
    with pytest.raises(Refused, match="no decision against it"):
        moderation.appeal(note, WHY)


@pytest.mark.parametrize(
    ("text", "sentence"), [(" \n", "Tell us why"), ("x" * 1001, "1,001 characters")]
)
def test_no_words_and_too_many_are_refused(post, moderator, text, sentence):
    comment = moderation.reject(make_comment(post), by=moderator, seen=1)
    with pytest.raises(Refused, match=sentence):
        moderation.appeal(comment, text)


def test_nothing_is_granted_that_nobody_asked_for(post, moderator, colleague):
    comment = moderation.reject(make_comment(post), by=moderator, seen=1)
    for verb in (moderation.grant_appeal, moderation.refuse_appeal):
        with pytest.raises(Refused, match="No appeal waits"):
            verb(comment, by=colleague, seen=comment.revision)


def test_stale_decision_about_an_appeal_is_a_conflict(appealed, colleague):
    with pytest.raises(moderation.Conflict):
        moderation.grant_appeal(appealed, by=colleague, seen=2)
