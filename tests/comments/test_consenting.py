"""A private note becomes public by its writer's signature, and then through moderation."""

from __future__ import annotations

import pytest

from blog.refusal import Refused
from comments import moderation
from comments.models import Comment
from comments.moderation.consenting import CONSENT
from ledger.canonical import digest
from ledger.models import Entry
from tests.comments.conftest import THOUGHT, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(post):
    """A note to the author alone."""
    return make_comment(post, visibility="private")


def test_signed_note_waits_and_is_public_once_approved(note, post, moderator, client):
    signed = moderation.consent(note)
    assert (signed.visibility, signed.state, signed.revision) == ("public", "pending", 2)
    assert THOUGHT not in client.get(post.get_absolute_url()).content.decode()
    moderation.approve(signed, by=moderator, seen=2)
    assert THOUGHT in client.get(post.get_absolute_url()).content.decode()


def test_record_holds_the_sentence_that_was_signed(note):
    moderation.consent(note)
    facts = Entry.objects.get(verb="consent").facts
    assert (facts["sentence"], facts["text"]) == (digest(CONSENT), digest(THOUGHT))


def test_private_answer_stays_private(note, post, moderator, client):
    answered = moderation.answer_privately(note, "CANARY between us.", by=moderator, seen=1)
    signed = moderation.consent(answered)
    moderation.approve(signed, by=moderator, seen=signed.revision)
    page = client.get(post.get_absolute_url()).content.decode()
    assert THOUGHT in page
    assert "CANARY" not in page


def test_second_click_changes_nothing(note):
    moderation.consent(note)
    assert moderation.consent(note).revision == 2


def test_equal_public_comment_is_no_obstacle(note, post, moderator):
    make_comment(post)
    signed = moderation.consent(note)
    assert moderation.approve(signed, by=moderator, seen=signed.revision).is_visible


def test_who_saw_a_private_note_decides_nothing_about_the_public_one(note, moderator):
    moderation.consent(note)
    with pytest.raises(moderation.Conflict):
        moderation.reject(note, by=moderator, seen=1)


def test_spam_stays_spam(note, moderator):
    moderation.mark_spam(note, by=moderator, seen=1)
    assert moderation.consent(note).state == "spam"


def test_closed_note_withdrawn_note_and_public_comment_are_refused(note, post, moderator):
    moderation.reject(note, by=moderator, seen=1)
    public = make_comment(post, body="Another thought.")
    gone = moderation.withdraw(make_comment(post, body="A third.", visibility="private"))
    for one in (note, public, gone):
        with pytest.raises(Refused, match="Only a private note"):
            moderation.consent(one)
    assert not Comment.objects.exclude(consented_at=None).exists()
