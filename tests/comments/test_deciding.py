"""Deciding about comments: the verbs, what they refuse, and what each leaves in the record."""

from __future__ import annotations

import itertools

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog import outbox
from blog.refusal import Refused
from comments import mail_choices, moderation
from comments.models import Comment
from comments.models.decision import MAIL_AFTER
from comments.moderation.deciding import TRANSITIONS
from comments.private_links import private_path
from ledger.canonical import digest
from ledger.models import Entry
from tests.comments.conftest import make_comment, make_public

pytestmark = pytest.mark.django_db


def test_approved_comment_is_public(post, moderator, client):
    comment = make_comment(post, body="CANARY hello")
    assert "CANARY" not in client.get(post.get_absolute_url()).content.decode()
    moderation.approve(comment, by=moderator, seen=comment.revision)
    page = client.get(post.get_absolute_url()).content.decode()
    assert "CANARY" in page
    assert f'<article id="c{comment.pk}" class="comment' in page


@pytest.mark.parametrize(
    ("verb", "state"), list(itertools.product(TRANSITIONS, Comment.State.values))
)
def test_each_verb_leads_on_only_from_its_states(post, moderator, verb, state):
    comment = make_comment(post)
    Comment.objects.filter(pk=comment.pk).update(state=state)
    sources, target = TRANSITIONS[verb]
    act = getattr(moderation, verb)
    if state not in sources:
        with pytest.raises(Refused):
            act(comment, by=moderator, seen=1)
        assert Comment.objects.get().state == state
        return
    assert act(comment, by=moderator, seen=1).state == target
    entry = Entry.objects.get(verb=verb)
    assert (entry.actor, entry.facts["from"], entry.facts["to"]) == (moderator.pk, state, target)


@pytest.mark.parametrize("verb", TRANSITIONS)
def test_only_moderators_decide(post, writer, verb):
    comment = make_comment(post)
    with pytest.raises(Refused, match="may not decide"):
        getattr(moderation, verb)(comment, by=writer, seen=1)


def test_disabled_moderator_decides_nothing(post, moderator):
    comment = make_comment(post)
    moderator.is_active = False
    with pytest.raises(Refused):
        moderation.approve(comment, by=moderator, seen=1)


def test_stale_decision_is_a_conflict_and_changes_nothing(post, moderator):
    comment = make_comment(post)
    moderation.reject(comment, by=moderator, seen=1)
    with pytest.raises(moderation.Conflict, match="Somebody was faster") as caught:
        moderation.approve(comment, by=moderator, seen=1)
    assert caught.value.comment.state == "rejected"
    assert Entry.objects.filter(verb="approve").count() == 0


def test_private_note_cannot_be_approved_by_anybody(post, moderator):
    comment = make_comment(post, visibility="private")
    with pytest.raises(Refused, match="never published"):
        moderation.approve(comment, by=moderator, seen=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(state="approved")


def test_reason_is_kept_for_the_writer_and_the_record(post, moderator):
    comment = make_comment(post)
    moderation.reject(comment, by=moderator, seen=1, reason="It names a private person.")
    assert "It names a private person." in Comment.objects.get().state_sentence
    assert Entry.objects.get(verb="reject").facts["reason"] == digest("It names a private person.")


def test_reason_is_refused_when_too_long_and_never_cut(post, moderator):
    comment = make_comment(post)
    with pytest.raises(Refused, match="at most 300 characters; this one has 301"):
        moderation.reject(comment, by=moderator, seen=1, reason="x" * 301)


def test_second_click_on_an_answer_is_a_conflict(post, moderator):
    comment = make_public(post, moderator)
    moderation.answer(comment, "Passed on.", by=moderator, seen=2)
    with pytest.raises(moderation.Conflict):
        moderation.answer(comment, "Passed on.", by=moderator, seen=2)
    assert Comment.objects.count() == 2


def test_colleague_with_a_long_name_answers(post, moderator):
    moderator.first_name = "Wilhelmina " * 12
    moderator.save()
    comment = make_public(post, moderator)
    assert len(moderation.answer(comment, "Passed on.", by=moderator, seen=2).name) > 100


def test_closed_note_promises_no_answer(post, moderator):
    comment = make_comment(post, visibility="private")
    closed = moderation.reject(comment, by=moderator, seen=1)
    assert "no answer here" in closed.state_sentence


def test_blanked_spam_cannot_be_decided_about(post, moderator):
    comment = make_comment(post)
    moderation.mark_spam(comment, by=moderator, seen=1)
    Comment.objects.filter(pk=comment.pk).update(body="", body_html="")
    with pytest.raises(Refused, match="blanked"):
        moderation.approve(comment, by=moderator, seen=2)
    assert not Comment.objects.kept().exists()


def test_spam_looks_like_waiting_to_its_sender(post, moderator):
    comment = make_comment(post)
    before = comment.state_title
    assert moderation.mark_spam(comment, by=moderator, seen=1).state_title == before


def test_history_outlives_the_moderator(post, moderator):
    comment = make_comment(post)
    moderation.approve(comment, by=moderator, seen=1)
    label = moderator.get_full_name()
    moderator.delete()
    assert Entry.objects.get(verb="approve").actor_label == label


def test_ceo_answers_under_her_byline(post, ceo, client):
    comment = make_comment(post)
    reply = moderation.answer(comment, "It said that *nothing* floods twice.", by=ceo, seen=1)
    comment.refresh_from_db()
    assert comment.state == reply.state == "approved"
    assert reply.author == ceo.author
    page = client.get(post.get_absolute_url()).content.decode()
    assert "comment--author" in page
    assert "<em>nothing</em>" in page


def test_moderator_answers_under_her_own_name_and_without_the_ceos_mark(post, moderator, client):
    comment = make_public(post, moderator)
    reply = moderation.answer(comment, "Passed on to the author.", by=moderator, seen=2)
    assert (reply.author, reply.badge) == (None, "Newsroom")
    assert "comment--author" not in client.get(post.get_absolute_url()).content.decode()


@pytest.mark.parametrize("text", ["", " \n", "x" * 5001])
def test_answer_without_words_or_with_too_many_is_refused(post, moderator, text):
    comment = make_public(post, moderator)
    with pytest.raises(Refused):
        moderation.answer(comment, text, by=moderator, seen=2)


def test_answer_to_a_comment_that_moved_on_is_a_conflict(post, moderator):
    comment = make_comment(post)
    with pytest.raises(moderation.Conflict):
        moderation.answer(comment, "Late", by=moderator, seen=7)
    assert Comment.objects.count() == 1


def send_what_is_due() -> list[EmailMessage]:
    outbox.send_due(now=timezone.now() + MAIL_AFTER)
    return [message for message in mail.outbox if message.to == ["mara@example.org"]]


def test_private_note_is_answered_by_mail_and_on_its_page(post, ceo, client):
    comment = make_comment(post, visibility="private", email="mara@example.org")
    moderation.answer_privately(comment, "Thank you. Call me on Friday.", by=ceo, seen=1)
    (letter,) = send_what_is_due()
    assert "Call me on Friday" in letter.body
    assert comment.body in letter.body
    assert "Call me on Friday" in client.get(private_path(comment)).content.decode()
    assert "Call me on Friday" not in client.get(post.get_absolute_url()).content.decode()


def test_answer_that_was_taken_back_is_never_mailed(post, ceo):
    comment = make_comment(post, visibility="private", email="mara@example.org")
    moderation.answer_privately(comment, "Call me on Friday.", by=ceo, seen=1)
    moderation.undo(comment, by=ceo, seen=2)
    assert send_what_is_due() == []


def test_who_wants_no_mail_at_all_meanwhile_gets_no_answer_by_mail(post, ceo):
    comment = make_comment(post, visibility="private", email="mara@example.org")
    moderation.answer_privately(comment, "Call me on Friday.", by=ceo, seen=1)
    mail_choices.choose(comment, mail_choices.Choice.NONE)
    assert send_what_is_due() == []


def test_private_note_is_answered_once(post, ceo):
    comment = make_comment(post, visibility="private")
    moderation.answer_privately(comment, "Thank you.", by=ceo, seen=1)
    with pytest.raises(Refused):
        moderation.answer_privately(comment, "Thank you again.", by=ceo, seen=2)


def test_public_comment_is_not_answered_privately(post, ceo):
    comment = make_comment(post)
    with pytest.raises(Refused):
        moderation.answer_privately(comment, "Psst", by=ceo, seen=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_wins(post, moderator, run_together):
    comment = make_comment(post)

    def decide(number: int) -> str:
        verb = moderation.approve if number % 2 else moderation.reject
        return verb(comment, by=moderator, seen=1).state

    results = run_together(8, decide)
    won = [result for result in results if isinstance(result, str)]
    assert len(won) == 1
    assert all(isinstance(result, moderation.Conflict) for result in results if result not in won)
    assert Comment.objects.get().state == won[0]
    assert Entry.objects.filter(verb__in=["approve", "reject"]).count() == 1
